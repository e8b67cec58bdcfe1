"""A hundred random walks over HTTP (`make walks` takes ten thousand), and what makes them find something."""

from dataclasses import replace

import pytest

from engine.events import Silence, Typed
from engine.explore.inputs import Tried, events_at, openings
from engine.session import Session
from engine.turn import AwaitKeys
from ivr import twiml
from tests.walks.foreseen import Foreseen
from tests.walks.random_walks import explored, figures, tasks, walk_some, walked
from tests.walks.walk import SERVICES


def test_random_walks_through_all_services_go_as_foreseen():
    told = list(walked(tasks(SERVICES, 100, seed=2026), 0))
    assert [line for group in told for one in group.walks for line in one.wrong] == []
    counted = figures(told, 0)
    assert counted["walks"] == 100 and counted["turns"] > 500 and counted["texts"] > 200
    assert all(each["exits_taken"] > 50 for each in counted["services"].values())


def test_the_same_number_of_the_same_seed_is_the_same_walk():
    (one,) = walk_some(("bicara131", 7, [4])).walks
    (again,) = walk_some(("bicara131", 7, [4])).walks
    assert one == again and len(one.path) > 2


@pytest.mark.parametrize("verb", ["Gather", "Redirect"])
def test_a_verb_that_is_not_the_foreseen_one_is_found(monkeypatch, verb):
    real = twiml.element

    def careless(tag, inner="", **attributes):
        if tag == verb == "Gather":
            attributes["timeout"] = 17
        return real("Pause" if tag == verb == "Redirect" else tag, inner, **attributes)

    monkeypatch.setattr(twiml, "element", careless)
    calls = [one for one in walk_some(("hello", 1, [0, 1, 2, 3])).walks if one.channel == "voice"]
    assert calls and all("the verbs" in one.wrong[0] for one in calls)


def test_a_step_that_the_explorer_does_not_foresee_is_found():
    foreseen = Foreseen(_flow("hello"))
    begun = Session(channel="voice", language="id")
    wait = AwaitKeys(1, "", 5, ("1",))
    assert foreseen.after(replace(begun, step="nowhere"), wait, [Silence()]) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_in_texts_the_explorer_tries_nothing_that_no_text_can_be(service):
    """Who does not write is away and not silent; what is no answer begins something new."""
    flow = _flow(service)
    asked = Session(channel="text", language="id", step=flow.start)
    tried = list(events_at(flow, asked, AwaitKeys(0, "#", 5, answer="nik")))
    assert [type(one.event) for one in tried[:-1]] == [Typed] and not _silent(tried)


def test_what_a_keyword_takes_is_tried_right_wrong_and_not_at_all():
    flow = _flow("kring_pajak")
    told = {tried.told for tried in openings(flow, Session(channel="text", language="id"))}
    assert {"NILAI <nilai>", "NILAI", "NILAI <in a wrong form>"} <= told


def _silent(tried: list[Tried]) -> bool:
    return any(isinstance(one.event, Silence) for one in tried)


def _flow(service):
    return explored(service)[1].flow
