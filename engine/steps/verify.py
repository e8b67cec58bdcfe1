"""verify: proves who is calling at L1 to L3 (domain page 0.5). Three tries; a refusal never says whether the subject exists."""

from engine.events import Answered, Event, Keys, Said, Silence, Typed
from engine.flow import Verify
from engine.phrases import FACT_FORMATS
from engine.steps.ask import BACK_KEY, read
from engine.steps.asking import Move
from engine.turn import AwaitAnswer, AwaitKeys, CheckCode, Note, Prove, SendCode
from engine.visit import Visit


def enter(visit: Visit, step: Verify) -> Move:
    """Ask for the first fact that is not known yet."""
    visit.remember(step)
    visit.change(facts={}, phase="", failures=0)
    return _next(visit, step)


def resume(visit: Visit, step: Verify, event: Event) -> Move:
    """A fact came, or the house's verdict."""
    match event:
        case Answered():
            return _verdict(visit, step, event)
        case Keys(digits="*") if BACK_KEY in visit.flow.everywhere:
            return visit.flow.everywhere[BACK_KEY]  # a wrong number given before can be mended
        case Keys(digits=raw) | Typed(body=raw) | Said(words=raw) if raw:
            return _take(visit, step, raw)
        case Keys() | Silence():
            return _missed(visit, step, "silence")
        case _:
            return _next(visit, step)


def known(visit: Visit, step: Verify) -> dict[str, str]:
    """Facts that are there already: given here, or as variables before."""
    facts = {fact: visit.value(fact) for fact in step.facts if visit.value(fact)}
    return {**facts, **visit.session.facts}


def _next(visit: Visit, step: Verify) -> Move:
    if visit.session.phase == "code":
        return _ask_code(visit)
    facts = known(visit, step)
    for fact in step.facts:
        if fact not in facts:
            visit.change(phase=fact)
            visit.say(step.words[fact], step=f"{step.name}-{fact}")
            return AwaitKeys(0, "#", step.seconds, answer=FACT_FORMATS[fact], secret=True)
    visit.change(phase="proving")
    return AwaitAnswer(Prove(step.level, step.subject, facts))


def _take(visit: Visit, step: Verify, raw: str) -> Move:
    phase = visit.session.phase
    if phase == "code":
        return AwaitAnswer(CheckCode(step.subject, known(visit, step), raw))
    if phase not in FACT_FORMATS:
        return _next(visit, step)
    value = read(FACT_FORMATS[phase], raw, 0, 0)
    if value is None:
        return _missed(visit, step, "bad_value")
    visit.change(facts={**visit.session.facts, phase: value})
    return _next(visit, step)


def _missed(visit: Visit, step: Verify, phrase: str) -> Move:
    """Nothing, or not in its form: it counts as a try, so that a verify cannot loop."""
    visit.change(failures=visit.session.failures + 1)
    if visit.session.failures >= step.tries:
        return _out(visit, step, "fail")
    visit.phrase(phrase)
    return _next(visit, step)


def _verdict(visit: Visit, step: Verify, event: Answered) -> Move:
    match visit.session.phase, event.outcome:
        case "proving", "ok" if step.level == "L3":
            visit.change(phase="sending")
            return AwaitAnswer(SendCode(step.subject, known(visit, step)))
        case (("proving" | "code"), "ok"):
            return _out(visit, step, "ok")
        case "sending", "sent":
            visit.change(phase="code")
            return _ask_code(visit)
        case "sending", _:
            return _out(visit, step, "fail")
        case _, "locked":
            return _out(visit, step, "locked")
        case _:
            return _wrong(visit, step)


def _wrong(visit: Visit, step: Verify) -> Move:
    asked = bool(visit.session.facts) or visit.session.phase == "code"
    visit.change(failures=visit.session.failures + 1)
    if not asked or visit.session.failures >= step.tries:
        return _out(visit, step, "fail")
    visit.phrase("wrong_facts")
    if visit.session.phase != "code":
        visit.change(facts={}, phase="")
    return _next(visit, step)


def _ask_code(visit: Visit) -> Move:
    visit.phrase("code")
    return AwaitKeys(0, "#", 30, answer="digits", secret=True)


def _out(visit: Visit, step: Verify, outcome: str) -> Move:
    """Leave, and forget the facts: a session must not carry dates of birth around."""
    subject = known(visit, step).get(step.facts[0], "")
    visit.owe(Note(f"verify_{outcome}", step.level))
    visit.change(facts={}, phase="", failures=0)
    if outcome == "ok":
        visit.change(proved={**visit.session.proved, step.level: subject})
        visit.keep(step.facts[0], subject)  # what was proved is what the next look-up asks about
        visit.change(case={**visit.session.case, "auth_level": step.level})
        return step.ok
    return step.locked if outcome == "locked" else step.fail
