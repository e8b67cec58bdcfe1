"""Who is next, and who is asked first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from desk.agents import Agent, Post
from desk.routing.contacts import VOICEMAIL, Contact
from desk.routing.rules import Rules


def waited_seconds(contact: Contact, at: datetime) -> float:
    """Seconds since arrival; 0 for who arrived in the future of a clock that was set back."""
    return max(0.0, (at - contact.arrived_at).total_seconds())


def priority_of(contact: Contact, rules: Rules, at: datetime) -> int:
    """The priority with aging: one step nearer to 1 for each so many seconds waited.

    A voicemail does not age: after a night all of them would go before whoever is on the line. Its case has a due time.
    """
    if not rules.aging_seconds or contact.priority <= 1 or contact.kind == VOICEMAIL:
        return contact.priority
    return max(1, contact.priority - int(waited_seconds(contact, at) // rules.aging_seconds))


ContactKey = tuple[int, datetime, str]


def contact_key(contact: Contact, rules: Rules, at: datetime) -> ContactKey:
    """Contacts are served in this order: priority, then arrival."""
    return priority_of(contact, rules, at), contact.arrived_at, contact.id


def tier_by_time(contact: Contact, rules: Rules, at: datetime) -> int:
    """The highest tier whose time has come, reckoned from arrival at every look."""
    waited = waited_seconds(contact, at)
    by_time = max((tier for tier, after in rules.tiers.items() if after <= waited), default=0)
    return max(by_time, contact.need.tier)


def reach(by_time: int, here: tuple[int, ...]) -> int:
    """The highest tier asked, when time has reached ``by_time`` and these tiers have somebody able who is here.

    A tier without anybody is not waited for: the next one above it is asked at once.

    >>> reach(1, (1, 2)), reach(1, (2, 3)), reach(2, (1, 3)), reach(2, (1,))
    (1, 2, 3, 2)
    """
    if by_time in here:
        return by_time
    return next((tier for tier in here if tier > by_time), by_time)


# -- agents of one tier ----------------------------------------------------------------------------------------

AgentKey = tuple[object, ...]
# (agent, post, contacts in hand, the contact) -> sorts first who is asked first
Strategy = Callable[[Agent, Post, int, Contact], AgentKey]


def _idle(post: Post) -> float:
    return 0.0 if post.idle_since is None else post.idle_since.timestamp()


def longest_idle(agent: Agent, post: Post, load: int, contact: Contact) -> AgentKey:
    """Who has been without a contact for longest."""
    return (_idle(post),)


def least_busy(agent: Agent, post: Post, load: int, contact: Contact) -> AgentKey:
    """Who has fewest in hand, then who took fewest since signing in."""
    return load, post.taken, _idle(post)


def round_robin(agent: Agent, post: Post, load: int, contact: Contact) -> AgentKey:
    """Whose last offer is longest ago: also after a restart, and when agents come and go."""
    return (post.last_offer,)


def ring_in_order(agent: Agent, post: Post, load: int, contact: Contact) -> AgentKey:
    """The roster's order."""
    return ()


def most_skilled(agent: Agent, post: Post, load: int, contact: Contact) -> AgentKey:
    """The highest level in the skill, then the longest idle."""
    skill = agent.skills.get(contact.need.skill)
    return -(skill.level if skill else 0), _idle(post)


BY_NAME: Mapping[str, Strategy] = {
    "longest_idle": longest_idle,
    "least_busy": least_busy,
    "round_robin": round_robin,
    "ring_in_order": ring_in_order,
    "most_skilled": most_skilled,
}


def agent_key(agent: Agent, post: Post, load: int, contact: Contact, rules: Rules) -> AgentKey:
    """Agents of one tier are asked in this order. Who has just missed this very contact comes last."""
    strategy = BY_NAME[rules.strategy]
    return (agent.id in contact.missed_by, *strategy(agent, post, load, contact), agent.order, agent.id)


def prefers_last_agent(contact: Contact, rules: Rules, at: datetime) -> bool:
    """Is the agent whom the contact knows asked first? Within a grace time, and not after missing this contact."""
    if not contact.last_agent or contact.last_agent_at is None or contact.last_agent in contact.missed_by:
        return False
    return (at - contact.last_agent_at).total_seconds() < rules.last_agent_seconds
