"""Which minutes a queue is without people and without another way out: against a count minute by minute, and in words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk import hours as desk_hours
from desk.agents import on_shift
from desk.hours import parse
from desk.overrides import Override
from desk.roster import read
from desk.routing import LAWS, Need, Roster
from desk.spans import Cursor, Span, holiday_spans, open_spans
from engine.explore import explore
from sessions.moments import hours_of, zone_of
from sessions.publishing.coverage import STRANDED, TURNED_AWAY, UNREACHED, UNSTAFFED, Coverage, Moment
from sessions.publishing.coverage_words import in_words
from tests.engine.test_load import END, HEAD, MENU, load

MINUTE = timedelta(minutes=1)
HOURS = """hours:
  petugas: {mon-thu: ["08:00-12:00", "13:00-16:00"], fri: ["08:00-11:30", "13:00-16:00"], closed_on: [national, collective_leave],
            closed: ["2026-03-16"], open: {"2026-03-14": ["09:00-10:00"]}, ramadan: {from: 2026-03-09, until: 2026-03-17, mon-fri: ["08:00-15:00"]}}
  piket: {mon-sun: ["07:00-12:15", "12:45-22:00"]}
"""
QUEUE = "  antre: {queue: {skill: pajak}, %sthen: selesai, closed: %s, nobody: %s}\n"
MESSAGE = (
    '  pesan: {record: {id: "Silakan.", en: "Please."}, then: selesai, silence: {tries: 1, then: selesai}}\n'
)
ROSTER = b"""id,name,tier,skills,languages,shift
a1,Siti,1,pajak:1,id;en,mon-fri 08:00-12:00 13:00-16:00
a2,Budi,1,pajak:1@2026-03-18,id,mon-sat 06:30-12:30
a3,Wati,2,umum:1,id,
"""


def made(steps: str, *, to: str = "antre", head: str = HEAD):
    """A flow whose key 1 leads to the queue."""
    menu = MENU.replace('"1": selesai', f'"1": {to}')
    return load("contoh", {"flow.yaml": f"{head}{HOURS}steps:\n{menu}{steps}{END}"})


def queue(hours: str = "", closed: str = "selesai", nobody: str = "selesai") -> str:
    return QUEUE % (f"hours: {hours}, " if hours else "", closed, nobody)


def covered(flow, first: date, length: int, roster: bytes = b"") -> Coverage:
    agents = Roster(read(roster)) if roster else None
    return Coverage(explore(flow), first, agents, length)


def minutes(window: Span) -> Iterator[datetime]:
    at = window.begin
    while at < window.end:
        yield at
        at += MINUTE


def test_what_people_decide_is_covered_too() -> None:
    """Kept open at night with nobody there, a queue strands its callers; closed by day, it needs a way out."""
    flow = made(queue("petugas"), head=HEAD)
    day, zone = date(2026, 3, 2), zone_of(flow.timezone)
    night = [datetime(2026, 3, 2, hour, tzinfo=zone) for hour in (20, 22)]
    opened = Override("1", flow.id, "", "open", *night, "audit", "sinta")
    roster = Roster(read(ROSTER))
    by_calendar = Coverage(explore(flow), day, roster, 1).gaps()
    gaps = Coverage(explore(flow), day, roster, 1, overrides=[opened]).gaps()
    assert Span(*(at.astimezone(UTC) for at in night)) in stranded(gaps)
    assert Span(*(at.astimezone(UTC) for at in night)) not in stranded(by_calendar)


def stranded(gaps) -> list[Span]:
    return [span for gap in gaps if gap.kind == STRANDED for span in gap.spans]


# --- spans against the state of every minute ---


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin"])
def test_spans_of_hours_hold_exactly_the_minutes_that_are_open_or_off(zone: str) -> None:
    spec = made(queue()).hours["petugas"].spec
    hours = parse(spec, zone)
    begin = datetime(2026, 3, 6, 17, 13, tzinfo=UTC)
    window = Span(
        begin, begin + timedelta(days=26)
    )  # Ramadan hours, a day closed, one opened, Nyepi, Idul Fitri, summer time
    opened, off = Cursor(open_spans(hours, window)), Cursor(holiday_spans(hours, window))
    for at in minutes(window):
        state = desk_hours.state(hours, at)
        assert (opened.holds(at), off.holds(at)) == (state == "open", state == "holiday"), at


# --- gaps against every minute ---


def by_the_minute(one: Coverage) -> dict[str, set[datetime]]:
    """The same question, put anew for every minute to hours, shifts and laws as they are at that moment."""
    found: dict[str, set[datetime]] = {}
    zone = zone_of(one.flow.timezone)
    for at in minutes(one.window):
        day = at.astimezone(zone).date()
        states = tuple((name, desk_hours.state(hours_of(one.flow, name), at)) for name in one.asked)
        staffed = frozenset(asked for asked, need in one.needs.items() if somebody(one, need, at, day))
        like = max((known for known in one.days if known <= day), default=one.days[0])
        for kind, _ in one.missing(Moment(states, like, staffed)):
            found.setdefault(kind, set()).add(at)
    return found


def somebody(one: Coverage, need: Need, at: datetime, day: date) -> bool:
    if one.roster is None:
        return True
    able = [one.roster.agents[id] for ids in one.roster.able(need, day, LAWS.able).values() for id in ids]
    return any(on_shift(agent, at) for agent in able)


@pytest.mark.parametrize(
    ("steps", "roster"),
    [
        (queue("petugas"), b""),
        (queue("petugas"), ROSTER),
        (queue("piket", closed="pesan") + MESSAGE, ROSTER),
        (queue("piket", nobody="pesan") + MESSAGE, ROSTER),
        ("  lain: {branch: hours piket, is: {open: antre}, else: selesai}\n" + queue("petugas"), ROSTER),
    ],
    ids=["hours", "roster", "closed-message", "nobody-message", "branch"],
)
def test_gaps_are_those_that_a_count_minute_by_minute_finds(steps: str, roster: bytes) -> None:
    flow = made(steps, to="lain" if "lain" in steps else "antre")
    one = covered(flow, date(2026, 3, 11), 9, roster)
    wanted = by_the_minute(one)
    found: dict[str, set[datetime]] = {}
    for gap in one.gaps():
        found.setdefault(gap.kind, set()).update(at for span in gap.spans for at in minutes(span))
    assert found == wanted
    assert wanted, "a comparison of nothing with nothing shows nothing"


# --- what is a gap ---


def kinds(one: Coverage) -> set[str]:
    return {gap.kind for gap in one.gaps()}


def test_a_closed_queue_that_ends_is_a_gap_and_one_with_a_message_is_none() -> None:
    assert kinds(covered(made(queue("petugas")), date(2026, 3, 11), 7)) == {TURNED_AWAY}
    steps = queue("petugas", closed="pesan", nobody="pesan") + MESSAGE
    assert kinds(covered(made(steps), date(2026, 3, 11), 400)) == set()


def test_people_missing_in_open_hours_is_a_gap_where_nothing_else_is_offered() -> None:
    short = ROSTER.replace(b"13:00-16:00", b"13:00-15:00")
    steps = queue("petugas", closed="pesan") + MESSAGE
    (gap, *rest) = covered(made(steps), date(2026, 3, 23), 12, short).gaps()
    assert (gap.kind, gap.queue, rest) == (STRANDED, "antre", [])
    assert str(gap.way) == "(nobody on duty) 1"
    steps = queue("petugas", closed="pesan", nobody="pesan") + MESSAGE
    assert kinds(covered(made(steps), date(2026, 3, 23), 12, short)) == {UNSTAFFED}


def test_callers_who_never_get_to_the_queue_at_that_hour_miss_nothing() -> None:
    steps = "  lain: {branch: hours petugas, is: {open: antre}, else: pesan}\n" + queue("petugas") + MESSAGE
    assert kinds(covered(made(steps, to="lain"), date(2026, 3, 11), 30)) == set()


def test_the_language_without_people_is_named() -> None:
    roster = ROSTER.replace(b"id;en", b"id")
    steps = queue("petugas", closed="pesan") + MESSAGE
    flow = made(steps, to="{then: antre, set: {language: en}}")
    (gap,) = covered(flow, date(2026, 3, 11), 2, roster).gaps()
    assert gap.kind == STRANDED and gap.whom == ()  # English is the only language that comes there


def test_a_number_that_only_announces_is_no_way_in() -> None:
    number = '{number: "131", announce: {id: "Pindah.", en: "Moved."}, phases: {"2026-01-01": serve, "2026-03-20": announce_and_hang_up}}'
    steps = queue("petugas", closed="pesan", nobody="pesan") + MESSAGE
    head = HEAD.replace('voice: ["131"]', f"voice: [{number}]")
    (gap,) = covered(made(steps, head=head), date(2026, 3, 11), 30).gaps()
    assert (gap.kind, gap.queue) == (UNREACHED, "")
    assert gap.spans[0].begin == datetime(2026, 3, 19, 17, tzinfo=UTC)  # midnight in Jakarta


# --- words ---

JAKARTA = ZoneInfo("Asia/Jakarta")


def at(day: str, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    moment = datetime.combine(date.fromisoformat(day), datetime.min.time(), JAKARTA)
    return (moment + timedelta(hours=hour, minutes=minute)).astimezone(UTC)


def span(day: str, begin: str, end: str) -> Span:
    return Span(at(day, begin), at(day, end))


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([span("2026-03-20", "12:00", "13:00")], ["20 March 2026, 12:00–13:00 WIB"]),
        ([span("2026-03-20", "00:00", "24:00")], ["20 March 2026, all day"]),
        ([span("2026-03-20", "00:00", "72:00")], ["20 March 2026 until 22 March 2026, all day"]),
        ([span("2026-03-20", "16:00", "32:00")], ["20 March 2026 16:00 until 21 March 2026 08:00 WIB"]),
        ([span("2026-03-20", "22:00", "24:00")], ["20 March 2026, 22:00–24:00 WIB"]),
        (
            [span(f"2026-03-{day:02}", "11:30", "13:00") for day in (6, 13, 20, 27)],
            ["every Friday 11:30–13:00 WIB from 6 March 2026 until 27 March 2026"],
        ),
        (
            [span(f"2026-03-{day:02}", "11:30", "13:00") for day in (6, 13, 27)],
            ["every Friday 11:30–13:00 WIB from 6 March 2026 until 27 March 2026, not on 20 March 2026"],
        ),
        (
            [span(f"2026-03-{day:02}", "16:00", "32:00") for day in range(2, 28) if day % 7 in (2, 3, 4, 5)],
            ["every Monday to Thursday from 16:00 until 08:00 WIB the next day from 2 March 2026 until 26 March 2026"],
        ),
        (
            [span("2026-03-06", "12:00", "13:00"), span("2026-06-12", "12:00", "13:00"), span("2026-12-04", "12:00", "13:00")],
            ["6 March 2026, 12:00–13:00 WIB", "12 June 2026, 12:00–13:00 WIB", "4 December 2026, 12:00–13:00 WIB"],
        ),
    ],
)  # fmt: skip
def test_spans_in_words(spans: list[Span], words: list[str]) -> None:
    assert in_words(spans, JAKARTA, "WIB") == words


def test_many_single_times_are_counted() -> None:
    spans = [span(f"2026-0{month}-1{month}", f"{month:02}:00", "13:00") for month in range(1, 10)]
    told = in_words(spans, JAKARTA, "WIB")
    assert len(told) == 7 and told[-1] == "and 3 times more until 19 September 2026"
