"""A message and its case: where the caller was, what the words say, what is urgent."""

import pytest

from engine.events import Keys, Recorded
from sessions.voicemails import voicemails
from sessions.voicemails.voicemails import Understanding
from sms import grammar
from store import cases, recordings
from tests.gateways import NOW, Caller

HOW = Understanding(grammar.topic, grammar.named)
RE = "RE" + "1" * 32
FLOW = """format: 1
service: Contoh
prefix: CO
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["131"], text: ["131"]}
hours:
  petugas: {mon-fri: ["08:00-16:00"]}
start: utama
text_start: jawab
urgent: {P1: ["kartu hilang", tipu], P2: [segera]}
topics:
  uang_rusak: {words: [sobek, rusak], then: jawab}
  kartu: {words: [kartu], then: {then: jawab, set: {topic: sistem_pembayaran, subtopic: kartu}}}
  rahasia: {words: ["suku bunga"], then: tertutup}
steps:
  utama:
    menu: "Untuk uang, tekan 1. Untuk pesan, tekan 2. Untuk status, tekan 3."
    keys: {"1": {then: pesan, set: {topic: uang, function: pertanyaan}}, "2": pesan}
    silence: {tries: 3, then: selesai}
    no_match: {tries: 3, then: selesai}
  pesan:
    record: "Silakan bicara."
    then: selesai
    silence: {tries: 2, then: selesai}
  jawab: {end: "Jawaban."}
  tertutup: {set: {topic: kebijakan, classification: rahasia}, then: jawab}
  selesai: {end: "Terima kasih."}
"""


@pytest.fixture
def gateway(gateway_of):
    return gateway_of(FLOW)


def left(gateway, *keys: str) -> str:
    """The ticket of a caller who pressed these keys and left a message of nine seconds."""
    caller = Caller(gateway, "CA" + "1" * 32)
    caller.hear(*(Keys(key) for key in keys), Recorded(RE, 9))
    (case,) = cases.of_session(gateway.store.read(), caller.call)
    return case.ticket


def history(gateway, ticket: str) -> list[tuple[str, str]]:
    return [(event.what, event.why) for event in cases.events(gateway.store.read(), ticket)]


def written_down(gateway, ticket: str, text: str):
    flow = gateway.services.current("contoh")
    with gateway.store.write() as db:
        voicemails.written_down(db, ticket, flow, text, "id", HOW, confidence="medium", now=NOW)
    return cases.load(gateway.store.read(), ticket)


def test_a_message_opens_a_case_with_what_the_menu_knew_and_the_due_time_of_the_service(gateway):
    case = cases.load(gateway.store.read(), left(gateway, "1"))
    assert (case.service, case.language, case.topic, case.function) == ("contoh", "id", "uang", "pertanyaan")
    assert case.due_at == "2026-03-12T09:00:00.000Z"  # closing time of the next working day, 16.00 WIB
    assert ("voicemail received", f"{RE}, 9 s") in history(gateway, case.ticket)


def test_the_origin_of_a_recording_is_the_session_it_was_made_in(gateway):
    ticket = left(gateway, "2")
    with gateway.store.write() as db:
        found = voicemails.origin(gateway, db, recordings.load(db, RE))
        assert (found.ticket, found.language, found.service) == (ticket, "id", "contoh")
        assert voicemails.case_of(gateway, db, recordings.load(db, RE), found, NOW) == ticket


def test_a_recording_that_nobody_knows_has_no_case_and_opens_none(gateway):
    with gateway.store.write() as db:
        _, row = recordings.note(db, RE, at=NOW, call_sid="CA" + "9" * 32, step="pesan")
        found = voicemails.origin(gateway, db, row)
        assert (found.ticket, found.flow) == (None, None)
        assert voicemails.case_of(gateway, db, row, found, NOW) is None


