"""A roster from a CSV file: all of it, or its faults. Half of one is never imported.

The first line names the columns, in any order; a semicolon or a comma divides them::

    id,name,tier,skills,languages,classes,channels,phone,unit,shift,services,trainee,mentor
    a17,Siti Rahma,1,pajak:3@2027-12-31;umum:1,id;en,PUBLIK;TERBATAS,voice:1;text:3,+628115550117,,mon-fri 08:00-16:00,kring_pajak,,

``id``, ``name``, ``tier`` and ``skills`` must be there. A level is 1 to 3 or pemula, madya, mahir; a certificate's last day
comes after ``@``. Several values of one cell are divided by ``;``, or by ``|`` in a file that is itself divided by ``;``.
Empty cells: languages id, classes PUBLIK, channels voice:1;text:3, shift always, services all.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from desk.agents import CHANNELS, CLASSES, LEVELS, TIERS, Agent, Skill, shift_hours

COLUMNS = (
    "id", "name", "tier", "skills", "languages", "classes", "channels", "phone", "unit", "shift", "services",
    "trainee", "mentor",
)  # fmt: skip
NEEDED = ("id", "name", "tier", "skills")
MOST_AGENTS = 5_000
LONGEST = 4_000_000  # bytes: a roster of five thousand has not half of it
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_PHONE = re.compile(r"\+\d{8,15}|sips?:[^\s@:;,<>\"]{1,64}@[A-Za-z0-9.-]{1,120}(?::\d{1,5})?")
_YES, _NO = ("ya", "yes", "1", "true", "x"), ("", "tidak", "no", "0", "false", "-")


@dataclass(frozen=True)
class Known:
    """What names may occur. Empty: any name is taken (a house that has no flows yet)."""

    skills: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    zone: str = "Asia/Jakarta"


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: the line of the file (1 is the line of column names), the column, what is wrong and the way out."""

    row: int
    column: str
    what: str

    def __str__(self) -> str:
        return (
            f"line {self.row}, {self.column}: {self.what}" if self.column else f"line {self.row}: {self.what}"
        )


