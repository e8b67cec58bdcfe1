"""advance(flow, session, event, world) -> Turn: the whole engine is this function.

Pure: everything it needs is in its arguments and everything it decides in its result. An event goes to the step where the
contact is; the step says where to go or what to wait for; we walk until something is waited for. Limits: flow.MAX_STEPS_A_TURN
within a turn and MAX_VISITS within a contact; beyond them a person takes over (fault list F4).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.events import Answered, Event, HungUp, Keyword, Started, Topic, Unmatched
from engine.flow import (
    BACK,
    MAX_STEPS_A_TURN,
    MAX_VISITS,
    REPEAT,
    RETURN,
    Ask,
    Branch,
    Callback,
    End,
    Exit,
    Flow,
    KeywordSpec,
    Lookup,
    Menu,
    Queue,
    Record,
    Run,
    Say,
    Set,
    Step,
    Survey,
    TextOut,
    Transfer,
    Verify,
)
from engine.session import Session
from engine.steps import ask, callback, lookup, menu, queue, record, simple, survey, transfer, verify
from engine.steps.asking import Move
from engine.turn import AwaitAnswer, AwaitKeys, Ended, Finish, Question, Rescue, Turn, Wait
from engine.visit import Visit
from engine.world import World

Behaviour = tuple[Callable[[Visit, Any], Move], Callable[[Visit, Any, Event], Move]]

BEHAVIOURS: dict[type[Step], Behaviour] = {
    Say: (simple.say, simple.resume),
    Menu: (menu.enter, menu.resume),
    Ask: (ask.enter, ask.resume),
    Verify: (verify.enter, verify.resume),
    Lookup: (lookup.enter, lookup.resume),
    Branch: (simple.branch, simple.resume),
    Set: (simple.set_, simple.resume),
    Record: (record.enter, record.resume),
    Queue: (queue.enter, queue.resume),
    Callback: (callback.enter, callback.resume),
    Transfer: (transfer.enter, transfer.resume),
    TextOut: (simple.text, simple.resume),
    Survey: (survey.enter, survey.resume),
    Run: (simple.run, simple.resume),
    End: (simple.end, simple.resume),
}


def begin(
    flow: Flow,
    *,
    channel: str,
    contact: str = "",
    can_text: bool = True,
    called: str = "",
    language: str = "",
) -> Session:
    """A session before its first event. ``language`` is one of the flow's, or '' for its first."""
    known = language if language in flow.languages else flow.language
    return Session(channel=channel, language=known, contact=contact, can_text=can_text, called=called)


def advance(flow: Flow, session: Session, event: Event, world: World) -> Turn:
    """One exchange. The session that comes back has the next turn number; secrets live in it until it is written down."""
    visit = Visit(flow, session, world)
    if session.ended:
        return Turn(session, (), Ended(session.ended))
    wait = _walk(visit, _receive(visit, event))
    if isinstance(wait, Ended | Rescue):
        _finish(visit, wait)
    return Turn(visit.session, tuple(visit.prompts), wait, tuple(visit.effects), tuple(visit.ways))


def advance_through(
    flow: Flow,
    session: Session,
    event: Event,
    world: World,
    answer: Callable[[Question, Session], Answered | None],
) -> Turn:
    """advance, and again with each answer that ``answer(question, session)`` gives at once; None leaves it open for a job.

    Prompts and effects of all the passes are in the one turn that comes back. Its session counts one turn more.
    """
    turn = advance(flow, session, event, world)
    prompts, effects, ways = list(turn.prompts), list(turn.effects), list(turn.ways)
    for _ in range(MAX_STEPS_A_TURN):
        if not isinstance(turn.wait, AwaitAnswer):
            break
        given = answer(turn.wait.question, turn.session)
        if given is None:
            turn = advance(flow, turn.session, Answered("waiting"), world)
            prompts += turn.prompts
            effects += turn.effects
            ways += turn.ways
            break
        turn = advance(flow, turn.session, given, world)
        prompts += turn.prompts
        effects += turn.effects
        ways += turn.ways
    else:
        turn = replace(
            turn,
            wait=Rescue(f"more than {MAX_STEPS_A_TURN} questions in one turn, last at {turn.session.step}"),
        )
    awaits = turn.wait if isinstance(turn.wait, AwaitKeys) else AwaitKeys(0, "", 0)
    session = turn.session.but(
        turn=session.turn + 1,
        secret={},
        options=awaits.options,
        answer=awaits.answer,
        hidden=awaits.secret,
    )
    return Turn(session, tuple(prompts), turn.wait, tuple(effects), tuple(ways))


