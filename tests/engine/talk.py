"""A contact who talks to the pure engine: flow text in, words out. The session goes through JSON between any two turns."""

from collections.abc import Mapping
from datetime import date

from engine.advance import advance_through, begin
from engine.events import Answered, Event, Started
from engine.flow import Flow
from engine.load import load
from engine.session import Session, from_json, to_json
from engine.turn import LookUp, OpenCase, Prove, Question, SendCode, Speak, Turn

HEAD = """format: 1
service: {id: Layanan, en: Service}
prefix: LY
languages: [id, en]
timezone: Asia/Jakarta
numbers: {voice: ["100"], text: ["100"]}
"""


class Still:
    """A world that stands still until a test moves it (engine.world.World)."""

    def __init__(self) -> None:
        self.now = "2026-03-11T03:00:00.000Z"
        self.today = date(2026, 3, 11)
        self.waited = 0
        self.opened = "open"
        self.staff = "busy"
        self.listening = False

    def seconds_since(self, then: str) -> int:
        return self.waited

    def hours(self, name: str) -> str:
        return self.opened

    def hours_in_words(self, name: str, language: str) -> str:
        return "Senin sampai Jumat pukul 08.00-16.00 WIB"

    def promise_in_words(self, name: str, language: str) -> str:
        return "hari kerja berikutnya, Kamis 12 Maret 2026 pukul 16.00 WIB"

    def people(self, skill: str, tier: int) -> str:
        return self.staff

    def hears(self, language: str) -> bool:
        return self.listening

    def place(self, entering: object) -> tuple[int, int]:
        return 2, 8


class Talk:
    """One contact. ``answers`` maps a question's kind ('LookUp', 'Prove', 'SendCode', 'CheckCode') to what the house says, in order."""

    def __init__(
        self,
        flow: Flow,
        *,
        channel: str = "voice",
        contact: str = "+6281200000001",
        can_text: bool = True,
        answers: Mapping[str, list[Answered | None]] | None = None,
    ) -> None:
        self.flow = flow
        self.world = Still()
        self.session: Session = begin(flow, channel=channel, contact=contact, can_text=can_text, called="100")
        self.answers = {kind: list(given) for kind, given in (answers or {}).items()}
        self.asked: list[Question] = []
        self.turn: Turn | None = None
        self.effects: list[object] = []

    def hears(self, event: Event) -> str:
        """What is said in answer to the event."""
        self.turn = advance_through(self.flow, self.session, event, self.world, self._answer)
        self.session = from_json(to_json(self.turn.session))
        self.effects += self.turn.effects
        return " ".join(prompt.text for prompt in self.turn.prompts if isinstance(prompt, Speak))

    def begins(self) -> str:
        return self.hears(Started())

    @property
    def wait(self) -> object:
        assert self.turn is not None
        return self.turn.wait

    def effect(self, kind: type) -> list:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def _answer(self, question: Question, session: Session) -> Answered | None:
        self.asked.append(question)
        if isinstance(question, OpenCase):
            return Answered("opened", {"tiket": "LY-20260311-0001"})
        given = self.answers.get(type(question).__name__)
        assert given, f"nothing prepared for {question}"
        return given.pop(0)


def flow(steps: str, head: str = HEAD, start: str = "awal", **files: str) -> Flow:
    """A flow of these steps (YAML, not indented), loaded by the real loader."""
    indented = "\n".join(f"  {line}" for line in steps.strip("\n").split("\n"))
    return load("uji", {"flow.yaml": f"{head}start: {start}\nsteps:\n{indented}\n", **files}, {})


__all__ = ["HEAD", "LookUp", "Prove", "SendCode", "Still", "Talk", "flow"]