class RosterFaults(ValueError):
    """The file was refused. ``faults`` are all of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


def read(content: bytes, known: Known = Known()) -> list[Agent]:
    """The agents of the file, in its order. Raises RosterFaults with every fault of every line."""
    reader = _Reader(known)
    agents = reader.agents(content)
    if reader.faults:
        raise RosterFaults(reader.faults)
    return agents


def near(name: str, names: Iterable[str]) -> str:
    """The way out of an unknown name: the near ones, else all of them (at most twenty).

    >>> near("pajek", ["pajak", "umum"]), near("x", ["pajak", "umum"])
    ("did you mean 'pajak'?", 'one of pajak, umum')
    """
    listed = list(dict.fromkeys(names))
    found = difflib.get_close_matches(name[:100], listed, n=3, cutoff=0.6)
    if found:
        return "did you mean " + " or ".join(repr(one) for one in found) + "?"
    return f"one of {', '.join(listed[:20])}{' ...' if len(listed) > 20 else ''}"


@dataclass
class _Reader:
    """Reads one file and collects what is wrong with it."""

    known: Known
    faults: list[Fault] = field(default_factory=list)
    row: int = 1
    divider: str = ";"

    def fault(self, column: str, what: str) -> None:
        self.faults.append(Fault(self.row, column, what))

    def agents(self, content: bytes) -> list[Agent]:
        text = self.text(content)
        if not text:
            return []
        first = text.lstrip("\r\n").split("\n", 1)[0]
        comma = "," if first.count(",") >= first.count(";") else ";"
        self.divider = ";" if comma == "," else "|"
        try:
            rows, line, lines = [], 1, csv.reader(io.StringIO(text), delimiter=comma, strict=True)
            for row in lines:  # a quoted cell may go over several lines
                rows.append((line, row))
                line = lines.line_num + 1
        except csv.Error as error:
            self.fault("", f"the file is no CSV ({error}); every quotation mark needs a second one")
            return []
        return self.rows(rows)

    def text(self, content: bytes) -> str:
        if len(content) > LONGEST:
            self.fault("", f"the file has {len(content):,} bytes, at most {LONGEST:,}; is it a roster?")
            return ""
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.row = content[: error.start].count(b"\n") + 1
            self.fault("", f"byte {content[error.start]:#04x} is not UTF-8; save the file as CSV UTF-8")
            return ""
        if "\0" in text:
            self.fault("", "there are zero bytes in it: this is no text file; save the sheet as CSV UTF-8")
            return ""
        if not text.strip():
            self.fault("", f"the file is empty; the first line names the columns: {','.join(COLUMNS)}")
            return ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def rows(self, rows: list[tuple[int, list[str]]]) -> list[Agent]:
        numbered = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
        self.row, head = numbered[0]
        columns = self.columns(head)
        if self.faults:
            return []
        if len(numbered) == 1:
            self.fault("", "there is no agent below the names of the columns")
        if len(numbered) - 1 > MOST_AGENTS:
            self.fault("", f"{len(numbered) - 1:,} agents, at most {MOST_AGENTS:,} in one file")
            return []
        agents = []
        for order, (number, row) in enumerate(numbered[1:]):
            self.row = number
            if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
                self.fault(
                    "",
                    f"{len(row)} cells under {len(columns)} columns; quote a cell that has a comma in it",
                )
                continue
            cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False)}
            agents.append(self.agent(cells, order))
        self.once(agents, [number for number, _ in numbered[1:]])
        return agents

    def columns(self, head: list[str]) -> list[str]:
        names = [name.strip().lower() for name in head]
        while names and not names[-1]:
            names.pop()
        for name in names:
            if name not in COLUMNS:
                self.fault(name, f"{name!r} is no column; {near(name, COLUMNS)}")
            elif names.count(name) > 1:
                self.fault(name, "this column is there twice")
        for name in NEEDED:
            if name not in names:
                self.fault(name, f"this column is missing; needed are {', '.join(NEEDED)}")
        return names

    def agent(self, cells: Mapping[str, str], order: int) -> Agent:
        return Agent(
            id=self.id(cells.get("id", "")),
            name=self.name(cells.get("name", "")),
            tier=self.tier(cells.get("tier", "")),
            skills=self.skills(cells.get("skills", "")),
            languages=self.names("languages", cells, self.known.languages) or ("id",),
            classes=self.classes(cells.get("classes", "")),
            channels=self.channels(cells.get("channels", "")),
            phone=self.phone(cells.get("phone", "")),
            unit=next(iter(self.names("unit", cells, self.known.units)), ""),
            shift=self.shift(cells.get("shift", "")),
            services=self.names("services", cells, self.known.services),
            trainee=self.yes_no("trainee", cells.get("trainee", "")),
            mentor=cells.get("mentor", ""),
            zone=self.known.zone,
            order=order,
        )

    def parts(self, cell: str) -> list[str]:
        return [part.strip() for part in cell.split(self.divider) if part.strip()]

    def id(self, cell: str) -> str:
        if not _ID.fullmatch(cell):
            self.fault("id", f"{cell[:80]!r} is no id; write letters, digits, '_', '-' or '.', at most 64")
        return cell

    def name(self, cell: str) -> str:
        if not cell or len(cell) > 100 or not cell.isprintable():
            self.fault("name", f"{cell[:40]!r} is no name; write one of at most 100 characters")
        return cell

    def tier(self, cell: str) -> int:
        number = cell.upper().removeprefix("T")
        if number in map(str, TIERS):
            return int(number)
        self.fault("tier", f"{cell!r} is no tier; one of {', '.join(map(str, TIERS))}")
        return 1

    def skills(self, cell: str) -> dict[str, Skill]:
        found: dict[str, Skill] = {}
        for part in self.parts(cell):
            rest, _, until = part.partition("@")
            name, _, level = (piece.strip() for piece in rest.partition(":"))
            if self.known.skills and name not in self.known.skills:
                self.fault("skills", f"skill {name!r} is unknown; {near(name, self.known.skills)}")
            elif not name:
                self.fault("skills", f"{part!r} names no skill; write umum:1")
            elif name in found:
                self.fault("skills", f"skill {name!r} is there twice")
            found[name] = Skill(self.level(name, level), self.day(name, until.strip()))
        if not found:
            self.fault("skills", "no skill: nobody would ever be put through; write umum:1")
        return found

    def level(self, skill: str, cell: str) -> int:
        if not cell:
            return 1
        level = LEVELS.get(cell.lower()) or (int(cell) if cell in ("1", "2", "3") else 0)
        if not level:
            names = ", ".join(f"{name} ({number})" for name, number in LEVELS.items())
            self.fault("skills", f"{cell!r} is no level of {skill!r}; one of {names}")
        return level or 1

    def day(self, skill: str, cell: str) -> date | None:
        try:
            return date.fromisoformat(cell) if cell else None
        except ValueError:
            self.fault("skills", f"{cell!r} is no day for the certificate of {skill!r}; write 2027-12-31")
            return None

    def names(self, column: str, cells: Mapping[str, str], known: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(self.parts(cells.get(column, ""))))
        for name in names:
            if known and name not in known:
                self.fault(column, f"{name!r} is unknown; {near(name, known)}")
        return names

    def classes(self, cell: str) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(name.upper() for name in self.parts(cell)))
        for name in names:
            if name not in CLASSES:
                self.fault("classes", f"class {name!r} is unknown; {near(name, CLASSES)}")
        return names or ("PUBLIK",)

    def channels(self, cell: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in self.parts(cell):
            name, _, number = (piece.strip() for piece in part.partition(":"))
            if name not in CHANNELS:
                self.fault("channels", f"channel {name!r} is unknown; {near(name, CHANNELS)}")
            elif not (number or "1").isdecimal() or int(number or 1) > 20:
                self.fault("channels", f"{number!r} is no capacity; write voice:1;text:3, at most 20")
            else:
                found[name] = int(number) if number else CHANNELS[name]
        if found.get("voice", 0) > 1:
            self.fault("channels", "voice is 1 or 0: nobody talks to two callers at a time")
        return {name: found.get(name, 0) for name in CHANNELS} if found else dict(CHANNELS)

    def phone(self, cell: str) -> str:
        number = re.sub(r"[ ().-]", "", cell) if cell.startswith(("+", "0", "(")) else cell
        if number.startswith("0"):
            number = "+62" + number[1:]
        if number and not _PHONE.fullmatch(number):
            self.fault("phone", f"{cell[:60]!r} is neither a number nor a SIP address; write +628115550117")
        return number

    def shift(self, cell: str) -> str:
        written = cell.replace("|", ";")
        try:
            shift_hours(written, self.known.zone)
        except ValueError as error:
            self.fault("shift", f"{'; '.join(str(error).splitlines())}; write mon-fri 08:00-16:00")
        return written

    def yes_no(self, column: str, cell: str) -> bool:
        if cell.lower() not in (*_YES, *_NO):
            self.fault(column, f"{cell!r} is neither yes nor no; write ya or leave it empty")
        return cell.lower() in _YES

    def once(self, agents: list[Agent], rows: list[int]) -> None:
        """No id twice; no telephone for two; a trainee's mentor is in the file."""
        ids = {agent.id for agent in agents}
        for what, column in (("id", "id"), ("phone", "phone")):
            first: dict[str, int] = {}
            for row, agent in zip(rows, agents, strict=False):
                value = str(getattr(agent, what))
                if value and first.setdefault(value, row) != row:
                    self.row = row
                    self.fault(column, f"{value!r} is that of line {first[value]} already")
        for row, agent in zip(rows, agents, strict=False):
            self.row = row
            if agent.mentor and agent.mentor not in ids - {agent.id}:
                self.fault(
                    "mentor", f"{agent.mentor!r} is nobody else in this file; {near(agent.mentor, ids)}"
                )
            if agent.trainee and not agent.mentor:
                self.fault("mentor", "a trainee needs a mentor; write the mentor's id")
