"""What design/desk.md asks of the router, written down a second time, slowly and without any of the router's code.

Each function looks at a desk that stands still and raises Broken with the invariant's name. Nothing here is fast or clever.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from desk.agents import zone_of


class Broken(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: str, told: str) -> None:
        super().__init__(f"{invariant}: {told}")
        self.invariant = invariant


def waited(contact, now):
    return max(0.0, (now - contact.arrived_at).total_seconds())


def priority(contact, rules, now):
    if contact.kind == "voicemail":
        return contact.priority  # else every caller of a morning would wait behind the night's messages
    steps = int(waited(contact, now) // rules.aging_seconds) if rules.aging_seconds else 0
    return max(min(1, contact.priority), contact.priority - steps)


def before(one, other, desk, now):
    """Must ``one`` be served before ``other``?"""
    ranks = [(priority(c, desk.rules_of(c.need.service), now), c.arrived_at, c.id) for c in (one, other)]
    return ranks[0] < ranks[1]


def able(agent, need, day):
    """May this agent ever take such a contact today?"""
    skill = agent.skills.get(need.skill)
    if skill is None or skill.level < need.level or (skill.until and skill.until < day):
        return False
    if agent.services and need.service not in agent.services:
        return False
    if need.language not in agent.languages or need.classification not in agent.classes:
        return False
    if agent.tier < need.tier or (agent.tier >= 3 and need.unit and agent.unit != need.unit):
        return False
    if agent.trainee and not (agent.mentor and need.skill == "umum"):
        return False
    return agent.channels.get(need.channel, 0) > 0


def in_shift(agent, now):
    """The one shift that the model writes: Monday to Friday, eight to four."""
    if not agent.shift:
        return True
    local = now.astimezone(zone_of(agent.zone))
    return local.weekday() < 5 and 8 <= local.hour < 16


def here(desk, agent, now):
    return desk.post(agent.id).presence == "available" and in_shift(agent, now)


_last = [None, None, {}, None]  # desk, moment, need -> people, load: of the look that is being had


def _remembered(desk, now):
    if _last[0] is not desk or _last[1] != now:
        taken = Counter((c.agent, c.need.channel) for c in desk.contacts.values())
        _last[:] = [desk, now, {}, taken]
    return _last


def people(desk, need, now):
    """Agents who are there and able, whatever they are doing."""
    known = _remembered(desk, now)[2]
    if need not in known:
        day = now.astimezone(zone_of(desk.rules_of(need.service).zone)).date()
        known[need] = [a for a in desk.roster.agents.values() if here(desk, a, now) and able(a, need, day)]
    return known[need]


def reached(desk, contact, now):
    rules = desk.rules_of(contact.need.service)
    tier = contact.need.tier
    for step, after in rules.tiers.items():
        if waited(contact, now) >= after:
            tier = max(tier, step)
    tiers = {agent.tier for agent in people(desk, contact.need, now)}
    while tier not in tiers and any(other > tier for other in tiers):
        tier += 1  # nobody there: the next one is asked at once
    return tier


def eligible(desk, contact, now):
    """Agents who may be asked for this contact now, ignoring what they have in hand."""
    highest = reached(desk, contact, now)
    return [
        agent
        for agent in people(desk, contact.need, now)
        if agent.tier <= highest
        and not (desk.post(agent.id).wrap_up_until and desk.post(agent.id).wrap_up_until > now)
    ]


def free(desk, contact, now):
    """Those of them whose capacity is not used up, and who have not just missed an offer."""
    channel, load = contact.need.channel, _remembered(desk, now)[3]
    return [
        agent
        for agent in eligible(desk, contact, now)
        if load[agent.id, channel] < agent.channels.get(channel, 0)
        and not (desk.post(agent.id).rest_until and desk.post(agent.id).rest_until > now)
    ]


def may_be_offered(desk, contact, now):
    early = contact.not_before is not None and contact.not_before > now
    if contact.kind != "callback":
        return not (contact.kind == "voicemail" and early)
    calling = any(c.kind == "call" and c.number == contact.number for c in desk.contacts.values())
    return not (calling and contact.number) and not early and not contact.expires_at <= now


def check_still(desk, now):
    """What must hold at every moment, also between two decisions."""
    for contact in desk.contacts.values():
        if contact.state != "waiting":
            if contact.held_until <= now:
                raise Broken("leases are freed", f"{contact.id} {contact.state} since {contact.since}")
            continue
        if may_be_offered(desk, contact, now) and (agents := free(desk, contact, now)):
            raise Broken("nothing waits while an eligible agent is free", f"{contact.id}, {agents[0].id}")
        if contact.kind == "call":
            check_caller(desk, contact, now)
        elif contact.expires_at and contact.expires_at <= now:
            raise Broken("a callback's promise ends", contact.id)
        elif contact.remind_at <= now:
            raise Broken("somebody is told of what waits", contact.id)


def check_caller(desk, contact, now):
    rules = desk.rules_of(contact.need.service)
    if waited(contact, now) >= (contact.longest or rules.longest_seconds):
        raise Broken("nobody waits longer than the longest wait", contact.id)
    if contact.closes_at and contact.closes_at <= now:
        raise Broken("nobody waits after closing time", contact.id)
    if not people(desk, contact.need, now):
        raise Broken("nobody waits for nobody", contact.id)


def check_deadlines(desk, now):
    for contact in desk.contacts.values():
        if contact.due is None or contact.due <= now:
            raise Broken("every contact has a next deadline", f"{contact.id}: {contact.due}")
        if contact.due > latest(desk, contact, now):
            raise Broken("every contact has a next deadline", f"{contact.id}: {contact.due} is too late")
        if desk.wake is None or desk.wake > contact.due:
            raise Broken("the desk wakes for every deadline", f"{contact.id}: {contact.due}, {desk.wake}")


def latest(desk, contact, now):
    """The latest moment at which the contact must be looked at again."""
    if contact.state != "waiting":
        return contact.held_until
    rules = desk.rules_of(contact.need.service)
    moments = [
        contact.arrived_at + timedelta(seconds=after)
        for tier, after in rules.tiers.items()
        if tier > contact.need.tier
    ]
    if contact.kind == "call":
        moments.append(contact.arrived_at + timedelta(seconds=contact.longest or rules.longest_seconds))
        moments.append(contact.closes_at or moments[-1])
    else:
        moments += [m for m in (contact.expires_at, contact.remind_at, contact.not_before) if m]
    return min(m for m in moments if m > now)


def check_offers(desk, offers, now):
    """Offers of this decision: to whom, and before whom."""
    for offer in offers:
        contact, agent = desk.contacts[offer.contact], desk.roster.agents[offer.agent]
        if agent not in eligible(desk, contact, now):
            raise Broken("offers go to eligible agents", f"{contact.id} to {agent.id}")
        rest = desk.post(agent.id).rest_until
        if rest and rest > now:
            raise Broken("no telephone rings without a pause", agent.id)
        if not may_be_offered(desk, contact, now):
            raise Broken("offers go to eligible agents", f"{contact.id} may not be offered")
        if _remembered(desk, now)[3][agent.id, contact.need.channel] > agent.channels.get(
            contact.need.channel, 0
        ):
            raise Broken("nobody exceeds capacity", agent.id)
        check_order(desk, contact, agent, now)


def check_order(desk, contact, agent, now):
    for other in desk.contacts.values():
        passed = other.state == "waiting" and other.need.channel == contact.need.channel
        if passed and before(other, contact, desk, now) and may_be_offered(desk, other, now):
            if agent in eligible(desk, other, now):
                raise Broken("the oldest eligible contact is served first", f"{contact.id} before {other.id}")
    if agent.id == contact.last_agent:
        return
    for idle in free(desk, contact, now):
        if idle.tier < agent.tier:
            raise Broken("lower tiers are asked first", f"{agent.id} before {idle.id}")


def check_offered(desk, now):
    """Directly after a decision, an offer stands only with somebody who is there and able."""
    for contact in desk.contacts.values():
        if contact.state == "offered":
            if contact.agent not in {agent.id for agent in people(desk, contact.need, now)}:
                raise Broken("offers stand only with who is there", f"{contact.id}, {contact.agent}")


def check_callbacks(desk):
    numbers = Counter(
        (c.number, c.need.service) for c in desk.contacts.values() if c.kind == "callback" and c.number
    )
    if numbers and max(numbers.values()) > 1:
        raise Broken("one callback for each number", str(numbers))


def check_consults(desk):
    """A consult is about a talk that somebody else has; whoever has what, nobody has more than there is room for."""
    for contact in desk.contacts.values():
        if contact.kind != "consult":
            continue
        about = desk.contacts.get(contact.id.removesuffix("+consult"))
        if about is None or about.state != "talking":
            raise Broken("a consult ends with its talk", contact.id)
        if contact.agent == about.agent:
            raise Broken("nobody is consulted by themselves", contact.id)
    load = Counter((c.agent, c.need.channel) for c in desk.contacts.values() if c.agent)
    for (agent, channel), taken in load.items():
        known = desk.roster.agents.get(agent)
        if known is not None and taken > known.channels.get(channel, 0):
            raise Broken("nobody exceeds capacity", f"{agent}: {taken} on {channel}")


def check_arrivals(was, was_at, desk, at):
    for contact in desk.contacts.values():
        old = was.contacts.get(contact.id)
        if old is not None and waited(contact, at) < waited(old, was_at) - 0.001:
            raise Broken("the time of arrival is kept", contact.id)
