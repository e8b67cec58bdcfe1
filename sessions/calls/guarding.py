"""The dial guard with its counters: the middle asks before a number is rung."""

import json

from carrier import guard
from sessions.gateway import Gateway
from sessions.scene import Scene
from store import audit, limits


def may_ring(gateway: Gateway, number: str) -> bool:
    """Is this a number that may be rung at all? It is counted when it is rung."""
    settings = gateway.settings
    rules = guard.Rules(prefixes=settings.dial_prefixes, denied=settings.dial_denied)
    return guard.may_call(number, rules).ok


def may_dial(scene: Scene, number: str) -> bool:
    """May this number be rung now? A refusal is a line of the audit, with the reason and without the number."""
    settings = scene.gateway.settings
    rules = guard.Rules(
        prefixes=settings.dial_prefixes,
        denied=settings.dial_denied,
        agents=frozenset(settings.emergency_agents),
        per_hour=settings.dial_cap_per_hour,
        per_day=settings.dial_cap_per_day,
    )
    hour, day = scene.now[:13], scene.now[:10]
    made = guard.Made(limits.count(scene.db, "dial", "", hour), limits.count(scene.db, "dial", "", day))
    decision = guard.may_call(number, rules, made)
    if decision.ok:
        limits.add_and_count(scene.db, "dial", "", hour)
        limits.add_and_count(scene.db, "dial", "", day)
        return True
    detail = json.dumps({"reason": decision.reason})
    audit.write(
        scene.db, at=scene.now, who="guard", action="dial_refused", subject=scene.session_id, detail=detail
    )
    return False
