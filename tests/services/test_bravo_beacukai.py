"""BC-1 and BC-2 of the domain page: parcels by digits alone, and a fraud on a Saturday night with the money already sent."""

import time

import pytest

from tests.desk_line.conftest import Floor
from tests.house import House
from tests.services.centre import case, centre, history, keyed, wib
from tests.sms.test_dialogues import Mobile

WATCHING, TWO, VICTIM, LATE = "+6281200000013", "+6281200000014", "+6281200000015", "+6281200000016"
AGENT = "+628115580001"
ROSTER = (
    "id,name,tier,skills,languages,classes,phone\n"
    f"dewi,Dewi,1,barang_kiriman:madya,id,PUBLIK;TERBATAS,{AGENT}\n"
)
TOLD = "TIPU ktnya paket ditahan bea cukai suruh tf 2,5jt ke bca an pribadi hr ini jg"
PAID = "sdh td siang 2500000"
WITHIN_SECONDS = 15


@pytest.fixture(scope="module")
def environ(tmp_path_factory, free_port):
    return centre(tmp_path_factory.mktemp("bc"), free_port, "bravo_beacukai")


def test_bc_1_a_parcel_is_known_by_its_digits_and_two_parcels_by_an_officer(environ, tmp_path):
    with House.running(environ, CLOCK="2026-03-11T11:00+07:00") as house:
        floor = Floor(house)
        roster = tmp_path / "petugas.csv"
        roster.write_text(ROSTER)
        floor.app("agents", "import", str(roster))
        floor.app("agents", "in", "dewi")
        heard = keyed(house, WATCHING, "1500225", ("1", "2", "1", "1000000001#"))
        assert "satu kosong kosong" in heard.said and "Permintaan dokumen" in heard.said
        assert "satu miliar" not in heard.said
        heard.hang_up()
        call = keyed(house, TWO, "1500225", ("1", "2", "1", "000000014#"))
        assert "lebih dari satu data" in call.said
        assert case(house, TWO)["skill"] == "barang_kiriman"
        agent = floor.takes(AGENT)
        floor.talks(call, agent)
        floor.part(call, agent)
        told = Mobile(house, TWO, "1500225").writes("resi.ee000000014id")
        assert "Dokumen diterima" in told and "Rahasia Contoh" not in told and "125" not in told


def test_bc_2_whoever_has_paid_is_due_within_a_quarter_of_an_hour_and_the_alarm_rings_after_it(environ):
    with House.running(environ, CLOCK="2026-03-14T21:40+07:00") as house:
        mobile = Mobile(house, VICTIM, "1500225")
        began = time.monotonic()
        warned = mobile.writes(TOLD)
        assert time.monotonic() - began < WITHIN_SECONDS
        assert all(words in warned for words in ("PENIPUAN", "Jangan transfer", "SUDAH"))
        reported = case(house, VICTIM)
        expected = {"topic": "penipuan", "function": "informasi", "priority": 2}
        assert {name: reported[name] for name in expected} == expected
        paid = mobile.writes(PAID)
        assert "blokir" in paid and "110" in paid
        expected = {"priority": 1, "sudah_transfer": "ya", "skill": "penipuan", "ticket": reported["ticket"]}
        urgent = case(house, VICTIM)
        assert {name: urgent[name] for name in expected} == expected
        assert wib(urgent["due_first"]) == "2026-03-14T21:55" and urgent["breached_at"] is None
        # Who waits is who the case is about: the money sent goes first on the duty desk, too.
        waiting = (
            "SELECT json_extract(data, '$.need[1]'), json_extract(data, '$.priority') FROM desk_contacts"
        )
        assert house.query(waiting) == [("penipuan", 1)]
    with House.running(environ, CLOCK="2026-03-14T21:56+07:00") as house:
        floor = Floor(house)
        floor.until(lambda: case(house, VICTIM)["breached_at"], lambda: history(house, urgent["ticket"]))
        alarms = [line for line in house.log.read_text().splitlines() if "ALARM: a case is late" in line]
        assert len(alarms) == 1 and '"supervisor"' in alarms[0] and "no first answer in time" in alarms[0]


def test_bc_2_at_night_the_quarter_of_an_hour_begins_in_the_morning(environ):
    with House.running(environ, CLOCK="2026-03-14T23:10+07:00") as house:
        mobile = Mobile(house, LATE, "1500225")
        mobile.writes(TOLD)
        paid = mobile.writes(PAID)
        assert "blokir" in paid and "110" in paid
        assert wib(case(house, LATE)["due_first"]) == "2026-03-15T07:15"
