"""A service's files under an editor: exactly what was typed, only over what was seen, and nothing outside the service."""

import shutil

import pytest

from app import ROOT, open_gateway
from sessions.publishing import flow_files, publishing
from sessions.publishing.flow_files import NOBODY_YET, Changed, NotWritten
from settings import load
from store import connect


@pytest.fixture
def gateway(tmp_path):
    shutil.copytree(ROOT / "flows" / "hello", tmp_path / "flows" / "hello")
    environ = {"INSTANCE": str(tmp_path / "instance"), "FLOWS": str(tmp_path / "flows")}
    settings = load(environ, ROOT, make_credentials=True)
    connect(settings.database).close()
    opened = open_gateway(settings)
    yield opened
    opened.close()


def save(gateway, name: str, typed: str, seen: str):
    return flow_files.save(gateway, gateway.settings.flows, "hello", name, typed, seen, "adi")


def test_a_file_keeps_every_byte_and_its_own_line_ends(gateway):
    path = gateway.settings.flows / "hello" / "texts.yaml"
    path.write_bytes(b"# Jam\r\njam: {id: A}   \r\n")
    seen = flow_files.read(gateway.settings.flows, "hello", "texts.yaml")
    saved = save(gateway, "texts.yaml", seen.text.replace("A", "B"), seen.digest)
    assert path.read_bytes() == b"# Jam\r\njam: {id: B}   \r\n" == saved.text.encode()
    seen = flow_files.read(gateway.settings.flows, "hello", "flow.yaml")
    save(gateway, "flow.yaml", seen.text.replace("\n", "\r\n") + "# a form's line ends\r\n", seen.digest)
    kept = (gateway.settings.flows / "hello" / "flow.yaml").read_bytes()
    assert kept.decode() == seen.text + "# a form's line ends\n"
    actions = [(row.who, row.action) for row in publishing.history(gateway.store.read(), "hello")]
    assert actions == [("adi", "flow_file_saved")] * 2


def test_what_somebody_else_saved_is_never_written_over_unseen(gateway):
    seen = flow_files.read(gateway.settings.flows, "hello", "flow.yaml")
    save(gateway, "flow.yaml", seen.text + "# satu\n", seen.digest)
    with pytest.raises(Changed) as changed:
        save(gateway, "flow.yaml", seen.text + "# dua\n", seen.digest)
    assert changed.value.now.text == seen.text + "# satu\n"
    assert (
        save(gateway, "flow.yaml", seen.text + "# satu\n", seen.digest).digest == changed.value.now.digest
    )  # the same is no quarrel
    with pytest.raises(Changed):
        save(gateway, "flow.yaml", seen.text + "# tiga\n", NOBODY_YET)


def test_a_file_may_be_begun(gateway):
    assert flow_files.read(gateway.settings.flows, "hello", "desk.yaml").digest == NOBODY_YET
    save(gateway, "desk.yaml", "strategy: most_skilled\n", NOBODY_YET)
    with pytest.raises(LookupError):
        save(gateway, "tests/../other.yaml", "x", NOBODY_YET)
    assert "desk.yaml" in flow_files.names(gateway.settings.flows, "hello")


@pytest.mark.parametrize(
    "name",
    [
        "../hello/flow.yaml",
        "data/x.txt",
        "tests/../flow.yaml",
        "tests/.x.yaml",
        "tests/x.yml",
        "/etc/passwd",
        "",
    ],
)
def test_other_files_are_none_of_a_service(name):
    assert flow_files.read(ROOT / "flows", "hello", name) is None


@pytest.mark.parametrize("service", ["..", "", "common", "hello/../hello", "nobody"])
def test_other_folders_are_no_services(service):
    assert flow_files.names(ROOT / "flows", service) == []
    assert flow_files.read(ROOT / "flows", service, "flow.yaml") is None


def test_what_cannot_be_written_leaves_the_old_file(gateway, monkeypatch):
    seen = flow_files.read(gateway.settings.flows, "hello", "flow.yaml")

    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(flow_files.os, "fsync", full)
    with pytest.raises(NotWritten, match="No space left"):
        save(gateway, "flow.yaml", seen.text + "#\n", seen.digest)
    assert flow_files.read(gateway.settings.flows, "hello", "flow.yaml") == seen
    assert not list((gateway.settings.flows / "hello").glob(".*"))
    with pytest.raises(NotWritten, match="256 kB"):
        save(gateway, "flow.yaml", "#" * 300_000, seen.digest)


def test_tables_and_shared_pieces_are_files_of_a_service_too(gateway):
    flows = gateway.settings.flows
    (flows / "hello" / "data").mkdir()
    (flows / "hello" / "data" / "kota.csv").write_text("kota,jam\nbogor,08\n")
    (flows / "common").mkdir()
    (flows / "common" / "tutup.yaml").write_text("start: a\n")
    assert "data/kota.csv" in flow_files.names(flows, "hello")
    assert flow_files.pieces(flows) == ["common/tutup.yaml"]
    seen = flow_files.read(flows, "hello", "common/tutup.yaml")
    save(gateway, "common/tutup.yaml", "start: b\n", seen.digest)
    assert (flows / "common" / "tutup.yaml").read_text() == "start: b\n"
    with pytest.raises(Changed):
        save(gateway, "common/tutup.yaml", "start: c\n", seen.digest)
    assert (
        "tutup" in publishing.history(gateway.store.read(), "another")[0].detail
    )  # every service's history has it
    for outside in (
        "common/../hello/flow.yaml",
        "data/../flow.yaml",
        "data/a.txt",
        "../common/tutup.yaml",
        "common/a/b.yaml",
    ):
        assert flow_files.read(flows, "hello", outside) is None