def test_a_message_whose_case_was_lost_opens_one_and_a_scrap_of_sound_does_not(gateway):
    caller = Caller(gateway, "CA" + "2" * 32)
    with gateway.store.write() as db:
        _, scrap = recordings.note(db, RE, at=NOW, session_id=caller.call, call_sid=caller.call)
        found = voicemails.origin(gateway, db, scrap)
        assert voicemails.case_of(gateway, db, scrap, found, NOW) is None
        assert voicemails.case_of(gateway, db, scrap._replace(step="pesan"), found, NOW) == "CO-20260311-0001"


def test_the_topic_of_the_menu_stays_and_a_missing_one_is_heard_in_the_words(gateway):
    assert written_down(gateway, left(gateway, "1"), "uang saya sobek").topic == "uang"


def test_a_topic_brings_the_fields_that_a_text_about_it_would_bring(gateway):
    case = written_down(gateway, left(gateway, "2"), "kartu saya tidak bisa dipakai")
    assert (case.topic, case.subtopic) == ("sistem_pembayaran", "kartu")
    assert ("topic sistem_pembayaran", "words of kartu") in history(gateway, case.ticket)


def test_a_topic_without_fields_gives_its_name(gateway):
    assert written_down(gateway, left(gateway, "2"), "uangnya sobek, pak").topic == "uang_rusak"


def test_a_topic_that_is_secret_makes_the_case_secret(gateway):
    case = written_down(gateway, left(gateway, "2"), "suku bunga bulan depan berapa")
    assert (case.topic, case.classification) == ("kebijakan", "RAHASIA")


def test_words_of_no_topic_or_of_two_leave_it_open(gateway):
    ticket = left(gateway, "2")
    assert written_down(gateway, ticket, "selamat pagi").topic is None
    assert written_down(gateway, ticket, "kartu saya rusak").topic is None


@pytest.mark.parametrize(
    ("text", "priority", "words"),
    [
        ("kartu hilang tadi pagi", 1, "kartu hilang"),
        ("saya sudah ditipu, tolong segera", 1, "tipu"),
        ("tolong segera ditelepon", 2, "segera"),
    ],
)
def test_urgent_words_raise_the_priority_with_a_line_of_history(gateway, text, priority, words):
    case = written_down(gateway, left(gateway, "1"), text)
    assert case.priority == priority
    assert (f"priority P{priority}", f"urgent words: {words}") in history(gateway, case.ticket)


def test_a_priority_is_never_lowered_and_told_once(gateway):
    ticket = left(gateway, "1")
    assert written_down(gateway, ticket, "kartu hilang").priority == 1
    assert written_down(gateway, ticket, "kartu hilang, segera").priority == 1
    assert [what for what, _ in history(gateway, ticket)].count("priority P1") == 1
    assert "priority P2" not in [what for what, _ in history(gateway, ticket)]


def test_ordinary_words_leave_the_priority_alone(gateway):
    assert written_down(gateway, left(gateway, "1"), "selamat pagi").priority is None


def test_the_history_says_that_a_machine_wrote_and_how_sure_it_was(gateway):
    ticket = left(gateway, "1")
    written_down(gateway, ticket, "selamat pagi")
    assert ("written down", "machine-made, medium") in history(gateway, ticket)


def test_a_message_that_joins_a_closed_case_opens_it_again(gateway):
    ticket = left(gateway, "1")
    with gateway.store.write() as db:
        cases.set_fields(db, ticket, now=NOW, status="ditutup", due_at=None)
        voicemails.received(gateway, db, ticket, RE, 4, NOW)
    case = cases.load(gateway.store.read(), ticket)
    assert (case.status, case.due_at) == ("baru", "2026-03-12T09:00:00.000Z")
    assert ("opened again", "was ditutup") in history(gateway, ticket)


def test_the_words_of_the_message_are_not_in_the_history(gateway):
    ticket = left(gateway, "2")
    written_down(gateway, ticket, "NIK saya 3174091203850012, uangnya sobek")
    assert "3174091203850012" not in str(history(gateway, ticket))