def _receive(visit: Visit, event: Event) -> Move:
    """What the event does before it reaches a step: openings, keywords, hang-ups."""
    flow, session = visit.flow, visit.session
    if not isinstance(event, Unmatched | Answered):
        visit.change(strays=0)
    match event:
        case Started():
            text = session.channel == "text" and flow.text_start
            return Exit(flow.text_start if text else flow.start)
        case Keyword(name=name) if name in flow.keywords:
            return _keyword(visit, flow.keywords[name], event)
        case Topic(name=name, body=body) if name in flow.topics:
            _leave_quietly(visit)
            visit.keep("isi", body)
            return flow.topics[name][1]
        case Keyword() | Topic():
            return _stray(visit, "")
        case Unmatched(body=body):
            return _stray(visit, body)
        case HungUp():
            return _hang_up(visit)
    step = flow.steps.get(session.step)
    if step is None:
        return Exit(flow.start)
    return BEHAVIOURS[type(step)][1](visit, step, event)


def _keyword(visit: Visit, keyword: KeywordSpec, event: Keyword) -> Move:
    _leave_quietly(visit)
    given = event.fields
    if keyword.wrong:  # asked for anew there, not tried as a proof that fails
        given = {name: value for name, value in given.items() if name not in event.wrong}
    for name in (*keyword.takes, keyword.rest_as):
        if name:
            visit.keep(name, given.get(name, ""))
    if keyword.wrong and event.wrong:
        return keyword.wrong
    if keyword.without and not any(value.strip() for value in given.values()):
        return keyword.without
    for name in ("nama", "pertanyaan"):  # the half-structured "Saya Wati, NPWP ..., ingin bertanya ..."
        if name in given:
            visit.keep(name, given[name])
    return keyword.then


def _stray(visit: Visit, body: str) -> Move:
    """A text that fits nothing: the menu, and for the second in a row somebody who reads (domain page 0.7)."""
    flow = visit.flow
    strays = visit.session.strays + 1
    _leave_quietly(visit)
    visit.keep("isi", body)
    if strays >= 2 and flow.unknown_again:
        visit.change(strays=0)
        return Exit(flow.unknown_again)
    visit.change(strays=strays)
    return Exit(flow.text_start or flow.start)


def _leave_quietly(visit: Visit) -> None:
    """A text begins something new: what was half asked before is forgotten, what was learnt stays."""
    visit.change(facts={}, phase="", returns=(), failures=0)


def _hang_up(visit: Visit) -> Move:
    step = visit.flow.steps.get(visit.session.step)
    if isinstance(step, Queue):
        queue.gone(visit)
    if isinstance(step, Record):
        kept = record.gone(visit, step)
        if kept is not None:
            return kept
    return Ended("hung_up")


def _walk(visit: Visit, move: Move) -> Wait:
    """Go from step to step until one waits."""
    for _ in range(MAX_STEPS_A_TURN):
        if not isinstance(move, Exit):
            return move
        move = _enter(visit, move)
    return Rescue(f"more than {MAX_STEPS_A_TURN} steps without the contact, last at {visit.session.step}")


def _enter(visit: Visit, way: Exit) -> Move:
    visit.ways.append((visit.session.step, way))
    name = _target(visit, way)
    step = visit.flow.steps.get(name)
    if step is None:
        return Rescue(f"no step {name!r}")
    visit.assign(way.set)
    if not step.between.holds(visit.world.today):
        return Exit(step.otherwise)
    visits = visit.session.visits + 1
    if visits > MAX_VISITS:
        return _too_many(visit, visits)
    # facts: whatever way a proof is left, a session does not carry dates of birth around.
    visit.change(step=name, phase="", silences=0, no_matches=0, visits=visits, facts={}, failures=0)
    if "/" not in name and visit.session.returns:
        visit.change(returns=())  # a step of the service itself: whatever piece we were in has been left
    visit.assign(step.set)
    return BEHAVIOURS[type(step)][0](visit, step)


def _too_many(visit: Visit, visits: int) -> Move:
    """A contact that goes in circles gets a person, once; then the emergency."""
    rescue = visit.flow.rescue
    if rescue and "diselamatkan" not in visit.session.variables:
        visit.change(visits=visits - MAX_STEPS_A_TURN)
        visit.keep("diselamatkan", "ya")
        return Exit(rescue)
    return Rescue(f"more than {MAX_VISITS} steps in one contact")


def _target(visit: Visit, way: Exit) -> str:
    session = visit.session
    match way.to:
        case str() as to if to == REPEAT:
            return session.history[-1] if session.history else session.step
        case str() as to if to == BACK:
            history = session.history[:-1]
            visit.change(history=history[:-1])
            return history[-1] if history else session.step
        case str() as to if to == RETURN and session.returns:
            visit.change(returns=session.returns[:-1])
            caller = visit.flow.steps[session.returns[-1]]
            if isinstance(caller, Run):
                visit.ways.append((caller.name, caller.then))
                visit.assign(caller.then.set)
                return _target(visit, caller.then)
            return caller.name
        case to:
            return to


def _finish(visit: Visit, wait: Ended | Rescue) -> None:
    outcome = wait.outcome if isinstance(wait, Ended) else "rescued"
    visit.change(ended=outcome)
    visit.owe(Finish(outcome, contained=not visit.session.needed_person))
