"""Work on pages: cases found, read, heard, answered and passed on by the person who may, in a browser."""

from __future__ import annotations

import json
import re

import pytest

from sessions.cases import case_work
from store import audit, cases, drafts, recordings, search, times, transcripts
from store.transcripts import TranscriptRow
from tests.carrier.sounds import wav

SAID, MASKED = "kartu saya 081234567890 hilang", "kartu saya 0812*****890 hilang"
PAYLOAD = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>"


@pytest.fixture
def case(console):
    """A function: a case of its own, put to tier 1 unless told, with history."""
    gateway = console.gateway

    def make(note: str = "minta bantuan, hubungi 081234567890", **fields) -> str:
        now = times.text(gateway.clock())
        wanted = {
            "status": "antre",
            "channel": "sms",
            "contact": "+6281234567890",
            "language": "id",
            "topic": "uang_rusak",
        }
        with gateway.store.write() as db:
            ticket = cases.open_case(
                db,
                service="bicara131",
                prefix="BI",
                local_date="2026-03-11",
                now=now,
                note=note,
                **{**wanted, **fields},
            )
            cases.add_event(db, ticket, at=now, who="robot", what="dibuka", why=note)
            case_work.started(gateway, db, ticket, now)
        return ticket

    return make


def until(page, condition: str) -> None:
    """Waits from here: what waits inside the page is refused by its own policy."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def load(console, ticket):
    return cases.load(console.gateway.store.read(), ticket)


def test_a_case_is_taken_answered_by_text_with_its_size_and_closed_by_keys(pages, console, case):
    ticket = case()
    page = pages.of("agent", "/work", language="en")
    page.get_by_role("link", name=ticket).click()
    page.get_by_role("heading", name=ticket).wait_for()
    assert "0812*****890" in page.content() and "081234567890" not in page.content()
    page.wait_for_load_state()
    page.keyboard.press("t")
    page.get_by_text("The case is yours now.").wait_for()
    page.wait_for_load_state()  # keys work from here on: their module comes after the page's words
    page.keyboard.press("a")
    page.keyboard.type("Uang rusak diganti di kantor kami. t")  # a key in a text is a letter
    page.get_by_text("1 SMS, room for 124").wait_for()
    page.get_by_text("Kept as a draft").wait_for()
    page.reload()
    assert page.get_by_label("Answer", exact=True).input_value().endswith("kami. t")
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_text("The answer is kept.").wait_for()
    row = load(console, ticket)
    assert row.status == "dijawab" and row.agent == "ani"
    assert not drafts.of_subject(console.gateway.store.read(), ticket)
    page.locator("summary", has_text="The caller is content").click()
    page.get_by_role("button", name="The caller is content").click()
    page.get_by_text("It is noted that the caller is content.").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("c")
    page.get_by_text("The case is closed.").wait_for()
    assert load(console, ticket).status == "ditutup"


def test_the_second_of_two_is_told_and_keeps_the_text(pages, console, case):
    pages.expect("409")
    ticket = case()
    first = pages.of("agent", f"/work/cases/{ticket}", language="en")
    second = pages.of("agent2", f"/work/cases/{ticket}", language="en", width=390)
    first.get_by_role("button", name="Take").click()
    first.get_by_text("The case is yours now.").wait_for()
    second.get_by_role("button", name="Take").click()
    second.get_by_text("ani was faster: taken.").wait_for()
    second.get_by_label("Answer", exact=True).fill("Jawaban kedua")
    second.get_by_text("Kept as a draft").wait_for()
    first.get_by_text("Bayu Pratama is writing here.").wait_for()
    first.get_by_label("Answer", exact=True).fill("Jawaban pertama")
    first.get_by_role("button", name="Answer", exact=True).click()
    first.get_by_text("The answer is kept.").wait_for()
    second.get_by_text("This case has just changed.").wait_for()
    second.get_by_role("button", name="Answer", exact=True).click()
    second.get_by_text("ani was faster: answered.").wait_for()
    assert "Jawaban pertama" in second.content()
    mine = drafts.of_subject(console.gateway.store.read(), ticket)
    assert [draft.body for draft in mine] == ["Jawaban kedua"], "nothing that was typed is lost"


def test_what_is_masked_is_shown_for_a_reason_that_the_audit_keeps_and_to_nobody_else(pages, console, case):
    pages.expect("422")
    ticket = case(tier=2, status="dieskalasi")
    page = pages.of("agent2", f"/work/cases/{ticket}", language="en")
    page.get_by_text("Show what is masked").click()
    page.get_by_label("Why").or_(page.get_by_label("Reason")).first.fill("caller asked for it")
    page.get_by_role("button", name="Show it").click()
    page.get_by_text("You see the original.").wait_for()
    assert "081234567890" in page.content()
    lines = audit.of_subject(console.gateway.store.read(), ticket)
    assert [(line.who, line.action, json.loads(line.detail)["why"]) for line in lines] == [
        ("bayu", "case_open", "caller asked for it")
    ]
    below = pages.of("agent", f"/work/cases/{ticket}", language="en")
    assert below.get_by_text("Show what is masked").count() == 0
    token = below.locator("input[name=csrf]").first.input_value()
    answer = below.request.post(
        f"{console.url}/work/cases/{ticket}/open",
        form={"csrf": token, "reason": "because I want to"},
        headers={"Origin": console.url},
    )
    assert answer.status == 422 and "081234567890" not in answer.text()


def test_only_what_desk_access_allows_is_offered_and_a_secret_case_shows_its_unit_alone(pages, console, case):
    ticket = case(classification="RAHASIA", tier=3, unit="bi.dpu", status="dieskalasi", note="sangat rahasia")
    page = pages.of("agent", f"/work/cases/{ticket}", language="en")
    page.get_by_text("eskalasi ke bi.dpu").wait_for()
    assert "sangat rahasia" not in page.content()
    other = case(tier=3, unit="bi.dpu", status="dieskalasi")
    page.goto(f"{console.url}/work/cases/{other}")
    acts = page.locator("section[aria-labelledby=acts]")
    assert (
        acts.get_by_role("button", name="Take").count() == 0
        and acts.get_by_label("Answer", exact=True).count() == 0
    )


@pytest.fixture
def recording(console, case):
    """A case with a message that was written down: (ticket, Sid)."""
    gateway, sid = console.gateway, "RE" + "7" * 32
    ticket = case(channel="telepon", note="pesan suara", tier=2, status="dieskalasi")
    if recordings.load(gateway.store.read(), sid) is None:
        gateway.vault.put("work-plain", wav(64_044))
        gateway.vault.put("work-bleep", wav(64_044))
        gateway.vault.put("work-words.json", json.dumps({"text": SAID, "reading": SAID}).encode())
    now = times.text(gateway.clock())
    lines = [{"start": 0.0, "end": 2.0, "leg": 0, "label": "high", "text": MASKED}]
    row = TranscriptRow(
        sid, ticket, "bicara131", "id", "whisper", "f" * 64, 4.0, 2.0, "high", MASKED, json.dumps(lines),
        '{"phone": 1}', "work-words.json", "work-bleep", None, None, now,
    )  # fmt: skip
    with gateway.store.write() as db:
        recordings.note(db, sid, at=now)
        db.execute(
            "UPDATE recordings SET file = 'work-plain', state = 'fetched', format = 'wav' WHERE sid = ?",
            (sid,),
        )
        transcripts.owe(db, sid, now=now)
        db.execute("UPDATE transcribings SET state = 'done' WHERE recording = ?", (sid,))
        transcripts.keep(db, row)
        search.put_transcript(db, row, None, now)
    return ticket, sid


def test_words_seek_in_the_bleeped_sound_and_the_original_comes_for_a_reason(pages, console, recording):
    pages.expect("422")
    ticket, sid = recording
    page = pages.of("agent2", f"/work/cases/{ticket}", language="en")
    page.get_by_text("hilang", exact=True).click()
    until(page, "document.querySelector('audio').currentTime > 1")
    hear = page.get_by_text("Sound and words as they were")
    hear.click()
    form = page.locator("form[data-hear]")
    form.get_by_label("Reason").fill("the caller asked us to listen")
    form.get_by_role("button", name="Hear the original").click()
    until(page, "document.querySelector('audio').src.startsWith('blob:')")
    lines = audit.of_subject(console.gateway.store.read(), sid)
    assert [(line.who, line.action) for line in lines] == [("bayu", "transcript_hear")]
    form.get_by_role("button", name="Read the original").click()
    page.get_by_text(SAID).wait_for()
    page.goto(f"{console.url}/work/cases/{ticket}")
    page.get_by_text("Correct the transcript").first.click()
    page.get_by_label("What was really said").fill("kartu saya 081234567890 tertelan")
    page.get_by_role("button", name="Correct the transcript").click()
    page.get_by_text("The transcript was corrected.").wait_for()
    assert "tertelan" in page.content() and "081234567890" not in page.content()


def test_a_sound_can_be_asked_for_in_parts(console, recording):
    _, sid = recording
    client = console.app.test_client()
    client.set_cookie(console.cookies.session, console.token("agent"), domain="127.0.0.1", secure=True)
    asked = client.get(
        f"/work/recordings/{sid}/sound", headers={"Range": "bytes=44-1043"}, base_url=console.url
    )
    assert asked.status_code == 206 and len(asked.data) == 1000
    assert asked.headers["Content-Range"] == "bytes 44-1043/64044"


def test_search_filters_and_keys_lead_to_a_case(pages, console, recording):
    page = pages.of("agent2", "/work?whose=all", language="en", width=390)
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type("kartu hilang")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("found for")).wait_for()
    page.locator("body").click(position={"x": 2, "y": 2})
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("^BI-")).wait_for()
    page.wait_for_load_state()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog")
    help_.get_by_text("Next line").wait_for()
    help_.get_by_label("Use keyboard shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    assert "/work/cases/" in page.url, "keys that were switched off do nothing"
    page.goto(f"{console.url}/work?kind=voicemails&tier=2")
    page.get_by_text("written down").first.wait_for()
    page.goto(f"{console.url}/work?kind=voicemails&tier=4")
    page.get_by_text("No voicemails yet.").wait_for()
    page.goto(f"{console.url}/work?kind=dialogues&tier=4")
    page.get_by_text("No dialogue waits or goes on.").wait_for()


def test_hostile_words_are_shown_as_text(pages, console, case):
    ticket = case(note=PAYLOAD, contact=PAYLOAD, topic=PAYLOAD)
    with console.gateway.store.write() as db:
        cases.add_event(
            db, ticket, at=times.text(console.gateway.clock()), who=PAYLOAD, what=PAYLOAD, why=PAYLOAD
        )
    page = pages.of("agent", f"/work/cases/{ticket}")
    page.get_by_text("onerror").first.wait_for()
    page.goto(f"{console.url}/work?whose=all")
    page.get_by_role("link", name=ticket).wait_for()
    assert "pwned" not in page.title()


def test_an_agent_says_where_she_stands_with_a_reason(pages, console):
    page = pages.of("agent", "/work", language="en")
    page.get_by_role("button", name="Available").click()
    page.get_by_text("You are available.").wait_for()
    page.get_by_label("Reason of the break").fill("makan siang")
    page.get_by_role("button", name="Break").click()
    page.get_by_text("You are on a break.").wait_for()
    page.get_by_text("makan siang").wait_for()
    page.get_by_role("button", name="Off duty").click()
    page.get_by_text("You are off duty.").wait_for()


def test_who_is_on_no_roster_is_told_so(pages, console):
    page = pages.of("supervisor", "/work", language="en")
    page.get_by_role("heading", name="Work").wait_for()
    assert page.get_by_label("My desk").count() == 0


@pytest.mark.parametrize(
    ("who", "address", "name"), [("agent", "/work", "Batas jawaban"), ("supervisor", "/explain", "Mulai")]
)
def test_on_a_telephones_screen_a_line_of_a_list_is_read_without_moving_it_sideways(
    pages, case, who, address, name
):
    case()
    page = pages.of(who, address, width=390)
    for part in [page.locator(".stacked tbody td").last, *page.locator(".menu a").all()]:
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, part.inner_text()
    if who == "agent":
        shown = page.locator(f".stacked td[data-label='{name}']").first
        assert shown.evaluate("cell => getComputedStyle(cell, '::before').content") == f'"{name}"'
