"""A forgotten EFIN: proven by the robot, taken by whom the academy lets take it, sent to the address on file, its secrets nowhere."""

import base64
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest

from scenarios import systems
from sessions.services import read_folders
from tests.desk_line.conftest import Floor
from tests.house import ROOT, House
from tests.services.centre import case, environment

CALLER = "+6281200000004"
A1, A2, A3 = "+628115570001", "+628115570002", "+628115570003"
# The longest idle comes first in the roster: a beginner, and one whose certificate ended yesterday.
ROSTER = (
    "id,name,tier,skills,languages,classes,phone\n"
    f"a1,Ani,1,akun:pemula,id,PUBLIK;TERBATAS,{A1}\n"
    f"a3,Cici,1,akun:madya@2026-03-09,id,PUBLIK;TERBATAS,{A3}\n"
    f"a2,Budi,1,akun:madya@2026-12-31,id,PUBLIK;TERBATAS,{A2}\n"
)
TAXPAYER, BIRTH, ANOTHER = "9901011203850001", "120385", "9901015203850002"
EFIN, MAIL = "0000000001", "budi.c@contoh.id"
PORO = ("npwp", "nama", "alamat", "ponsel", "surel")


@pytest.fixture(scope="module")
def coretax(free_port):
    """The system that holds EFINs, in place of the one that the flow names."""
    with systems.answering(free_port()) as other:
        yield other


@pytest.fixture(scope="module")
def floor(tmp_path_factory, free_port, coretax):
    with running(tmp_path_factory.mktemp("kp2"), free_port, coretax) as floor:
        yield floor


@contextmanager
def running(folder: Path, free_port, coretax, desk: str = "") -> Iterator[Floor]:
    """The installation with its agents. ``desk`` is added to the service's desk.yaml."""
    flows = _flows(folder, coretax)
    with (flows / "kring_pajak" / "desk.yaml").open("a") as file:
        file.write(desk)
    environ = environment(folder, free_port, FLOWS=str(flows), LOOKUP_HOSTS=coretax.host)
    roster = folder / "petugas.csv"
    roster.write_text(ROSTER)
    with House.running(environ, CLOCK="2026-03-10T09:00+07:00") as house:
        floor = Floor(house)
        floor.app("agents", "import", str(roster))
        for agent in ("a1", "a3", "a2"):
            floor.app("agents", "in", agent)
        yield floor


def _flows(folder: Path, other: systems.Systems) -> Path:
    """Kring Pajak as it is shipped, but for the address of the other system."""
    flows = folder / "flows"
    (flows / "kring_pajak").mkdir(parents=True)
    (flows / "common").symlink_to(ROOT / "flows" / "common")
    shipped = next(each for each in read_folders(ROOT / "flows") if each.id == "kring_pajak")
    for name, content in other.asked_by(shipped).files.items():
        path = flows / "kring_pajak" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return flows


@pytest.fixture(scope="module")
def talk(floor, coretax):
    """The whole scenario, once: what was said, shown and sent."""
    call = floor.house.phone(CALLER).dial("1500200")
    for keys in ("1", TAXPAYER + "#", "1"):
        call.press(keys)
    assert "tidak dibacakan" in call.press("1").said
    call.press(BIRTH + "#")
    agent = floor.takes(A2)
    floor.talks(call, agent)
    seen = {"whispered": floor.said(agent), "ticket": case(floor.house, CALLER)["ticket"]}
    as_a2 = (seen["ticket"], "--as", "a2")
    seen["desk"] = floor.app("cases", "checklist", *as_a2)
    seen["too soon"] = floor.app("cases", "do", seen["ticket"], "send_efin", "--as", "a2", code=1)
    seen["beginner"] = floor.app("cases", "do", seen["ticket"], "send_efin", "--as", "a1", code=1)
    floor.app("cases", "tick", seen["ticket"], *PORO, "--as", "a2")
    seen["refused subject"] = floor.app("cases", "do", *_do(seen, "--subject", ANOTHER), code=1)
    # The other system is down at first: nothing is lost, and the agent sees why it is late.
    seen["asked"] = floor.app("cases", "do", *_do(seen))
    floor.until(lambda: "HTTP 503" in floor.app("cases", "checklist", *as_a2))
    coretax.given["efin"] = ("found", {"efin": EFIN, "surel": MAIL})
    floor.until(lambda: "sent to" in floor.app("cases", "checklist", *as_a2))
    seen["sent"] = floor.app("cases", "checklist", *as_a2)
    seen["second"] = floor.app("cases", "do", *_do(seen, "--subject", ANOTHER), code=1)
    floor.part(call, agent)
    seen["call"] = call.sid
    return seen


def _do(seen, *more: str) -> tuple[str, ...]:
    return (seen["ticket"], "send_efin", "--as", "a2", *more)


