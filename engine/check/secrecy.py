"""Information flow: what is told to whom. Three classes of answers (domain page 0.5), and secrets that live for one turn.

The engine refuses a look-up that needs a proof which the contact has not given (engine/steps/lookup), and a proof opens only
the subject it was given for. What is left to prove here: that nobody is led into such a refusal, that the same data cannot be
had by another look-up that asks for less, and that a secret is written down nowhere.
"""

from collections.abc import Iterator

from engine.check.finding import Finding, Rule, at, finding
from engine.explore import Exploration
from engine.flow import Ask, Flow, Lookup, Place, Queue, Verify
from engine.load.words import placeholders
from engine.steps.lookup import LEVELS

RESTRICTED, EXEMPT = "terbatas", "rahasia"
CLASSES = ("publik", RESTRICTED, EXEMPT)
# Nobody may keep these, so an ask under such a name is a secret whether it says so or not.
SECRET_NAMES = frozenset(
    "pin otp kode_otp sandi kata_sandi password passphrase frasa_sandi cvv cvc kode_verifikasi".split()
)


def asked_without_proof(exploration: Exploration) -> Iterator[Finding]:
    """A restricted look-up is reached without its proof, or with a proof of something else: it is refused."""
    for name, way in exploration.refused.items():
        step = exploration.flow.steps.get(name)
        if isinstance(step, Lookup) and step.classification != EXEMPT:
            what = f"the look-up '{name}' needs a proof of level {step.needs}, but it is reached without one for what it asks about"
            way_out = f"Lead there by the exit 'ok:' of a 'verify: {step.needs}' of the same {_subject(step)}"
            yield finding(*at(exploration, name), "asked-without-proof", what, way_out, way)


def _subject(step: Lookup) -> str:
    names = [name for text in step.query.values() for name, _ in placeholders(text)]
    return f"{{{names[0]}}}" if names else "subject"


def exempt_answers(exploration: Exploration) -> Iterator[Finding]:
    """Exempt information is never told, so a way that asks for it is a mistake in the way or in the class."""
    for name, way in exploration.refused.items():
        step = exploration.flow.steps.get(name)
        if isinstance(step, Lookup) and step.classification == EXEMPT:
            what = f"the look-up '{name}' asks for exempt information, which nobody is told"
            way_out = "Lead to words that refuse, or give the look-up its true class"
            yield finding(*at(exploration, name), "exempt-answer", what, way_out, way)


def open_back_doors(exploration: Exploration) -> Iterator[Finding]:
    """The same data by a look-up that asks for less: of our own cases, of a source of proofs, of one restricted elsewhere."""
    flow = exploration.flow
    lookups = [step for step in flow.steps.values() if isinstance(step, Lookup)]
    proving = {step.subject for step in flow.steps.values() if isinstance(step, Verify)}
    strictest = {step.source: max((_strictness(s), s.name) for s in lookups if s.source == step.source)
                 for step in lookups}  # fmt: skip
    for step in lookups:
        source = flow.sources.get(step.source)
        most, where = strictest[step.source]
        if _strictness(step) < most:
            why = f"'{where}' asks the same source as {_told(flow, where)}"
        elif step.needs or step.classification == EXEMPT or source is None:
            continue
        elif source.kind == "cases":
            why = "a case is about a person"
        elif step.source in proving:
            why = "a 'verify:' proves who calls by the same source"
        else:
            continue
        what = f"the look-up '{step.name}' gives data of '{step.source}' to anybody as {_told(flow, step.name)}, but {why}"
        way_out = "Write 'class: terbatas' and lead there by a 'verify:', or ask a table that holds only what is public"
        way = exploration.entered.get(step.name)
        yield finding(flow, step.place, "class-too-low", what, way_out, way)


def _strictness(step: Lookup) -> tuple[int, int]:
    return CLASSES.index(step.classification), LEVELS.index(step.needs)


def _told(flow: Flow, name: str) -> str:
    step = flow.steps[name]
    assert isinstance(step, Lookup), "names come from look-ups"
    return f"{step.classification} {step.needs}".strip()


def stored_secrets(exploration: Exploration) -> Iterator[Finding]:
    """A secret that would be written down: in a case, in an address, or because another step keeps it under its name."""
    flow = exploration.flow
    secrets = {step.variable for step in flow.steps.values() if isinstance(step, Ask) and step.secret}
    for name, place, where in _places(flow, secrets):
        what = f"the secret '{name}' would be {where}"
        way_out = "Leave it out there, or keep it under a name of its own"
        yield finding(flow, place, "secret-stored", what, way_out)


def _places(flow: Flow, secrets: set[str]) -> Iterator[tuple[str, Place, str]]:
    for step in flow.steps.values():
        if isinstance(step, Queue):
            for name in secrets & _names(step.note):
                yield name, step.place, "written into the case of the contact ('note:')"
        elif isinstance(step, Ask) and not step.secret and step.variable in secrets:
            yield (
                step.variable,
                step.place,
                f"kept by the step '{step.name}', which asks for it without 'secret: true'",
            )
        elif isinstance(step, Lookup) and step.source in flow.sources:
            source = flow.sources[step.source]
            asked = set().union(*map(_names, step.query.values()))
            for name in secrets & asked if source.kind == "http" else ():
                yield (
                    name,
                    step.place,
                    f"part of the address that '{step.source}' is asked by, which servers log",
                )
    for word, spec in flow.keywords.items():
        for name in secrets & {*spec.takes, spec.rest_as}:
            yield name, spec.place, f"kept with the text that begins with {word}"


def _names(text: str) -> set[str]:
    return {name for name, _ in placeholders(text)}


def unmarked_secrets(exploration: Exploration) -> Iterator[Finding]:
    """What is called PIN, password or one-time code is asked for and would be kept."""
    for step in exploration.flow.steps.values():
        if isinstance(step, Ask) and not step.secret and step.variable in SECRET_NAMES:
            what = f"the step '{step.name}' asks for '{step.variable}' and would keep it"
            way_out = "Write 'secret: true', or better: do not ask for it"
            way = exploration.entered.get(step.name)
            yield finding(exploration.flow, step.place, "secret-not-marked", what, way_out, way)


RULES: tuple[Rule, ...] = (
    asked_without_proof,
    exempt_answers,
    open_back_doors,
    stored_secrets,
    unmarked_secrets,
)
