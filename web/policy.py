"""Who may use which address of the console: one table, and what stands in no line of it is refused at start.

    "work.take": Rule(FORM, AGENT | SUPERVISOR),

names the endpoint `take` of the blueprint `work`. The kind says how it is used, and `enforce` holds the methods to it. What the API
does (web/api/) has the roles of the page that does the same: its line names that page, and the scope that a token needs besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flask import Flask

from desk.access import ACTS
from sessions.console.accounts import ROLES
from sessions.console.api_tokens import ACT, MANAGE, PUBLISH, READ, SCOPES

AGENT, SUPERVISOR, ADMINISTRATOR, AUDITOR = (frozenset({role}) for role in ROLES)
# Everybody who is signed in; who still owes a second factor; anybody at all.
SIGNED_IN = frozenset(ROLES)
HALFWAY = frozenset({"halfway"})
ANYBODY = SIGNED_IN | HALFWAY | {"anonymous"}

# A whole page; a piece of one, data or a file; a form, sent with its token; a report of the browser itself, without one.
PAGE, PART, FORM, REPORT = "page", "part", "form", "report"
# What a program asks and does with a token; no cookie counts there.
ASK, DO = API_KINDS = ("ask", "do")
_METHODS = {PAGE: {"GET"}, PART: {"GET"}, FORM: {"POST"}, REPORT: {"POST"}, ASK: {"GET"}, DO: {"POST"}}

FORM_BYTES = 256 * 1024
SOUND_BYTES = 17 * 1024 * 1024  # a take of 16 MB (audio/taking.py) with its form
FLOW_BYTES = 4 * FORM_BYTES  # a file of 256 kB, as forms write letters


class Rule(NamedTuple):
    """``may``: who; ``bytes``: the longest body that is read; ``scope``: what a token must be made for."""

    kind: str
    may: frozenset[str]
    bytes: int = FORM_BYTES
    scope: str = ""


class NoPolicy(Exception):
    """Addresses that nobody decided on, or that do not keep to what was decided. The console does not start."""


_PAGES: Mapping[str, Rule] = {
    # what every page needs
    "static": Rule(PART, ANYBODY),
    "console.csp_report": Rule(REPORT, ANYBODY, 16 * 1024),
    "console.language": Rule(FORM, ANYBODY),
    "metrics.metrics": Rule(PART, ANYBODY),  # who brings METRICS_TOKEN, or this machine: web/metrics.py
    # in and out
    "entrance.sign_in": Rule(PAGE, ANYBODY),
    "entrance.enter": Rule(FORM, ANYBODY),
    "entrance.leave": Rule(FORM, SIGNED_IN | HALFWAY),
    "entrance.code": Rule(PAGE, SIGNED_IN | HALFWAY),
    "entrance.prove": Rule(FORM, SIGNED_IN | HALFWAY),
    "entrance.enrol": Rule(PAGE, SIGNED_IN | HALFWAY),
    "entrance.take": Rule(FORM, SIGNED_IN | HALFWAY),
    "entrance.welcome": Rule(PAGE, ANYBODY),
    "entrance.token": Rule(FORM, ANYBODY),
    "entrance.begin": Rule(FORM, ANYBODY),
    # one's own account
    "account.account": Rule(PAGE, SIGNED_IN),
    "account.language": Rule(FORM, SIGNED_IN),
    "account.password": Rule(FORM, SIGNED_IN),
    "account.second_factor": Rule(PAGE, SIGNED_IN),
    "account.take": Rule(FORM, SIGNED_IN),
    "account.codes": Rule(FORM, SIGNED_IN),
    "account.end_sessions": Rule(FORM, SIGNED_IN),
    "tokens.tokens": Rule(PAGE, SIGNED_IN),
    "tokens.make": Rule(FORM, SIGNED_IN),
    "tokens.revoke": Rule(FORM, SIGNED_IN),
    # people and their rights
    "people.people": Rule(PAGE, ADMINISTRATOR),
    "people.person": Rule(PAGE, ADMINISTRATOR),
    "people.add": Rule(FORM, ADMINISTRATOR),
    "people.change": Rule(FORM, ADMINISTRATOR),
    "people.act": Rule(FORM, ADMINISTRATOR),
    "tokens.everybody": Rule(PAGE, ADMINISTRATOR),
    "tokens.revoke_any": Rule(FORM, ADMINISTRATOR),
    # who did what
    "audit.audit": Rule(PAGE, ADMINISTRATOR | AUDITOR),
    "audit.verify": Rule(FORM, ADMINISTRATOR | AUDITOR),
    # pages
    "home.home": Rule(PAGE, SIGNED_IN),
    "home.now": Rule(PART, SIGNED_IN),
    # services
    "flows.flows": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "flows.service": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "flows.drawing": Rule(PART, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "flows.travelled": Rule(PART, SUPERVISOR | ADMINISTRATOR),
    "flows.findings": Rule(PART, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "flows.schema": Rule(PART, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "flows.edit": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "flows.begin": Rule(PAGE, ADMINISTRATOR),
    "flows.check": Rule(FORM, SUPERVISOR | ADMINISTRATOR | AUDITOR, FLOW_BYTES),
    "flows.tests": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "flows.offer": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "flows.save": Rule(FORM, ADMINISTRATOR, FLOW_BYTES),
    "flows.publish": Rule(FORM, ADMINISTRATOR),
    "flows.roll_back": Rule(FORM, ADMINISTRATOR),
    "flows.draft": Rule(FORM, ADMINISTRATOR),
    "calendar.calendar": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "calendar.decide": Rule(FORM, SUPERVISOR | ADMINISTRATOR),
    "prompts.prompts": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "prompts.progress": Rule(PART, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "prompts.prompt": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "prompts.sound": Rule(PART, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "prompts.draft": Rule(FORM, ADMINISTRATOR),
    "prompts.take": Rule(FORM, ADMINISTRATOR, SOUND_BYTES),
    "prompts.check": Rule(FORM, ADMINISTRATOR, SOUND_BYTES),
    "prompts.bring_back": Rule(FORM, ADMINISTRATOR),
    # cases, messages, text dialogues, one's own desk
    "work.inbox": Rule(PAGE, AGENT | SUPERVISOR),
    "work.list": Rule(PART, AGENT | SUPERVISOR),
    "work.case": Rule(PAGE, AGENT | SUPERVISOR),
    "work.news": Rule(PART, AGENT | SUPERVISOR),
    "work.open": Rule(FORM, AGENT | SUPERVISOR),
    "work.act": Rule(FORM, AGENT | SUPERVISOR),
    "work.wishes": Rule(PART, AGENT | SUPERVISOR),
    "work.tick": Rule(FORM, AGENT | SUPERVISOR),
    "work.do": Rule(FORM, AGENT | SUPERVISOR),
    "work.told": Rule(FORM, AGENT | SUPERVISOR),
    "work.draft": Rule(FORM, AGENT | SUPERVISOR),
    "work.measure": Rule(FORM, AGENT | SUPERVISOR),
    "work.sound": Rule(PART, AGENT | SUPERVISOR),
    "work.hear": Rule(FORM, AGENT | SUPERVISOR),
    "work.words": Rule(FORM, AGENT | SUPERVISOR),
    "work.correct": Rule(FORM, AGENT | SUPERVISOR),
    "work.dialogue": Rule(PAGE, AGENT | SUPERVISOR),
    "work.said": Rule(PART, AGENT | SUPERVISOR),
    "work.dialogue_act": Rule(FORM, AGENT | SUPERVISOR),
    "work.desk": Rule(PART, AGENT | SUPERVISOR),
    "work.state": Rule(FORM, AGENT | SUPERVISOR),
    "work.offer": Rule(FORM, AGENT | SUPERVISOR),
    "work.call": Rule(FORM, AGENT | SUPERVISOR),
    # the desk at one glance
    "wallboard.board": Rule(PAGE, SIGNED_IN),
    "wallboard.wall": Rule(PAGE, SIGNED_IN),
    "wallboard.part": Rule(PART, SIGNED_IN),
    "wallboard.wall_part": Rule(PART, SIGNED_IN),
    # screens on a wall: who may make their links; the wall itself for who brings one (web/pages/screens.py)
    "screens.screens": Rule(PAGE, SUPERVISOR | ADMINISTRATOR),
    "screens.make": Rule(FORM, SUPERVISOR | ADMINISTRATOR),
    "screens.revoke": Rule(FORM, SUPERVISOR | ADMINISTRATOR),
    "screens.door": Rule(PAGE, ANYBODY),
    "screens.enter": Rule(FORM, ANYBODY),
    "screens.wall": Rule(PAGE, ANYBODY),
    "screens.part": Rule(PART, ANYBODY),
    # figures of an interval
    "reports.figures": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "reports.themes": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "reports.month": Rule(PAGE, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "reports.download": Rule(FORM, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    "reports.download_themes": Rule(FORM, SUPERVISOR | ADMINISTRATOR | AUDITOR),
    # why a contact is where it is
    "explain.search": Rule(PAGE, AGENT | SUPERVISOR | ADMINISTRATOR),
    "explain.contact": Rule(PAGE, AGENT | SUPERVISOR | ADMINISTRATOR),
    "explain.now": Rule(PART, AGENT | SUPERVISOR | ADMINISTRATOR),
    # how the installation is: auditors look on
    "operations.overview": Rule(PAGE, ADMINISTRATOR | AUDITOR),
    "operations.state": Rule(PART, ADMINISTRATOR | AUDITOR),
    "operations.backup": Rule(FORM, ADMINISTRATOR),
    "operations.doctor": Rule(PAGE, ADMINISTRATOR | AUDITOR),
    "operations.findings": Rule(PART, ADMINISTRATOR | AUDITOR),
    "operations.examine": Rule(FORM, ADMINISTRATOR),
    "operations.letters": Rule(PAGE, ADMINISTRATOR | AUDITOR),
    "operations.letter": Rule(PAGE, ADMINISTRATOR | AUDITOR),
    "operations.act": Rule(FORM, ADMINISTRATOR),
    # telephones at the carrier's emulator
    "phone.page": Rule(PAGE, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.news": Rule(PART, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.dial": Rule(FORM, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.act": Rule(FORM, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.record": Rule(FORM, AGENT | SUPERVISOR | ADMINISTRATOR, 12 * 1024 * 1024),
    "phone.send": Rule(FORM, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.sound": Rule(PART, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.sounding": Rule(PART, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.twiml": Rule(PART, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.drawing": Rule(PART, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.mails": Rule(PART, AGENT | SUPERVISOR | ADMINISTRATOR),
    "phone.letter": Rule(PART, AGENT | SUPERVISOR | ADMINISTRATOR),
}

DIALOGUE_ACTS = (
    "take",
    "answer",
    "release",
    "escalate",
    "to_robot",
    "close",
)  # web/work/dialogue.py says how
# What programs do: the page that does the same, and the scope. web/api/ declares the rest of each.
_API: Mapping[str, tuple[str, str, str]] = {
    "api.me": (ASK, "account.account", READ),
    # cases, messages, text dialogues, one's own desk
    "api.cases": (ASK, "work.list", READ),
    "api.case": (ASK, "work.case", READ),
    "api.case_open": (DO, "work.open", ACT),
    **{f"api.case_{act}": (DO, "work.act", ACT) for act in ACTS},
    "api.checklist": (ASK, "work.wishes", READ),
    "api.tick": (DO, "work.tick", ACT),
    "api.wish": (DO, "work.do", ACT),
    "api.told": (DO, "work.told", ACT),
    "api.voicemails": (ASK, "work.list", READ),
    "api.search": (ASK, "work.inbox", READ),
    "api.words": (DO, "work.words", ACT),
    "api.correct": (DO, "work.correct", ACT),
    "api.sound": (ASK, "work.sound", READ),
    "api.hear": (DO, "work.hear", ACT),
    "api.dialogues": (ASK, "work.list", READ),
    "api.dialogue": (ASK, "work.dialogue", READ),
    **{f"api.dialogue_{act}": (DO, "work.dialogue_act", ACT) for act in DIALOGUE_ACTS},
    "api.measure": (DO, "work.measure", READ),
    "api.desk": (ASK, "work.desk", READ),
    "api.state": (DO, "work.state", ACT),
    "api.call": (DO, "work.call", ACT),
    "api.offered": (DO, "work.offer", ACT),
    # the line, and why
    "api.wallboard": (ASK, "wallboard.board", READ),
    "api.queues": (ASK, "wallboard.board", READ),
    "api.agents": (ASK, "wallboard.board", READ),
    "api.screens": (ASK, "screens.screens", READ),
    "api.make_screen": (DO, "screens.make", ACT),
    "api.revoke_screen": (DO, "screens.revoke", ACT),
    "api.contacts": (ASK, "explain.search", READ),
    "api.contact": (ASK, "explain.contact", READ),
    "api.report": (ASK, "reports.figures", READ),
    "api.themes": (ASK, "reports.themes", READ),
    # services
    "api.services": (ASK, "flows.flows", READ),
    "api.service": (ASK, "flows.service", READ),
    "api.findings": (ASK, "flows.findings", READ),
    "api.check": (DO, "flows.check", READ),
    "api.tests": (ASK, "flows.tests", READ),
    "api.offer": (ASK, "flows.offer", READ),
    "api.file": (ASK, "flows.edit", READ),
    "api.save": (DO, "flows.save", PUBLISH),
    "api.publish": (DO, "flows.publish", PUBLISH),
    "api.rollback": (DO, "flows.roll_back", PUBLISH),
    "api.draft": (DO, "flows.draft", PUBLISH),
    "api.end_draft": (DO, "flows.draft", PUBLISH),
    "api.prompts": (ASK, "prompts.prompts", READ),
    "api.prompt_sound": (ASK, "prompts.sound", READ),
    "api.prompt_take": (DO, "prompts.take", PUBLISH),
    "api.prompt_check": (DO, "prompts.check", READ),
    "api.prompt_earlier": (ASK, "prompts.prompt", READ),
    "api.prompt_back": (DO, "prompts.bring_back", PUBLISH),
    "api.prompt_drafts": (ASK, "prompts.progress", READ),
    "api.make_prompt_drafts": (DO, "prompts.draft", PUBLISH),
    "api.overrides": (ASK, "calendar.calendar", READ),
    "api.override": (DO, "calendar.decide", ACT),
    # people and their rights; who did what
    "api.people": (ASK, "people.people", READ),
    "api.person": (ASK, "people.person", READ),
    "api.add_person": (DO, "people.add", MANAGE),
    "api.change_person": (DO, "people.change", MANAGE),
    **{
        f"api.person_{act}": (DO, "people.act", MANAGE)
        for act in ("invite", "lock", "unlock", "reset", "end")
    },
    "api.audit": (ASK, "audit.audit", READ),
    "api.verify": (DO, "audit.verify", READ),
    # the installation
    "api.condition": (ASK, "operations.overview", READ),
    "api.backup": (DO, "operations.backup", ACT),
    "api.doctor": (ASK, "operations.findings", READ),
    "api.examine": (DO, "operations.examine", ACT),
    "api.dead_letters": (ASK, "operations.letters", READ),
    "api.dead_letter": (ASK, "operations.letter", READ),
    "api.dead_letter_replay": (DO, "operations.act", ACT),
    "api.dead_letter_drop": (DO, "operations.act", ACT),
}


def _as_on_page(kind: str, page: str, scope: str) -> Rule:
    """The page's own roles: no rule is written twice."""
    return Rule(kind, _PAGES[page].may, _PAGES[page].bytes, scope)