def test_only_a_valid_certificate_of_the_level_takes_a_forgotten_efin(floor, talk):
    assert "lupa" in talk["whispered"] or "akun" in talk["whispered"]
    assert floor.agent_story("a1") == floor.agent_story("a3") == ["signed_in"]
    assert "keahlian" in talk["beginner"] or "level 1" in talk["beginner"]


def test_the_desk_shows_the_checklist_and_not_the_secret(talk):
    assert "Proof of record ownership" in talk["desk"] and "[ ] npwp" in talk["desk"]
    assert "checklist is not complete" in talk["too soon"]
    assert "not the data of whom this contact was proved to be" in talk["refused subject"]


def test_the_efin_goes_to_the_address_on_file_in_a_file_that_only_the_password_opens(floor, talk):
    (mail,) = floor.house.phone().line.ask("GET", "/phone/mails")["mails"]
    assert mail["to"] == [MAIL] and talk["ticket"] in mail["subject"]
    assert EFIN not in mail["body"] and "kata sandi" in mail["body"]
    (file,) = mail["files"]
    content = base64.b64decode(file["base64"])
    assert file["type"] == "application/pdf" and EFIN.encode() not in content
    password = _password(talk)
    assert password not in mail["body"]
    closed = pypdf.PdfReader(io.BytesIO(content))
    assert closed.is_encrypted and not closed.decrypt("") and not closed.decrypt(EFIN)
    opened = pypdf.PdfReader(io.BytesIO(content))
    assert opened.decrypt(password) and EFIN in opened.pages[0].extract_text()
    assert "b***@contoh.id" in talk["sent"] and MAIL not in talk["sent"]


def test_the_recording_was_paused_before_the_password_was_shown(floor, talk):
    """Nobody said that it was told: what follows is silent to its end, and the recording is kept."""
    assert "the recording of the talk is paused" in talk["asked"]
    kept = "SELECT step, state, consent FROM recordings WHERE session_id = ? AND state <> 'waiting'"
    floor.until(
        lambda: floor.house.query(kept, talk["call"]), lambda: floor.house.query("SELECT * FROM recordings")
    )
    assert floor.house.query(kept, talk["call"]) == [("(talk)", "fetched", "id")]
    told = floor.house.query(
        "SELECT what FROM case_events WHERE ticket = ? AND (what LIKE 'talk %' OR what LIKE 'recording %')"
        " ORDER BY id",
        talk["ticket"],
    )
    assert told == [("recording paused",), ("talk recorded",), ("recording not resumed",)]


def test_a_second_request_in_one_call_is_refused_with_the_rule(floor, talk):
    assert "satu panggilan satu permohonan" in talk["second"]
    rows = floor.house.query(
        "SELECT who, subject FROM audit WHERE action = 'act_send_efin_refused' AND detail LIKE '%once%'"
    )
    assert [who for who, _ in rows] == ["a2"]
    assert all(re.fullmatch("[0-9a-f]{32}", subject) for _, subject in rows)


def test_the_case_is_answered_and_no_text_goes_out(floor, talk):
    found = case(floor.house, CALLER)
    wanted = {
        "topic": "akun", "subtopic": "lupa_efin", "classification": "TERBATAS", "auth_level": "L2", "status": "dijawab",
        "subject_is_caller": "true", "agent": "a2",
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == wanted
    assert floor.house.query("SELECT 1 FROM outbox WHERE kind = 'sms'") == []
    assert floor.house.query("SELECT kind, state FROM outbox WHERE kind = 'email'") == [("email", "sent")]
    assert floor.house.query("SELECT state, sealed FROM agent_acts") == [("sent", "")]
    assert floor.house.query("SELECT 1 FROM timers WHERE kind = 'act'") == []


def test_efin_address_password_and_birthday_are_in_no_file_of_the_installation(floor, talk):
    secrets = [EFIN, MAIL, _password(talk), BIRTH]
    found = []
    for path in [floor.house.log, *floor.house.instance.rglob("*")]:
        if not path.is_file():
            continue
        # The tax number itself has the birthday's digits in it, and may be kept.
        content = path.read_bytes().replace(TAXPAYER.encode(), b"")
        found += [(path.name, secret) for secret in secrets if secret.encode() in content]
    assert found == []
    kept = json.dumps(floor.house.query("SELECT * FROM outbox"))
    assert TAXPAYER not in kept and EFIN not in kept


def test_efin_is_in_no_export(floor, talk):
    told = floor.app("cases", "show", talk["ticket"]) + floor.app(
        "report", "--from", "2026-03-10", "--to", "2026-03-10", "--format", "csv"
    )
    assert talk["ticket"] in told and EFIN not in told


def _password(talk) -> str:
    found = re.search(r"password  ([a-z0-9]{4}(?:-[a-z0-9]{4}){2})", talk["asked"])
    assert found is not None
    return found[1]
