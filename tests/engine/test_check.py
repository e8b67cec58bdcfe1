"""What the check finds in flows that load, and the way it gives."""

from dataclasses import replace

import pytest

from engine.check import Finding, check
from engine.explore import Exploration, explore
from tests.engine.test_load import END, MENU, flow

QUEUE = "{queue: {skill: umum}, then: selesai, closed: selesai, nobody: selesai}"


def found(steps: str, head: str = "", **files: str) -> dict[str, Finding]:
    """The findings by their codes."""
    return {finding.code: finding for finding in check(explore(flow(steps, head, **files)))}


def test_a_good_flow_has_no_findings() -> None:
    assert found(MENU) == {}


def test_a_step_that_nobody_gets_to_is_found() -> None:
    findings = found(MENU + '  lupa: {say: {id: "A.", en: "A."}, then: selesai}\n')
    assert list(findings) == ["unreachable-step"]
    assert findings["unreachable-step"].line == 13


def test_a_step_that_exists_only_from_some_day_on_is_reached_on_that_day() -> None:
    steps = MENU.replace("then: selesai, from: 2026-07-01", "then: baru, from: 2026-07-01")
    exploration = explore(flow(steps + '  baru: {say: {id: "A.", en: "A."}, then: selesai}\n'))
    assert check(exploration) == []
    assert str(exploration.entered["baru"]) == "(on 2026-07-01) 2"


def test_a_branch_on_a_day_is_walked_on_other_days_too() -> None:
    steps = MENU.replace('"1": selesai', '"1": cabang')
    steps += '  cabang: {branch: date, is: {"2026-12-31": tutup}, else: buka}\n'
    steps += '  tutup: {say: {id: "Tutup.", en: "Closed."}, then: selesai}\n'
    assert found(steps + '  buka: {say: {id: "Buka.", en: "Open."}, then: selesai}\n') == {}


def test_a_dead_end_is_found_with_the_keys_that_lead_there() -> None:
    """Menus that lead only to each other: a caller can press keys for ever."""
    trap = '{menu: {id: "X, tekan 1.", en: "X, press 1."}, keys: {"1": jebak}, %s}\n'
    tries = "silence: {tries: 3, then: jebak}, no_match: {tries: 3, then: jebak}"
    steps = MENU.replace('"1": selesai', '"1": jebak') + "  jebak: " + trap % tries
    findings = check(explore(replace(flow(steps), everywhere={})))
    assert [(finding.code, finding.way) for finding in findings] == [("dead-end", "1")]


def test_steps_that_never_ask_anybody_are_a_loop() -> None:
    steps = MENU.replace('"1": selesai', '"1": a')
    steps += '  a: {say: {id: "A.", en: "A."}, then: b}\n  b: {set: {topic: x}, then: a}\n'
    finding = found(steps)["loop-without-wait"]
    assert finding.way == "1"


def test_lookups_that_ask_each_other_are_a_loop() -> None:
    steps = MENU.replace('"1": selesai', '"1": a')
    steps += '  a: {lookup: kasus, with: {tiket: "1"}, found: selesai, none: a, failed: selesai}\n'
    finding = found(steps, "sources: {kasus: cases}\n")["loop-without-wait"]
    assert finding.way == "1"


def test_a_value_that_may_be_missing_when_it_is_said_is_found_with_the_way() -> None:
    steps = MENU.replace('"1": selesai', '"1": tanya').replace("then: selesai, from", "then: ucap, from")
    steps += '  tanya: {ask: {id: "Tahun?", en: "Year?"}, as: tahun, digits: 4, then: ucap}\n'
    steps += '  ucap: {say: {id: "Tahun {tahun}.", en: "Year {tahun}."}, then: selesai}\n'
    finding = found(steps)["unset-variable"]
    assert finding.way == "(on 2026-07-01) 2"
    assert "{tahun}" in finding.what


def test_a_value_that_was_asked_for_on_every_way_is_fine() -> None:
    steps = MENU.replace('"1": selesai', '"1": tanya')
    steps += '  tanya: {ask: {id: "Tahun?", en: "Year?"}, as: tahun, digits: 4, then: ucap}\n'
    steps += '  ucap: {say: {id: "Tahun {tahun}.", en: "Year {tahun}."}, then: selesai}\n'
    assert found(steps) == {}


def test_six_options_are_a_warning() -> None:
    keys = ", ".join(f'"{key}": selesai' for key in range(1, 7))
    finding = found(MENU.replace('"1": selesai', keys.replace('"2": selesai, ', "")))["many-options"]
    assert finding.severity == "warning"


def test_more_than_a_voice_can_say_at_once_is_found() -> None:
    long = "kata " * 700
    findings = found(
        MENU.replace('"1": selesai', '"1": a') + f'  a: {{say: {{id: "{long}", en: "A."}}, then: selesai}}\n'
    )
    assert findings["prompt-too-long"].way == "1"


def test_keywords_that_a_typing_mistake_exchanges_are_a_warning() -> None:
    head = 'numbers: {text: ["131"], voice: ["131"]}\nkeywords: {TUKAR: utama, TUKER: selesai}\n'
    exploration = explore(_with_text(head))
    assert [finding.code for finding in check(exploration)] == ["similar-keywords"]


def test_what_a_keyword_by_itself_leaves_empty_is_missing_where_it_is_said() -> None:
    head = 'numbers: {text: ["131"], voice: ["131"]}\nkeywords: {ADU: {rest_as: keluhan, then: ulang}}\n'
    steps = '  ulang: {say: {id: "Keluhan: {keluhan}", en: "Complaint: {keluhan}"}, then: selesai}\n'
    (finding,) = check(explore(_with_text(head, steps)))
    assert (finding.code, finding.way) == ("unset-variable", "text: ADU")


def _with_text(head: str, more: str = ""):
    from engine.load import load
    from tests.engine.test_load import HEAD

    text = HEAD.replace('numbers: {voice: ["131"]}\n', head)
    return load("contoh", {"flow.yaml": f"{text}steps:\n{MENU}{more}{END}"})


@pytest.fixture(scope="module")
def queued() -> Exploration:
    """A service with a queue behind the first key."""
    hours = 'hours: {petugas: {mon-fri: ["08:00-16:00"]}}\n'
    steps = (
        MENU.replace('"1": selesai', '"1": antre')
        + f"  antre: {QUEUE.replace('closed: selesai', 'closed: tutup')}\n"
    )
    return explore(flow(steps + '  tutup: {say: {id: "Tutup.", en: "Closed."}, then: selesai}\n', hours))


def test_the_way_tells_the_facts_that_it_takes(queued: Exploration) -> None:
    assert str(queued.entered["tutup"]) == "(closed) 1"


def test_a_caller_who_waits_can_get_a_person_or_give_up(queued: Exploration) -> None:
    waits = {type(situation.turn.wait).__name__ for situation in queued.situations}
    assert {"AwaitKeys", "AwaitAnswer", "AwaitPerson", "AwaitTalk", "Ended"} <= waits


def test_silences_are_counted_and_bounded(queued: Exploration) -> None:
    assert {situation.session.silences for situation in queued.situations} == {0, 1}
    assert not queued.capped


def test_a_flow_too_big_to_walk_whole_says_so() -> None:
    exploration = explore(flow(MENU), most=3)
    assert [finding.code for finding in check(exploration)] == ["not-all-seen"]