POLICY: Mapping[str, Rule] = {
    **_PAGES,
    "api.page": Rule(PAGE, SIGNED_IN),
    "api.document": Rule(PART, ANYBODY),
    **{endpoint: _as_on_page(*line) for endpoint, line in _API.items()},
}


def scopes_of(role: str) -> tuple[str, ...]:
    """The scopes with which a token of this role opens anything."""
    of_any_use = {rule.scope for rule in POLICY.values() if role in rule.may}
    return tuple(scope for scope in SCOPES if scope in of_any_use)


def enforce(app: Flask, policy: Mapping[str, Rule] = POLICY) -> None:
    """Raises NoPolicy unless every address has its line, every line its address, and every method fits the kind."""
    faults = []
    for rule in app.url_map.iter_rules():
        decided = policy.get(rule.endpoint)
        if decided is None:
            faults.append(f"{rule.rule}: no line says who may use {rule.endpoint}")
        elif (methods := (rule.methods or set()) - {"HEAD", "OPTIONS"}) != _METHODS[decided.kind]:
            faults.append(f"{rule.rule}: a {decided.kind} that is asked with {', '.join(sorted(methods))}")
    there = {rule.endpoint for rule in app.url_map.iter_rules()}
    faults += [
        f"{endpoint}: a line for an address that is none" for endpoint in policy if endpoint not in there
    ]
    if faults:
        raise NoPolicy("web/policy.py:\n" + "\n".join(f"  {fault}" for fault in sorted(faults)))
