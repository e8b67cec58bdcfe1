"""An agent's telephone is proved once a shift: a code is sent to it, and comes back from it.

Whoever knows a number can forge it as the sender of a text, but does not read what we send there. So nothing that comes from an
agent's telephone is done before a code of six digits has gone to the telephone of the roster and come back (decision 0030).
"""

import json
import logging
from datetime import datetime

from desk.agents import Agent
from engine.numbers import contact_key
from sessions.gateway import Gateway
from store import audit, limits, meta, verification
from store.library import Connection
from store.times import instant, plus

log = logging.getLogger("sambung.dialogues")

PROVED_SECONDS = 12 * 3600  # a shift with its breaks
CODE_SECONDS = 600
CODES = 3  # in ten minutes: a forger must not ring an agent's telephone all day

ASKED, PROVED, WRONG, SILENT = "prove", "proved", "wrong_code", ""


def proved_until(db: Connection, agent: Agent, now: str) -> datetime | None:
    """Until when texts from the agent's telephone count; None when it has to be proved first, or is another one now."""
    kept = json.loads(meta.get(db, _name(agent)) or "{}")
    if kept.get("phone") != contact_key(agent.phone).key or kept.get("until", "") <= now:
        return None
    return instant(kept["until"])


def prove(
    gateway: Gateway, db: Connection, agent: Agent, body: str, now: str
) -> tuple[str, dict[str, object]]:
    """What becomes of a text from a telephone that is not proved: (code of desk/dialogue_words.py, '' for no answer; its facts)."""
    written = body.strip()
    if len(written) == 6 and written.isascii() and written.isdigit():
        return _tried(gateway, db, agent, written, now), {}
    if limits.add_and_count(db, "agent_codes", agent.id, now[:15]) > CODES:
        log.warning("more texts from an agent's telephone that is not proved", extra={"agent": agent.id})
        return SILENT, {}
    code = verification.new_code()
    verification.issue_code(
        db, session_id=_name(agent), subject_hash=_phone(gateway, agent), code_hash=_code(gateway, agent, code),
        expires_at=plus(now, CODE_SECONDS),
    )  # fmt: skip
    return ASKED, {"kode": code}


def _tried(gateway: Gateway, db: Connection, agent: Agent, code: str, now: str) -> str:
    outcome = verification.try_code(
        db, session_id=_name(agent), subject_hash=_phone(gateway, agent), code_hash=_code(gateway, agent, code),
        now=now,
    )  # fmt: skip
    action = "telephone_proved" if outcome == "right" else "telephone_not_proved"
    audit.write(
        db, at=now, who=agent.id, action=action, subject=agent.id, detail=json.dumps({"code": outcome})
    )
    if outcome != "right":
        return WRONG
    note(db, agent, now)
    return PROVED


def note(db: Connection, agent: Agent, now: str) -> None:
    """The telephone of the roster is proved from now on."""
    kept = {"phone": contact_key(agent.phone).key, "until": plus(now, PROVED_SECONDS)}
    meta.put(db, _name(agent), json.dumps(kept))


def _name(agent: Agent) -> str:
    return f"agent_telephone:{agent.id}"


def _phone(gateway: Gateway, agent: Agent) -> str:
    return gateway.keyed("agent telephone", agent.phone)


def _code(gateway: Gateway, agent: Agent, code: str) -> str:
    return gateway.keyed("agent code", agent.id, code)
