"""Who may take what: the rules of routing, one function each, and the same functions explain themselves (why.py).

A law gives None when it allows, else a Refusal: the code of its words (words.py) and the facts in them. ABLE looks at
roster and need alone and holds for a day; HERE at where the agent stands; FREE at what the agent has in hand; READY at the
contact. The tests take each law away and see the model fail, so a law stands here or nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from desk.agents import AVAILABLE, Agent, Post, on_shift
from desk.routing.contacts import CALLBACK, VOICEMAIL, Contact, Need

TRAINEE_SKILLS = ("umum",)
FIRST_UNIT_TIER = (
    3  # from here on agents belong to units, and see only their unit's subjects (domain page 0.5)
)


class Refusal(NamedTuple):
    """Why not: ``code`` has its words in words.py."""

    code: str
    facts: Mapping[str, object] = {}


Able = Callable[[Agent, Need, date], Refusal | None]
Here = Callable[[Agent, Post, datetime], Refusal | None]
Free = Callable[[Agent, Post, datetime, str, int], Refusal | None]
Ready = Callable[[Contact, datetime, bool], Refusal | None]


# -- able ----------------------------------------------------------------------------------------------------


def of_service(agent: Agent, need: Need, day: date) -> Refusal | None:
    """The agent works for this service."""
    if not agent.services or need.service in agent.services:
        return None
    return Refusal("service", {"service": need.service})


def of_tier(agent: Agent, need: Need, day: date) -> Refusal | None:
    """The agent's tier is not below the least one asked for."""
    return (
        None if agent.tier >= need.tier else Refusal("least_tier", {"tier": agent.tier, "least": need.tier})
    )


def of_unit(agent: Agent, need: Need, day: date) -> Refusal | None:
    """From tier 3 on, only people of the owning unit."""
    if agent.tier < FIRST_UNIT_TIER or not need.unit or agent.unit == need.unit:
        return None
    return Refusal("unit", {"unit": need.unit})


def skilled(agent: Agent, need: Need, day: date) -> Refusal | None:
    """The agent has the skill, at the level."""
    skill = agent.skills.get(need.skill)
    if skill is None:
        return Refusal("skill", {"skill": need.skill})
    if skill.level < need.level:
        return Refusal("level", {"skill": need.skill, "level": skill.level, "least": need.level})
    return None


def certified(agent: Agent, need: Need, day: date) -> Refusal | None:
    """The skill's certificate is valid today."""
    skill = agent.skills.get(need.skill)
    if skill is None or skill.holds(day):
        return None
    return Refusal("certificate", {"skill": need.skill, "until": skill.until})


def speaks(agent: Agent, need: Need, day: date) -> Refusal | None:
    """The agent speaks the language."""
    return None if need.language in agent.languages else Refusal("language", {"language": need.language})


def cleared(agent: Agent, need: Need, day: date) -> Refusal | None:
    """The agent may see information of this class."""
    if need.classification in agent.classes:
        return None
    return Refusal("classification", {"classification": need.classification})


def has_channel(agent: Agent, need: Need, day: date) -> Refusal | None:
    """The agent works on this channel at all."""
    return None if agent.channels.get(need.channel, 0) > 0 else Refusal("channel", {"channel": need.channel})


def trained(agent: Agent, need: Need, day: date) -> Refusal | None:
    """A trainee takes only general questions, with a mentor named (domain page 1.2, Academy)."""
    if not agent.trainee or (agent.mentor and need.skill in TRAINEE_SKILLS):
        return None
    return Refusal("trainee", {"skills": ", ".join(TRAINEE_SKILLS)} if agent.mentor else {"skills": "-"})


# -- here ----------------------------------------------------------------------------------------------------


def present(agent: Agent, post: Post, at: datetime) -> Refusal | None:
    """Signed in and on no break: who is on a break is not present."""
    return None if post.presence == AVAILABLE else Refusal(post.presence, {"reason": post.reason})


def in_shift(agent: Agent, post: Post, at: datetime) -> Refusal | None:
    """The moment is in the agent's shift."""
    return None if on_shift(agent, at) else Refusal("shift", {"shift": agent.shift})


# -- free ----------------------------------------------------------------------------------------------------


def wrapped_up(agent: Agent, post: Post, at: datetime, channel: str, load: int) -> Refusal | None:
    """The wrap-up time is over."""
    if post.wrap_up_until is None or post.wrap_up_until <= at:
        return None
    return Refusal("wrap_up", {"until": post.wrap_up_until})


def rested(agent: Agent, post: Post, at: datetime, channel: str, load: int) -> Refusal | None:
    """A moment has passed since the last miss, so that no telephone rings without a pause."""
    if post.rest_until is None or post.rest_until <= at:
        return None
    return Refusal("rest", {"until": post.rest_until})


def has_room(agent: Agent, post: Post, at: datetime, channel: str, load: int) -> Refusal | None:
    """The channel's capacity is not used up by what the agent has or is offered."""
    capacity = agent.channels.get(channel, 0)
    return (
        None if load < capacity else Refusal("full", {"load": load, "capacity": capacity, "channel": channel})
    )


# -- ready ---------------------------------------------------------------------------------------------------


def in_its_time(contact: Contact, at: datetime, calling: bool) -> Refusal | None:
    """A callback is not made before its time, and a voicemail has some time to be written down."""
    if contact.not_before is None or contact.not_before <= at:
        return None
    code = "not_written" if contact.kind == VOICEMAIL else "too_early"
    return Refusal(code, {"until": contact.not_before})


def not_on_the_line(contact: Contact, at: datetime, calling: bool) -> Refusal | None:
    """Nobody is called back who is in the queue or talking to us at this moment."""
    return Refusal("calling") if calling and contact.kind == CALLBACK else None


ABLE: tuple[Able, ...] = (
    of_service, of_tier, of_unit, skilled, certified, speaks, cleared, has_channel, trained,
)  # fmt: skip
HERE: tuple[Here, ...] = (present, in_shift)
FREE: tuple[Free, ...] = (has_room, wrapped_up, rested)  # the commonest refusal first
READY: tuple[Ready, ...] = (in_its_time, not_on_the_line)
