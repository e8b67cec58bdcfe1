"""A contact on the stage of the engine alone: what it met last, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from engine.events import Answered
from engine.flow import Flow, Menu
from engine.session import Session
from engine.turn import (
    AwaitAnswer,
    AwaitChoice,
    AwaitDial,
    AwaitKeys,
    AwaitPerson,
    AwaitRecording,
    AwaitReturn,
    AwaitTalk,
    Ended,
    Prompt,
    Rescue,
    Turn,
)

NOT_HERE = {
    AwaitKeys: "a question waits for keys",
    AwaitChoice: "a question waits for a key or a word",
    AwaitRecording: "a message is being recorded",
    AwaitDial: "another telephone rings",
    AwaitPerson: "the caller waits for a person",
    AwaitTalk: "the caller talks to a person",
    AwaitReturn: "the caller is on hold",
    AwaitAnswer: "another system is being asked",
    Ended: "the contact is over",
    Rescue: "the flow has lost the contact",
}


@dataclass
class Contact:
    """One call or dialogue. ``turn`` is what it met last."""

    id: str
    number: str
    called: str
    turn: Turn
    at: datetime  # of the last exchange
    prompts: list[Prompt] = field(default_factory=list)  # since the last act
    texts: list[str] = field(default_factory=list)
    system: Answered | None = None  # what another system answers, a moment from now
    keyed: str = ""  # of a value, until the finishing key
    alone: str = ""  # the ticket of its case, when the robot served it alone and nobody was told the number

    @property
    def session(self) -> Session:
        return self.turn.session


def each_key(flow: Flow, contact: Contact, keys: str) -> list[str]:
    """Keys as a menu takes them: '12' is one choice where the menu has a key 12, else two choices."""
    step = flow.steps.get(contact.session.step)
    if isinstance(step, Menu) and keys in step.keys:
        return [keys]
    return list(keys)
