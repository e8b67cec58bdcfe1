"""What was written down, for people: masked for most, opened with a reason, corrected, found; and what the audit keeps."""

import json

import pytest

from desk.access import Asker
from sessions.cases import records
from sessions.cases.records import Person, Refused
from sessions.voicemails.voicemails import Understanding
from sms import grammar
from store import audit, cases, messages, recordings, search, transcripts
from store.transcripts import TranscriptRow
from tests.gateways import NOW

HOW = Understanding(grammar.topic, grammar.named)
RE = "RE" + "1" * 32
SAID = "kartu saya hilang nomor saya 081234567890"
MASKED = "kartu saya hilang nomor saya 0812*****890"
REASON = "caller asked to be rung back"
FLOW = """format: 1
service: Contoh
prefix: CO
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["131"]}
start: selesai
urgent: {P1: [tipu]}
topics: {kliring: {words: [kliring], then: selesai}}
steps:
  selesai: {end: "Terima kasih."}
"""
T1 = Person("ani", Asker("T1"))
OWNER = Person("budi", Asker("T3", "DKSP"))


@pytest.fixture
def gateway(gateway_of):
    return gateway_of(FLOW)


def message(gateway, recording=RE, **case) -> TranscriptRow:
    """A message that was written down, in a case of its own."""
    gateway.vault.put(f"{recording}-1.json", json.dumps({"text": SAID, "reading": SAID}).encode())
    gateway.vault.put(f"{recording}-sound", b"RIFF original")
    gateway.vault.put(f"{recording}-1.wav", b"RIFF bleeped")
    with gateway.store.write() as db:
        ticket = cases.open_case(
            db, service="contoh", prefix="CO", local_date="2026-03-11", now=NOW, **{"unit": "DKSP", **case}
        )
        recordings.note(db, recording, at=NOW)
        db.execute("UPDATE recordings SET file = ? WHERE sid = ?", (f"{recording}-sound", recording))
        row = TranscriptRow(
            recording, ticket, "contoh", "id", "whisper", "f" * 64, 30.0, 20.5, "medium", MASKED, "[]",
            '{"phone": 1}', f"{recording}-1.json", f"{recording}-1.wav", None, None, NOW,
        )  # fmt: skip
        transcripts.keep(db, row)
        search.put_transcript(db, row, None, NOW)
    return row


def lines(gateway, subject=RE) -> list[tuple[str, str, dict]]:
    rows = audit.of_subject(gateway.store.read(), subject)
    return [(row.who, row.action, json.loads(row.detail)) for row in reversed(rows)]


def test_tier_one_reads_masked_words_and_nobody_is_told_of_it(gateway):
    row = message(gateway)
    shown = records.show(gateway, T1, row)
    assert (shown.row.masked, shown.original) == (MASKED, None)
    assert lines(gateway) == []


def test_the_original_is_opened_by_its_unit_with_a_reason_that_the_audit_keeps(gateway):
    row = message(gateway)
    assert records.show(gateway, OWNER, row, original=True, reason=REASON).original == SAID
    assert lines(gateway) == [("budi", "transcript_open", {"reason": REASON, "role": "T3", "unit": "DKSP"})]


@pytest.mark.parametrize("reason", ["", "tes", "   \n ok   "])
def test_without_a_reason_that_says_something_nothing_is_opened(gateway, reason):
    row = message(gateway)
    with pytest.raises(Refused, match="a reason of 8 characters"):
        records.show(gateway, OWNER, row, original=True, reason=reason)
    assert [action for _, action, _ in lines(gateway)] == ["transcript_open_refused"]


@pytest.mark.parametrize(
    "person", [T1, Person("citra", Asker("T3", "DPU")), Person("dewi", Asker("supervisor"))]
)
def test_who_may_not_open_it_is_refused_and_the_audit_says_so(gateway, person):
    row = message(gateway)
    with pytest.raises(Refused, match="may not open"):
        records.show(gateway, person, row, original=True, reason=REASON)
    assert [(who, action) for who, action, _ in lines(gateway)] == [(person.name, "transcript_open_refused")]


def test_of_a_secret_case_tier_one_reads_only_whose_it_is(gateway):
    row = message(gateway, classification="RAHASIA")
    with pytest.raises(Refused, match="escalated to DKSP"):
        records.show(gateway, T1, row)
    assert records.show(gateway, OWNER, row).row.masked == MASKED


def test_the_sound_for_everybody_has_the_tones_and_the_original_needs_a_reason(gateway):
    row = message(gateway)
    with records.sound(gateway, T1, row) as sound:
        assert sound.read() == b"RIFF bleeped"
    with records.sound(gateway, OWNER, row, original=True, reason=REASON) as sound:
        assert sound.read() == b"RIFF original"
    with pytest.raises(Refused):
        records.sound(gateway, T1, row, original=True, reason=REASON)
    assert [action for _, action, _ in lines(gateway)] == ["transcript_hear", "transcript_hear_refused"]


def test_what_has_no_copy_without_secrets_is_not_heard_by_everybody(gateway):
    row = message(gateway)._replace(bleeped=None)
    with pytest.raises(Refused, match="no copy"):
        records.sound(gateway, T1, row)
    with pytest.raises(Refused, match="no copy"):
        records.sound(gateway, T1, row._replace(hidden="{}", confidence="low"))
    with records.sound(gateway, T1, row._replace(hidden="{}")) as sound:
        assert sound.read() == b"RIFF original"


