"""The commands by which people read messages: what they print, what they refuse, and their exit codes."""

import io
import sys

import pytest

import app
from sessions.cases import records
from store import audit, recordings, transcripts
from tests.gateways import EARLIER, NOW, gateway_of
from tests.sessions.test_records import FLOW, MASKED, RE, REASON, SAID, message

__all__ = ["gateway_of"]


@pytest.fixture
def run(gateway_of, monkeypatch, capsys):
    """A function: runs a command on an installation with one message, and gives code, output and complaints."""
    gateway = gateway_of(FLOW)
    row = message(gateway)
    with gateway.store.write() as db:
        transcripts.owe(db, RE, now=EARLIER)
        db.execute("UPDATE transcribings SET state = 'done'")
    monkeypatch.setenv("INSTANCE", str(gateway.settings.instance))

    def command(*words: str, typed: str = ""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = app.main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    command.gateway, command.row = gateway, row
    return command


def test_the_list_shows_how_each_message_stands_with_its_first_masked_words(run):
    code, out, _ = run("voicemails")
    assert code == 0
    assert f"{RE}  done     {run.row.ticket}" in out and MASKED[:60] in out
    assert out.splitlines()[-1] == "1 done"


def test_one_is_shown_masked_and_marked_as_made_by_a_machine(run):
    code, out, _ = run("voicemails", "show", run.row.ticket)
    assert code == 0
    assert "machine-made (whisper ffffffffffff), confidence medium" in out and "hidden: 1 phone" in out
    assert "081234567890" not in out


def test_the_original_is_shown_to_its_unit_with_a_reason_and_to_nobody_else(run):
    owner = ("--role", "T3", "--unit", "DKSP", "--original", "--reason", REASON)
    code, out, _ = run("voicemails", "show", RE, *owner)
    assert (code, out.splitlines()[-1]) == (0, SAID)
    code, out, err = run("voicemails", "show", RE, "--original", "--reason", REASON)
    assert (code, out) == (1, "")
    assert "T1 may not open what DKSP owns" in err


def test_a_correction_is_read_from_what_is_typed(run):
    code, out, _ = run("voicemails", "correct", RE, typed="kliring saya hilang\n")
    assert (code, "corrected" in out) == (0, True)
    _, out, _ = run("voicemails", "show", RE)
    assert "kliring saya hilang" in out and "corrected by shell:" in out
    code, _, err = run("voicemails", "correct", RE, typed="")
    assert (code, "1 to 20,000 characters" in err) == (1, True)


def test_a_message_that_is_not_written_down_says_why_and_is_tried_again(run):
    sid = "RE" + "2" * 32
    with run.gateway.store.write() as db:
        recordings.note(db, sid, at=NOW)
        transcripts.owe(db, sid, now=EARLIER)
        db.execute(
            "UPDATE transcribings SET state = 'listen', fault = 'not a sound' WHERE recording = ?", (sid,)
        )
    assert run("voicemails", "show", sid)[1] == f"{sid} is listen: not a sound\n"
    assert run("voicemails", "again", sid)[0] == 0
    assert run("voicemails", "again", sid)[0] == 1
    assert run("voicemails", "show", sid)[1].startswith(f"{sid} is waiting")


def test_what_nobody_knows_is_said(run):
    assert run("voicemails", "show", "RE9") == (1, "", "RE9: nothing of that name\n")


def test_search_prints_what_it_finds_and_says_when_that_is_nothing(run):
    records.index_what_changed(run.gateway)
    code, out, _ = run("search", "kartu", "hilang")
    assert (code, out.splitlines()[-1]) == (0, "1 found")
    assert f"{run.row.ticket}   transcript {RE}  [kartu] saya [hilang]" in out
    assert run("search", "kereta")[:2] == (1, "nothing found\n")


def test_the_sound_as_it_was_is_exported_to_those_who_may_hear_it(run, monkeypatch):
    with run.gateway.store.write() as db:
        db.execute("UPDATE recordings SET state = 'fetched', session_id = 'S1' WHERE sid = ?", (RE,))
        db.execute("UPDATE cases SET session_id = 'S1'")
    kept = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Bytes(kept))
    refused = app.main(["recordings", "export", RE, "--reason", REASON, "--role", "T1"])
    assert (refused, kept.getvalue()) == (1, b"")
    assert app.main(["recordings", "export", RE, "--reason", REASON, "--role", "T3", "--unit", "DKSP"]) == 0
    assert kept.getvalue() == b"RIFF original"
    lines = [row.action for row in audit.of_subject(run.gateway.store.read(), RE)]
    assert lines == ["recording_exported", "recording_export_refused"]


class Bytes(io.StringIO):
    """Standard output that is no terminal and keeps bytes."""

    def __init__(self, buffer: io.BytesIO) -> None:
        super().__init__()
        self.buffer = buffer
