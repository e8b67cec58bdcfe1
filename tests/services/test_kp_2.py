"""A forgotten EFIN: proven by the robot, taken by whom the academy lets take it, and its secrets nowhere."""

import pytest

from tests.desk_line.conftest import Floor
from tests.house import House
from tests.services.centre import centre

CALLER = "+6281200000004"
A1, A2, A3 = "+628115570001", "+628115570002", "+628115570003"
# The longest idle comes first in the roster: a beginner, and one whose certificate ended yesterday.
ROSTER = (
    "id,name,tier,skills,languages,classes,phone\n"
    f"a1,Ani,1,akun:pemula,id,PUBLIK;TERBATAS,{A1}\n"
    f"a3,Cici,1,akun:madya@2026-03-09,id,PUBLIK;TERBATAS,{A3}\n"
    f"a2,Budi,1,akun:madya@2026-12-31,id,PUBLIK;TERBATAS,{A2}\n"
)
TAXPAYER, BIRTH = "9901011203850001", "120385"


@pytest.fixture(scope="module")
def floor(tmp_path_factory, free_port):
    folder = tmp_path_factory.mktemp("kp2")
    roster = folder / "petugas.csv"
    roster.write_text(ROSTER)
    with House.running(centre(folder, free_port, "kring_pajak"), CLOCK="2026-03-10T09:00+07:00") as house:
        floor = Floor(house)
        floor.app("agents", "import", str(roster))
        for agent in ("a1", "a3", "a2"):
            floor.app("agents", "in", agent)
        yield floor


def test_only_a_valid_certificate_of_the_level_takes_a_forgotten_efin(floor):
    call = floor.house.phone(CALLER).dial("1500200")
    for keys in ("1", TAXPAYER + "#", "1"):
        call.press(keys)
    assert "tidak dibacakan" in call.press("1").said
    call.press(BIRTH + "#")
    agent = floor.takes(A2)
    floor.talks(call, agent)
    told = floor.said(agent)
    assert "lupa" in told or "akun" in told
    floor.part(call, agent)
    columns = "topic, subtopic, classification, auth_level, status"
    assert floor.house.query(f"SELECT {columns} FROM cases WHERE session_id = ?", call.sid) == [
        ("akun", "lupa_efin", "TERBATAS", "L2", "ditutup")
    ]
    assert floor.agent_story("a1") == floor.agent_story("a3") == ["signed_in"]
    assert floor.house.query("SELECT 1 FROM outbox WHERE kind = 'sms'") == []


def test_the_birthday_that_proved_the_caller_is_in_no_log_and_no_table(floor):
    tables = [name for (name,) in floor.house.query("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    kept = {
        name: str(floor.house.query(f"SELECT * FROM {name}")) for name in tables if name != "flow_versions"
    }
    kept["the log"] = floor.house.log.read_text()
    # The tax number itself has these digits in it, and may be kept.
    assert [name for name, text in kept.items() if BIRTH in text.replace(TAXPAYER, "")] == []