def test_a_correction_is_masked_found_and_kept_beside_what_the_machine_wrote(gateway):
    row = message(gateway)
    shown = records.correct(gateway, T1, row, "kliring saya hilang, hp 0813 9876 5432, saya ditipu", HOW)
    assert shown.masked == "kliring saya hilang, hp 0813*****432, saya ditipu"
    assert (shown.corrected_by, json.loads(shown.hidden)) == ("ani", {"phone": 1})
    (kept,) = transcripts.corrections(gateway.store.read(), RE)
    said = json.loads(gateway.vault.read(kept.sealed))
    assert (said["before"], said["basis"]) == (MASKED, "masked")
    assert said["after"].startswith("kliring saya hilang, hp 0813 9876")
    assert json.loads(kept.new_words) == ["ditipu", "kliring"]
    assert json.loads(gateway.vault.read(row.sealed))["text"] == SAID
    assert [hit.subject for hit in search.find(gateway.store.read(), "kliring")] == [RE]
    assert list(search.find(gateway.store.read(), "kartu")) == []
    gateway.store.close()
    kept_bytes = b"".join(path.read_bytes() for path in gateway.settings.instance.glob("gateway.db*"))
    assert b"9876 5432" not in kept_bytes and b"98765432" not in kept_bytes


def test_a_correction_is_looked_through_for_topic_and_urgency_again(gateway):
    row = message(gateway)
    records.correct(gateway, T1, row, "soal kliring, saya ditipu", HOW)
    case = cases.load(gateway.store.read(), row.ticket)
    assert (case.topic, case.priority) == ("kliring", 1)
    history = [(event.who, event.what) for event in cases.events(gateway.store.read(), row.ticket)]
    assert ("ani", "transcript corrected") in history


def test_two_corrected_messages_teach_the_service_a_word(gateway):
    for recording in ("RE" + "1" * 32, "RE" + "2" * 32):
        records.correct(gateway, T1, message(gateway, recording), "kliring saya hilang", HOW)
    assert transcripts.vocabulary(gateway.store.read(), "contoh", "id") == ("kliring",)


def test_the_owner_corrects_the_original_and_opens_that_from_then_on(gateway):
    row = message(gateway)
    written = "kartu saya hilang nomor saya 081234567899"
    records.correct(gateway, OWNER, row, written, HOW, original=True, reason=REASON)
    row = transcripts.load(gateway.store.read(), RE)
    assert records.show(gateway, OWNER, row, original=True, reason=REASON).original == written
    assert row.masked == "kartu saya hilang nomor saya 0812*****899"


@pytest.mark.parametrize("written", ["", "  \n", "x" * 20_001])
def test_a_correction_that_is_no_text_changes_nothing(gateway, written):
    row = message(gateway)
    with pytest.raises(ValueError, match="1 to 20,000 characters"):
        records.correct(gateway, T1, row, written, HOW)
    assert transcripts.corrections(gateway.store.read()) == []


def test_a_secret_case_is_corrected_by_its_unit_only(gateway):
    row = message(gateway, classification="RAHASIA")
    with pytest.raises(Refused):
        records.correct(gateway, T1, row, "apa saja", HOW)
    assert transcripts.corrections(gateway.store.read()) == []


def found(gateway, person, words):
    return [hit.subject for hit in records.find(gateway, person, words)]


def test_a_search_shows_what_the_role_may_see_and_nothing_of_the_rest(gateway):
    message(gateway, "RE" + "1" * 32)
    message(gateway, "RE" + "2" * 32, classification="RAHASIA")
    assert found(gateway, T1, "kartu") == ["RE" + "1" * 32]
    assert sorted(found(gateway, OWNER, "kartu")) == ["RE" + "1" * 32, "RE" + "2" * 32]
    assert found(gateway, Person("x", Asker("T4", services=frozenset({"lain"}))), "kartu") == []


def test_no_number_is_found_and_none_is_kept_of_what_was_searched_for(gateway):
    message(gateway)
    assert found(gateway, OWNER, "081234567890") == []
    ((_, action, detail),) = lines(gateway, "search")
    assert (action, detail["words"]) == ("searched", "0812*****890")


def test_a_case_that_becomes_secret_leaves_the_searches_of_others_at_once(gateway):
    row = message(gateway)
    with gateway.store.write() as db:
        cases.set_fields(db, row.ticket, now=NOW, classification="RAHASIA")
    assert found(gateway, T1, "kartu") == []


def test_notes_and_texts_are_masked_when_they_are_indexed(gateway):
    with gateway.store.write() as db:
        cases.open_case(
            db, service="contoh", prefix="CO", local_date="2026-03-11", now=NOW, note="telepon 081234567890"
        )
        messages.note(db, "SM1", at=NOW, service="contoh", body="NIK saya 3174061203850001, sobek")
    assert records.index_what_changed(gateway) == 2
    assert records.index_what_changed(gateway) == 0
    bodies = [body for (body,) in gateway.store.read().execute("SELECT body FROM searchable ORDER BY kind")]
    assert bodies == ["telepon 0812*****890", "NIK saya 3174**********01, sobek"]
    assert found(gateway, T1, "sobek") == ["SM1"]


def test_transcripts_are_found_by_recording_and_by_ticket(gateway):
    row = message(gateway)
    assert records.of(gateway, RE) == records.of(gateway, row.ticket) == [row]
    assert records.of(gateway, "RE9") == []
