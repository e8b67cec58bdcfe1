"""X-1 of the domain page: one text to many, and a refusal that counts for the centre it was said to."""

import pytest

from tests.house import House, command
from tests.services.centre import centre, wib
from tests.sms.test_dialogues import Mobile

FIRST, SECOND, OUT = "+6281200000020", "+6281200000021", "+6281200000022"
REMINDER = "Pengingat SPT. Berhenti: balas STOP"


@pytest.fixture(scope="module")
def environ(tmp_path_factory, free_port):
    return centre(tmp_path_factory.mktemp("x1"), free_port, "kring_pajak", "kontak_ojk157")


def broadcast(
    house: House, tmp_path, numbers: list[str], text: str, *, service="kring_pajak", role="supervisor", code=0
) -> str:
    (tmp_path / "list.csv").write_text("nomor\n" + "".join(f"{number}\n" for number in numbers))
    return command(
        house.environ, "broadcast", "--service", service, "--role", role, "--list", str(tmp_path / "list.csv"),
        "--text", text, "--ground", "agreed when they registered", code=code,
    )  # fmt: skip


def owed(house: House, text: str) -> list[str]:
    rows = house.query(
        "SELECT target FROM outbox WHERE json_extract(payload, '$.body') = ? ORDER BY seq", text
    )
    return [number for (number,) in rows]


def test_x_1_mass_texts_go_once_by_day_and_to_nobody_who_has_refused_them(environ, tmp_path):
    listed = [FIRST, "081200000020", SECOND, "6281200000022"]
    with House.running(environ, CLOCK="2026-03-11T15:00+07:00") as house:
        second = Mobile(house, SECOND, "1500200")
        assert "tidak akan menerima" in Mobile(house, OUT, "1500200").writes("STOP")
        deadline = (
            "Batas SPT Tahunan orang pribadi 31 Maret. Lapor di coretaxdjp.pajak.go.id. Berhenti: balas STOP"
        )
        refused = broadcast(house, tmp_path, listed, deadline, role="T1", code=1)
        assert "mass texts are for supervisors" in refused
        told = broadcast(house, tmp_path, listed, deadline)
        assert "2 texts go out" in told and "1 stood in the list twice" in told and "1 have refused" in told
        assert [text.body for text in second.phone.texts(wait=10)] == [deadline]
        assert owed(house, deadline) == [FIRST, SECOND]
        assert "2 had it already today" in broadcast(house, tmp_path, listed, deadline)
        assert "tidak akan menerima" in second.writes("berhenti")
        broadcast(house, tmp_path, listed, REMINDER)
        assert owed(house, REMINDER) == [FIRST]
        assert "31 Maret" in second.writes("SPT")  # what is asked for is still answered
        scam = "Waspada pinjol ilegal. Berhenti: balas STOP"
        assert "1 texts go out" in broadcast(house, tmp_path, [SECOND], scam, service="kontak_ojk157")
        assert [text.body for text in second.phone.texts(wait=10)] == [scam]
        none = "Tanpa cara berhenti"
        assert "wajib memuat cara berhenti" in broadcast(house, tmp_path, listed, none, code=1)
        assert owed(house, none) == []
    night = "Malam. Berhenti: balas STOP"
    with House.running(environ, CLOCK="2026-03-11T20:30+07:00") as house:
        broadcast(house, tmp_path, listed, night)
        held = house.query(
            "SELECT not_before, state FROM outbox WHERE json_extract(payload, '$.body') = ?", night
        )
        assert [(wib(at), state) for at, state in held] == [("2026-03-12T08:00", "queued")]
