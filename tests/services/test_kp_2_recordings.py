"""A talk in which a password is said is recorded but for it: paused before it is shown, on hold as well, or not kept at all."""

from __future__ import annotations

import time
import wave
from dataclasses import dataclass
from itertools import groupby

import pytest

from carrier.phone import Call, World
from tests.services.centre import case
from tests.services.test_kp_2 import A2, BIRTH, EFIN, MAIL, PORO, TAXPAYER, coretax, running

__all__ = ["coretax"]
LOUD = 500
A_MOMENT = 1.2  # seconds in which something is said


@pytest.fixture(scope="module")
def floor(tmp_path_factory, free_port, coretax):
    """As shipped, but for the pause after a talk: one agent takes all of these."""
    with running(
        tmp_path_factory.mktemp("kp2recordings"), free_port, coretax, "wrap_up_seconds: {voice: 1}\n"
    ) as floor:
        yield floor


@dataclass
class Talk:
    """A caller who was proved, a2 in the room with them, and the ticked list on the desk."""

    floor: object
    call: Call
    agent: Call
    ticket: str

    def do(self, what: str, *more: str) -> str:
        return self.floor.app("cases", what, self.ticket, *more, "--as", "a2")

    def hold(self) -> None:
        self.agent.press("*")
        self.floor.until(lambda: "Penelepon kami tahan" in self.last_said())
        self.agent.press("1")
        self.floor.until(lambda: "Tekan 1 untuk kembali" in self.last_said())

    def last_said(self) -> str:
        """Since this telephone was last in the room."""
        return self.floor.said(self.agent.look())[self.heard_before :]

    def back(self) -> None:
        self.agent.press("1")
        self.floor.talks(self.call, self.agent)
        self.heard_before = len(self.floor.said(self.agent.look()))

    heard_before: int = 0

    def history(self) -> list[str]:
        """What the case says of recordings."""
        return [
            what
            for (what,) in self.floor.house.query(
                "SELECT what FROM case_events WHERE ticket = ? AND (what LIKE 'talk r%' OR what LIKE 'talk n%'"
                " OR what LIKE 'recording %') ORDER BY id",
                self.ticket,
            )
        ]

    def resumed(self) -> None:
        """The agent says that it was told, and the carrier has taken it."""
        self.do("told")
        self.floor.until(lambda: "recording resumed" in self.history(), self.history)

    def ended(self, rooms: int) -> list[tuple]:
        """Sid, step and state of what was recorded, oldest first."""
        self.floor.part(self.call, self.agent)
        settled = "SELECT sid, step, state FROM recordings WHERE session_id = ? AND state <> 'waiting' ORDER BY created_at"
        self.floor.until(lambda: len(self.floor.house.query(settled, self.call.sid)) == rooms, self.history)
        return self.floor.house.query(settled, self.call.sid)


@pytest.fixture
def talk(floor, coretax):
    """A function: such a talk."""
    coretax.given["efin"] = ("found", {"efin": EFIN, "surel": MAIL})
    World(floor.house.emulator_url).pace(2000)

    def begin(number: str) -> Talk:
        floor.app("agents", "out", "a2")
        floor.app("agents", "in", "a2")
        call = floor.phone(number).dial("1500200")
        for keys in ("1", f"{TAXPAYER}#", "1", "1", f"{BIRTH}#"):
            floor.until(lambda: call.look().state == "asking", lambda: floor.said(call))
            call.press(keys)
        agent = floor.takes(A2)
        floor.talks(call, agent)
        ticket = case(floor.house, number)["ticket"]
        floor.app("cases", "tick", ticket, *PORO, "--as", "a2")
        return Talk(floor, call, agent, ticket)

    yield begin
    World(floor.house.emulator_url).no_faults()


def heard(floor, sid: str) -> list[tuple[bool, float]]:
    """(is it loud, for how many seconds) of the sound that the carrier has, one part after the other."""
    (path,) = floor.house.instance.rglob(f"{sid}.wav")
    with wave.open(str(path)) as wav:
        step = wav.getframerate() // 10
        pieces = [wav.readframes(step) for _ in range(wav.getnframes() // step)]
    loud = [
        max(abs(int.from_bytes(piece[at : at + 2], "little", signed=True)) for at in range(0, len(piece), 2))
        > LOUD
        for piece in pieces
    ]
    return [(is_loud, len(list(part)) / 10) for is_loud, part in groupby(loud)]


def test_the_seconds_in_which_the_password_is_said_are_silent_and_no_others(floor, talk):
    said = talk("+6281200000041")
    time.sleep(A_MOMENT)
    shown = said.do("do", "send_efin")
    assert "the recording of the talk is paused" in shown and "cases told" in shown
    assert "not recorded while a password is said" in said.do("checklist")
    time.sleep(A_MOMENT)
    said.resumed()
    assert "not recorded" not in said.do("checklist")
    time.sleep(A_MOMENT)
    ((sid, step, state),) = said.ended(1)
    assert (step, state) == ("(talk)", "fetched")
    parts = heard(floor, sid)
    assert [loud for loud, _ in parts] == [True, False, True], parts
    assert all(seconds >= A_MOMENT - 0.2 for _, seconds in parts), parts
    assert said.history() == ["recording paused", "recording resumed", "talk recorded"]


def test_a_password_that_is_shown_on_hold_and_said_in_the_next_room_is_in_none(floor, talk):
    said = talk("+6281200000042")
    said.hold()
    assert "recording" not in said.do("do", "send_efin")
    said.back()  # here it is said
    said.do("told")
    said.hold()
    said.back()
    first, third = said.ended(2)
    assert [first[1:], third[1:]] == [("(talk)", "fetched")] * 2
    rooms = floor.house.query("SELECT conferences FROM recording_pauses WHERE contact = ?", said.call.sid)
    assert len(rooms) == 1
    assert said.history() == ["talk recorded", "talk recorded"]


def test_while_the_carrier_cannot_pause_the_password_is_shown_and_the_recording_is_not_kept(floor, talk):
    said = talk("+6281200000043")
    World(floor.house.emulator_url).fault("rest", "status", match="Twilio.CURRENT", status=503, times=0)
    shown = said.do("do", "send_efin")
    assert "password" in shown and "could not be paused and will not be kept" in shown
    ((sid, step, state),) = said.ended(1)
    assert (step, state) == ("(choice)", "nothing")
    assert floor.house.query("SELECT kind FROM outbox WHERE target = ?", sid) == [("delete",)]
    assert said.history() == ["recording not paused", "talk not kept"]
