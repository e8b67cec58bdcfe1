"""`python app.py models`: lists, verifies, installs from archives and from Vosk's site."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.audio.lookalikes import tarred, vosk_like, zipped

ROOT = Path(__file__).resolve().parents[2]


# --- the command ---


def command(installation: dict[str, str], *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "app.py", "models", *words],
        cwd=ROOT,
        env=installation,
        capture_output=True,
        text=True,
    )


def test_the_command_lists_installs_and_verifies(installation, tmp_path, models):
    # The real Whisper is at hand already: 200 MB need not be joined again.
    large = models.verified(models.place("id")).place.folder
    installation |= {"SPEECH_MODEL_DIR": str(large)}
    archive = tmp_path / "xx.tar.gz"
    archive.write_bytes(tarred(vosk_like(tmp_path / "a")))
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()

    wrong = command(installation, "install", str(archive), "--language", "xx", "--sha256", "0" * 64)
    assert wrong.returncode == 1 and "is not the archive with the sha256 000" in wrong.stderr
    done = command(installation, "install", str(archive), "--language", "xx", "--sha256", digest)
    assert done.returncode == 0 and digest in done.stdout and "vosk for xx" in done.stdout

    rows = json.loads(command(installation, "--json").stdout)
    assert [(row["language"], row["engine"], row["state"]) for row in rows] == [
        ("xx", "vosk", "ok"),
        ("*", "whisper", "ok, no checksums"),
    ]
    assert rows[1]["sha256"].startswith("d01c3014")
    folder = Path(rows[0]["folder"])
    (folder / "graph/Gr.fst").write_text("")
    damaged = command(installation, "verify")
    assert (
        damaged.returncode == 1
        and "FAULT" in damaged.stdout
        and "->" in damaged.stdout
        and "Traceback" not in damaged.stderr
    )
    shutil.rmtree(folder)
    assert command(installation, "verify").returncode == 0


def test_the_command_refuses_wrong_words(installation):
    for words in (
        ("install",),
        ("install", "--language", "xx"),
        ("install", "a", "--language", "xx", "--from-site"),
        ("install", "a", "--language", "Indonesian"),
    ):
        assert command(installation, *words).returncode == 2
    absent = command(installation, "install", "absent.zip", "--language", "xx")
    assert absent.returncode == 1 and "absent.zip cannot be read" in absent.stderr


# --- Vosk's site ---


class Site(BaseHTTPRequestHandler):
    """A list of models and the models, as alphacephei.com has them."""

    pages: dict[str, bytes]

    def do_GET(self) -> None:
        body = self.pages.get(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.2/")
            self.end_headers()
            return
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path):
    archive = zipped(vosk_like(tmp_path / "site"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneSite", (Site,), {"pages": {}}))
    address = f"http://127.0.0.1:{server.server_port}/"
    small = {
        "lang": "xx", "lang_text": "Example", "md5": hashlib.md5(archive).hexdigest(), "name": "vosk-model-small-xx-0.1", "obsolete": "false",
        "size": len(archive), "size_text": "1K", "type": "small", "url": f"{address}small.zip", "version": "0.1",
    }  # fmt: skip
    old, big = (
        small | {"obsolete": "true", "name": "old", "url": f"{address}old"},
        small | {"type": "big", "name": "big-xx", "lang": "yy"},
    )
    pages = server.RequestHandlerClass.pages
    pages["/model-list.json"] = json.dumps([old, small, big]).encode()
    pages["/small.zip"] = archive
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address, pages, small
    server.shutdown()
    thread.join()
    server.server_close()


def from_site(installation: dict[str, str], address: str, *words: str) -> subprocess.CompletedProcess:
    return command(installation, "install", "--from-site", "--site", address, *words)


def test_a_model_is_fetched_from_the_site_with_its_checksum(installation, site, tmp_path):
    address, pages, _ = site
    done = from_site(installation, address, "--language", "xx")
    assert done.returncode == 0, done.stderr
    assert (
        "vosk-model-small-xx-0.1" in done.stdout
        and hashlib.sha256(pages["/small.zip"]).hexdigest() in done.stdout
    )
    assert [path.name for path in (tmp_path / "instance" / "models").iterdir()] == ["vosk-xx"]


def test_a_site_that_does_not_keep_its_word_installs_nothing(installation, site, tmp_path):
    address, pages, small = site
    whole, listed = pages["/small.zip"], pages["/model-list.json"]

    def refusal(*words: str) -> str:
        answer = from_site(installation, address, *words)
        assert answer.returncode == 1 and "Traceback" not in answer.stderr and "->" in answer.stderr
        return answer.stderr

    assert "no model for id" in refusal("--language", "id") and "it has: xx, yy" in refusal(
        "--language", "id"
    )
    assert "no small model for yy" in refusal("--language", "yy")
    for changed in (whole[:-1], whole + b"more", whole[:-1] + b"x"):
        pages["/small.zip"] = changed
        assert "not what the site's list promises" in refusal("--language", "xx")
    del pages["/small.zip"]
    assert "404" in refusal("--language", "xx")
    pages["/model-list.json"] = json.dumps([small | {"url": "https://evil.example/small.zip"}]).encode()
    assert "not the list of models" in refusal("--language", "xx")
    for odd in (b"{}", b"[1]", b"<html>"):
        pages["/model-list.json"] = odd
        assert "not the list of models" in refusal("--language", "xx")
    pages["/model-list.json"] = listed
    folder = tmp_path / "instance" / "models"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_without_internet_the_way_by_hand_is_named(installation, free_port):
    answer = from_site(installation, f"http://127.0.0.1:{free_port()}/", "--language", "xx")
    assert (
        answer.returncode == 1
        and "cannot be reached" in answer.stderr
        and "models install ARCHIVE" in answer.stderr
    )
    plain = from_site(installation, "http://models.example.org/", "--language", "xx")
    assert plain.returncode == 1 and "is not an https address" in plain.stderr
