"""The engine's facts of this moment, from the database and the calendar. Each is worked out only when a step asks for it."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from desk import hours as desk_hours
from desk import hours_in_words
from engine import world as facts
from engine.flow import Flow
from store import waiting
from store.library import Connection
from store.times import instant, text

# Until measured service times are there, a person is assumed to need so long for one contact (domain page: 10 min is the warning).
MINUTES_A_CONTACT = 4


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The zone, read from disk once."""
    return ZoneInfo(name)


@lru_cache(maxsize=256)
def _hours(version: str, name: str, flow_ref: "FlowRef") -> desk_hours.Hours:
    return desk_hours.parse(flow_ref.flow.hours[name].spec, flow_ref.flow.timezone)


class FlowRef:
    """A flow as a cache key: two of the same version are the same."""

    __slots__ = ("flow",)

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def __hash__(self) -> int:
        return hash(self.flow.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FlowRef) and other.flow.version == self.flow.version


def hours_of(flow: Flow, name: str) -> desk_hours.Hours:
    """One of the flow's opening hours, parsed once for each version."""
    return _hours(flow.version, name, FlowRef(flow))


class Now:
    """One moment of one contact (engine.world.World)."""

    def __init__(self, flow: Flow, session_id: str, moment: datetime, db: Connection) -> None:
        self._flow = flow
        self._session_id = session_id
        self._moment = moment
        self._db = db
        self._today = moment.astimezone(zone_of(flow.timezone)).date()

    @property
    def now(self) -> str:
        return text(self._moment)

    @property
    def today(self) -> date:
        return self._today

    def seconds_since(self, then: str) -> int:
        if not then:
            return 0
        return int((self._moment - instant(then)).total_seconds())

    def hours(self, name: str) -> str:
        if name not in self._flow.hours:
            return facts.OPEN  # a service without hours never closes
        return desk_hours.state(self._spec(name), self._moment)

    def hours_in_words(self, name: str, language: str) -> str:
        return hours_in_words.describe(self._spec(name), language) if name in self._flow.hours else ""

    def promise_in_words(self, name: str, language: str) -> str:
        name = name or next(iter(self._flow.hours), "")
        if name not in self._flow.hours:
            return ""
        return hours_in_words.promise(self._spec(name), self._moment, language)

    def people(self, skill: str, tier: int) -> str:
        # Who is on shift is the desk's to say; until a roster exists every open queue is waited in.
        return facts.BUSY

    def place(self) -> tuple[int, int]:
        position = waiting.position(self._db, self._session_id) or 1
        return position, position * MINUTES_A_CONTACT

    def _spec(self, name: str) -> desk_hours.Hours:
        return hours_of(self._flow, name)
