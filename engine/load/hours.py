"""`hours:` of a flow: judged here, kept as written for desk/hours.py, which reckons with them."""

import re

from engine.flow import Hours, Place
from engine.load.faults import Faults, shorten
from engine.load.reading import Reader, between, day_text, good_name, texts
from engine.load.yaml_nodes import Items, Node, Text

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CALENDARS = ("national", "collective_leave")
_INTERVAL = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])\Z", re.ASCII)
_RANGE = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(?:-(mon|tue|wed|thu|fri|sat|sun))?\Z")

Spec = dict[str, object]


def read_hours(node: Node | None, faults: Faults) -> dict[str, Hours]:
    """Every entry of `hours:` by its name."""
    if node is None:
        return {}
    found = {}
    for name, place, inner in Reader(node, "'hours:'", faults).items():
        good_name(name, place, "entry of 'hours:'", faults)
        found[name] = Hours(name, _week(inner, f"hours '{shorten(name)}'", faults), place)
    return found


def _week(node: Node, about: str, faults: Faults) -> Spec:
    """Days, calendars, single days and seasons."""
    reader = Reader(node, about, faults)
    spec: Spec = {}
    if "closed_on" in reader:
        spec["closed_on"] = [_calendar(name, place, faults) for name, place in reader.names("closed_on")]
    if "closed" in reader:
        days = reader.names("closed")
        spec["closed"] = [
            value for value, place in days if day_text(value, place, "a day under 'closed:'", faults)
        ]
    opened = reader.get("open")
    if opened is not None:
        spec["open"] = _single_days(opened, faults)
    taken: dict[str, str] = {}
    for key, _, inner in reader.rest():
        spec[key] = _day_or_season(reader, key, inner, taken)
    if reader.fine and not taken and not spec:
        reader.add("bad-hours", f"{about} never opens", 'Write days: {mon-fri: ["08:00-16:00"]}')
    return spec


def _calendar(name: str, place: Place, faults: Faults) -> str:
    if name not in CALENDARS:
        faults.unknown(place, "bad-hours", "the calendar", name, CALENDARS)
    return name


def _single_days(node: Node, faults: Faults) -> Spec:
    found: Spec = {}
    for value, place, inner in Reader(node, "'open:'", faults).items():
        if day_text(value, place, "a day under 'open:'", faults):
            found[value] = intervals(inner, faults)
    return found


def _day_or_season(reader: Reader, key: str, node: Node, taken: dict[str, str]) -> object:
    """`mon-thu: [...]`, or a named block with from and until that replaces the week for a season."""
    place, faults = reader.table.keys[key], reader.faults
    if isinstance(node, Items | Text):
        _claim(key, place_reader=reader, taken=taken)
        return intervals(node, faults)
    season = Reader(node, f"the season '{shorten(key)}'", faults, place)
    days = between(season)
    for end in ("from", "until"):
        season.need(end)
    block: Spec = {"from": str(days.start or ""), "until": str(days.end or "")}
    claimed: dict[str, str] = {}
    for name, _, inner in season.rest():
        _claim(name, place_reader=season, taken=claimed)
        block[name] = intervals(inner, faults)
    return block


def _claim(key: str, *, place_reader: Reader, taken: dict[str, str]) -> None:
    """Each day of the week is given at most once."""
    faults, place = place_reader.faults, place_reader.table.keys[key]
    match = _RANGE.match(key)
    if not match:
        way_out = "Write mon, tue, wed, thu, fri, sat, sun or a range such as mon-fri"
        faults.misspelt(place, "bad-hours", f"'{shorten(key)}' is no day of the week", way_out, _RANGE)
        return
    first, last = DAYS.index(match[1]), DAYS.index(match[2] or match[1])
    if last < first:
        faults.add(place, "bad-hours", f"'{key}' ends before it begins", "A week runs from mon to sun")
    for day in DAYS[first : last + 1]:
        if taken.setdefault(day, key) != key:
            faults.add(
                place,
                "bad-hours",
                f"'{day}' is given twice: by '{taken[day]}' and by '{key}'",
                "Give each day once",
            )
            return


def intervals(node: Node, faults: Faults) -> list[str]:
    """`["08:00-12:00", "13:00-16:00"]`: in order, none beginning before the one in front has ended. [] is closed."""
    found, ended = [], -1
    for value, place in texts(node, "the hours", faults):
        match = _INTERVAL.match(value)
        if not match:
            way_out = 'Write "08:00-16:00", with two digits for hours and minutes'
            faults.misspelt(
                place, "bad-hours", f"'{shorten(value)}' is no time of opening", way_out, _INTERVAL
            )
            continue
        start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if end <= start or end > 24 * 60:
            faults.add(place, "bad-hours", f"'{value}' ends before it begins", "Split it at midnight")
        elif start < ended:
            faults.add(
                place,
                "bad-hours",
                f"'{value}' begins before the one in front of it ends",
                "Put them in order",
            )
        ended = max(ended, end)
        found.append(value)
    return found
