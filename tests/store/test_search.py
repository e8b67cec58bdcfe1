"""The index of words: what is found, what is forgotten, and that no word of a search is a command."""

import pytest

from store import cases, messages, search

NOW = "2026-03-11T02:00:00.000Z"


@pytest.fixture
def db(db_store):
    with db_store.write() as db:
        yield db


def case(db, **fields) -> str:
    return cases.open_case(db, service="bicara131", prefix="BI", local_date="2026-03-11", now=NOW, **fields)


def index_all(db, mask=lambda body: body) -> int:
    found = search.unindexed(db)
    for each in found:
        search.index(db, each, mask(each.body))
    return len(found)


def subjects(db, words: str) -> list[str]:
    return [hit.subject for hit in search.find(db, words)]


def test_a_word_is_found_whatever_its_case_and_accents(db):
    search.put(db, kind="transcript", subject="RE1", at=NOW, body="Kartu saya hilang di café")
    assert subjects(db, "KARTU cafe") == ["RE1"]
    assert subjects(db, "kartu dompet") == []
    assert subjects(db, "hil*") == ["RE1"]
    assert subjects(db, "hil") == []


def test_what_is_indexed_again_is_found_by_its_new_words_only(db):
    search.put(db, kind="transcript", subject="RE1", at=NOW, body="kartu hilang")
    search.put(db, kind="transcript", subject="RE1", at=NOW, body="kertas hilang")
    assert subjects(db, "kartu") == []
    assert subjects(db, "kertas") == ["RE1"]
    search.put(db, kind="transcript", subject="RE1", at=NOW, body="")
    assert subjects(db, "hilang") == []


@pytest.mark.parametrize(
    "words",
    [
        '"',
        "kartu AND",
        "NEAR(kartu",
        "body:kartu",
        "-kartu",
        "kartu*)",
        "^kartu",
        "'; DROP TABLE cases; --",
        "*",
        "{body}:x",
    ],
)
def test_nothing_that_is_typed_is_a_command_of_the_index(db, words):
    search.put(db, kind="transcript", subject="RE1", at=NOW, body="uang")
    assert list(search.find(db, words)) == []


def test_a_search_for_nothing_finds_nothing(db):
    search.put(db, kind="transcript", subject="RE1", at=NOW, body="uang")
    assert list(search.find(db, " .,; ")) == []


def test_notes_and_texts_are_listed_by_themselves_and_indexed_masked(db):
    ticket = case(db, note="minta ditelepon 081234567890", session_id="S1")
    messages.note(
        db, "SM1", at=NOW, session_id="S1", service="bicara131", direction="in", body="uang saya sobek"
    )
    assert index_all(db, lambda body: body.replace("081234567890", "********")) == 2
    assert index_all(db) == 0
    assert subjects(db, "ditelepon") == [ticket]
    assert subjects(db, "081234567890") == []
    (hit,) = search.find(db, "sobek")
    assert (hit.kind, hit.subject, hit.ticket, hit.service) == ("text", "SM1", ticket, "bicara131")
    assert hit.snippet == "uang saya [sobek]"


def test_a_note_that_changes_is_indexed_anew_and_a_receipt_changes_nothing(db):
    ticket = case(db, note="lama")
    messages.note(db, "SM1", at=NOW, body="halo", direction="out")
    index_all(db)
    messages.note(db, "SM1", at=NOW, status="delivered")
    cases.set_fields(db, ticket, now=NOW, topic="uang")
    assert search.unindexed(db) == []
    cases.set_fields(db, ticket, now=NOW, note="baru")
    assert index_all(db) == 1
    assert (subjects(db, "lama"), subjects(db, "baru")) == ([], [ticket])


def test_a_case_that_is_opened_later_owns_what_its_contact_had_written(db):
    messages.note(db, "SM1", at=NOW, session_id="S1", service="bicara131", body="bi rate bulan depan")
    index_all(db)
    (hit,) = search.find(db, "bulan")
    assert (hit.ticket, hit.classification) == (None, None)
    ticket = case(db, session_id="S1", classification="RAHASIA", unit="DKSP")
    (hit,) = search.find(db, "bulan")
    assert (hit.ticket, hit.classification, hit.unit) == (ticket, "RAHASIA", "DKSP")


def test_every_hit_comes_once_however_many_there_are(db):
    for n in range(250):
        search.put(db, kind="transcript", subject=f"RE{n}", at=NOW, body="uang")
    assert sorted(subjects(db, "uang")) == sorted(f"RE{n}" for n in range(250))


def test_a_note_that_changes_while_it_is_being_masked_is_indexed_with_its_new_words(db):
    ticket = case(db, note="lama")
    (found,) = search.unindexed(db)
    cases.set_fields(db, ticket, now=NOW, note="baru")
    assert search.index(db, found, "lama") is False
    assert index_all(db) == 1
    assert (subjects(db, "lama"), subjects(db, "baru")) == ([], [ticket])
