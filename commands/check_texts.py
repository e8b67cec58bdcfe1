"""Findings about text messages: do templates and replies fit into the parts that are paid for, after the longest fill?"""

from __future__ import annotations

from collections.abc import Iterator

from engine.check import WARNING, Finding, finding
from engine.explore import Exploration
from engine.flow import Ask, Flow, Template, TextOut
from engine.visit import parts_of
from sms.segments import foreign, parts

REPLY_PARTS = 2  # unless a template in it says more
# The longest that the house puts in for these, in either language.
LONGEST_KNOWN = {
    "nomor": "+6281234567890",
    "hari_ini": "Rabu, 30 September 2026",
    "tanggal": "Rabu, 30 September 2026",
    "waktu": "Rabu, 30 September 2026 pukul 16.00 WIB",
    "jam": "Senin sampai dengan Jumat pukul 08.00-12.00 dan 13.00-16.00 WIB",
    "status": "menunggu kelengkapan",
}
UNKNOWN_LETTERS = (
    20  # what is typed or comes over HTTP: it may be anything; the sender cuts what does not fit
)


def text_findings(exploration: Exploration) -> Iterator[Finding]:
    """What is too long or cannot be written in GSM-7."""
    flow = exploration.flow
    for template in flow.templates.values():
        for language, words in template.words.items():
            yield from _template(flow, template, language, words)
    yield from _replies(exploration)


def _template(flow: Flow, template: Template, language: str, words: str) -> Iterator[Finding]:
    filled = "".join(
        part if isinstance(part, str) else longest(flow, part[0], language) for part in parts_of(words)
    )
    needed = parts(filled)
    if needed > template.parts:
        what = f"the template '{template.name}' takes {needed} SMS parts in '{language}', {template.parts} are allowed"
        yield finding(flow, template.place, "text-too-long", what, f"Shorten it, or write 'parts: {needed}'")
    strange = foreign(words)
    if strange:
        told = ", ".join(f"'{one}' becomes '{other}'" for one, other in sorted(strange.items()))
        what = f"the template '{template.name}' has characters that SMS does not have in '{language}': {told}"
        yield finding(flow, template.place, "not-gsm", what, "Write the plain character", severity=WARNING)


def longest(flow: Flow, name: str, language: str) -> str:
    """The longest value that this placeholder can have, as it is written."""
    if name == "tiket":
        return f"{flow.prefix}-20260930-0001"
    if name == "layanan":
        return flow.service.get(language, flow.id)
    found = [*flow.variables.get(name, ()), *([flow.constants[name]] if name in flow.constants else [])]
    for source in flow.sources.values():
        found += [row[name] for row in source.rows if name in row]
    for step in flow.steps.values():
        if isinstance(step, Ask) and step.variable == name and step.most:
            found.append("9" * step.most)
    if name in LONGEST_KNOWN:
        found.append(LONGEST_KNOWN[name])
    return max(found, key=len, default="x" * UNKNOWN_LETTERS)


def _replies(exploration: Exploration) -> Iterator[Finding]:
    """All that one text causes is one reply; what does not fit is cut off."""
    flow = exploration.flow
    told: set[str] = set()
    for reply, (steps, way) in exploration.replies.items():
        passed = [flow.steps[name] for name in steps if name in flow.steps]
        allowed = [flow.templates[step.template].parts for step in passed if isinstance(step, TextOut)]
        needed, last = parts(reply), passed[-1] if passed else None
        if last is None or needed <= max((REPLY_PARTS, *allowed)) or last.name in told:
            continue
        told.add(last.name)
        what = f"the reply at '{last.name}' takes {needed} SMS parts, and what does not fit into {REPLY_PARTS} is cut off"
        way_out = "Give the steps a shorter 'written:'"
        yield finding(flow, last.place, "reply-too-long", what, way_out, way, severity=WARNING)
