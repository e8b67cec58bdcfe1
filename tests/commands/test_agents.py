"""agents, queue and why: a roster comes in whole or not at all, and what is said is what the desk would do."""

import pytest

import app
from desk.routing.events import Accepted
from engine.events import Keys
from sessions.agents import staff
from tests.desk_line.conftest import EVERYBODY, FLOW, HEAD, ROSTER
from tests.gateways import Caller, gateway_of

__all__ = ["gateway_of"]


@pytest.fixture
def run(gateway_of, monkeypatch, capsys, tmp_path):
    """A function: runs a command on an installation with the sample service, and gives code, output and complaints."""
    gateway = gateway_of(FLOW)
    monkeypatch.setenv("INSTANCE", str(gateway.settings.instance))
    monkeypatch.setenv("CLOCK", "2026-03-11T10:15+07:00")

    def command(*words: str, roster: str = ROSTER):
        (tmp_path / "petugas.csv").write_text(roster)
        code = app.main([str(tmp_path / word) if word == "petugas.csv" else word for word in words])
        told = capsys.readouterr()
        return code, told.out, told.err

    command.gateway = gateway
    return command


def test_a_roster_is_imported_and_agents_sign_in_take_a_break_and_go(run):
    assert run("agents")[1].startswith("there is no roster")
    assert run("agents", "import", "petugas.csv") == (0, "5 agents in the roster\n", "")
    code, out, _ = run("agents", "in", "siti", "budi")
    assert code == 0 and out.count("available") == 2
    assert "break (makan)" in run("agents", "break", "siti", "--reason", "makan")[1]
    assert "offline" in run("agents", "out", "budi")[1]
    lines = run("agents")[1].splitlines()
    assert [line.split()[0] for line in lines] == list(EVERYBODY)
    events = run.gateway.store.read().execute("SELECT agent, what FROM agent_events ORDER BY id").fetchall()
    assert events == [("siti", "signed_in"), ("budi", "signed_in"), ("siti", "break"), ("budi", "signed_out")]


def test_a_file_with_faults_names_every_line_and_changes_nothing(run):
    run("agents", "import", "petugas.csv")
    wrong = HEAD + "a1,Ani,9,umun:1,id,PUBLIK,123\na1,,1,umum:1,xx,RAHASA,\n"
    code, out, faults = run("agents", "import", "petugas.csv", roster=wrong)
    assert code == 1 and out == ""
    assert "line 2, skills: skill 'umun' is unknown; did you mean 'umum'?" in faults
    assert "line 2, tier: '9' is no tier" in faults and "line 3, classes: class 'RAHASA'" in faults
    assert "nothing was imported" in faults
    assert [each.agent.id for each in staff.standings(run.gateway)] == list(EVERYBODY)


def test_five_hundred_agents_come_in_while_somebody_talks_and_the_talk_goes_on(run):
    run("agents", "import", "petugas.csv")
    run("agents", "in", "siti")
    Caller(run.gateway, "CA1").hear(Keys("1"))
    staff.happen(run.gateway, [Accepted("CA1#1")], "test")
    many = HEAD + "".join(f"n{n},Petugas {n},1,umum:1,id,PUBLIK,\n" for n in range(500))
    assert run("agents", "import", "petugas.csv", roster=many) == (
        0, "500 agents in the roster, 5 are not in it any more\n", "",
    )  # fmt: skip
    (queued,) = staff.queue(run.gateway)
    assert (queued.contact.state, queued.contact.agent) == ("talking", "siti")


def test_nobody_of_another_name_is_signed_in(run):
    run("agents", "import", "petugas.csv")
    assert run("agents", "in", "sitti") == (1, "", "there is no agent 'sitti': did you mean 'siti'?\n")


def test_queue_and_why_tell_who_waits_for_what_and_what_comes_next(run):
    assert run("queue") == (0, "nobody waits\n", "")
    run("agents", "import", "petugas.csv")
    run("agents", "in", "siti", "rina")
    for call in ("CA1", "CA2", "CA3"):
        Caller(run.gateway, call).hear(Keys("1"))
    code, out, _ = run("queue")
    lines = out.splitlines()
    assert code == 0 and lines[-1] == "3 at the desk"
    assert lines[0].startswith("CA2") and "contoh umum T1 id" in lines[0]
    assert "offered siti" in out and "the offer ends, back into the queue" in out
    code, out, _ = run("why", "CA2")
    assert code == 0 and "position 1" in out and "Siti Rahma (siti, tier 1): has 1 of 1" in out
    assert run("why", "CA9")[0] == 1
