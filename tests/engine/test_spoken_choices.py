"""A menu's words spoken by telephone: when a voice may be recorded for them, and what follows from what was understood."""

import pytest

from engine.check import ERROR, check
from engine.events import Answered, Keys, Silence, Spoken, Tick, from_json, to_json
from engine.explore import explore
from engine.turn import AwaitAnswer, AwaitChoice, AwaitKeys, Choose
from tests.engine.talk import HEAD, Talk, flow

STEPS = """
awal: {say: {id: "Panggilan ini direkam.", en: "This call is recorded."}, notice: recording, then: utama}
diam: {say: {id: Halo., en: Hello.}, then: utama}
utama:
  menu: {id: "Untuk pajak, tekan 1. Untuk bea cukai, tekan 2.", en: "For tax, press 1. For customs, press 2."}
  keys: {"1": pajak, "2": bea}
  words: {"1": [pajak, tax], "2": ["bea cukai", customs]}
  silence: {tries: 2, then: tutup}
  no_match: {tries: 2, then: tutup}
pajak: {end: {id: Pajak., en: Tax.}}
bea: {end: {id: "Bea cukai.", en: Customs.}}
petugas: {end: {id: Petugas., en: Officer.}}
tutup: {end: {id: Selesai., en: Done.}}
"""
EVERYWHERE = HEAD + 'everywhere: {keys: {"0": petugas}}\n'
PHRASES = {
    "1": ("pajak", "tax", "satu"),
    "2": ("bea cukai", "customs", "dua"),
    "0": ("kosong",),
}
TONE = "Anda juga dapat menyebutkan pilihan Anda setelah nada."


def talk(*answers: Answered | None, steps: str = STEPS, start: str = "awal", listening: bool = True) -> Talk:
    caller = Talk(flow(steps, EVERYWHERE, start), answers={"Choose": list(answers)})
    caller.world.listening = listening
    caller.begins()
    return caller


def test_after_the_notice_a_menu_with_words_is_answered_by_keys_or_after_a_tone():
    caller = talk()
    assert caller.wait == AwaitChoice(5, ("1", "2", "0"))
    assert talk().hears(Keys("2")) == "Bea cukai."
    assert caller.turn.prompts[-1].text == TONE


@pytest.mark.parametrize(
    ("start", "listening", "steps"),
    [
        ("diam", True, STEPS),  # nobody said that a voice is recorded
        ("awal", False, STEPS),  # nobody listens
        ("awal", True, STEPS.replace('  words: {"1": [pajak, tax], "2": ["bea cukai", customs]}\n', "")),
        ("awal", True, STEPS.replace('"2": bea', '"22": bea').replace('"2": [', '"22": [')),
    ],
)
def test_otherwise_only_keys_are_offered(start, listening, steps):
    caller = talk(start=start, listening=listening, steps=steps)
    assert isinstance(caller.wait, AwaitKeys)
    assert caller.turn.prompts[-1].text != TONE


def test_the_notice_of_one_language_is_none_in_another():
    steps = STEPS.replace("then: utama}\ndiam", "then: {then: utama, set: {language: en}}}\ndiam")
    assert isinstance(talk(steps=steps).wait, AwaitKeys)


def test_what_was_said_leads_on_like_its_key():
    caller = talk(Answered("chosen", {"key": "2"}))
    assert caller.hears(Spoken("RE1")) == "Bea cukai."
    assert caller.asked == [Choose("RE1", PHRASES)]
    caller = talk(Answered("chosen", {"key": "0"}))
    assert caller.hears(Spoken("RE1")) == "Petugas."


def test_while_somebody_listens_the_caller_is_told_once_and_keys_work():
    caller = talk(None, None, Answered("chosen", {"key": "1"}))
    assert caller.hears(Spoken("RE1")) == "Mohon tunggu."
    assert isinstance(caller.wait, AwaitAnswer) and caller.wait.patience == 4
    assert caller.hears(Tick()) == ""
    assert caller.wait.question == Choose("RE1", PHRASES)
    assert caller.hears(Tick()) == "Pajak."
    impatient = talk(None)
    impatient.hears(Spoken("RE1"))
    assert impatient.hears(Keys("2")) == "Bea cukai."


@pytest.mark.parametrize("outcome", ["none", "failed"])
def test_what_is_not_understood_is_asked_for_by_keys_and_is_nobodys_failure(outcome):
    caller = talk(Answered(outcome))
    heard = caller.hears(Spoken("RE1"))
    assert heard.startswith("Mohon maaf, kami belum memahami.") and "Untuk pajak" in heard
    assert TONE not in heard and isinstance(caller.wait, AwaitKeys)
    assert (caller.session.silences, caller.session.no_matches, caller.session.recording) == (0, 0, "")
    caller.hears(Keys("7"))
    assert isinstance(caller.wait, AwaitKeys)  # keys only, as long as we are at this menu
    assert caller.hears(Keys("8")) == "Selesai."


def test_silence_and_wrong_keys_count_as_ever_and_the_tone_comes_again():
    caller = talk()
    assert TONE in caller.hears(Silence())
    assert TONE in caller.hears(Keys("7"))
    assert caller.hears(Silence()) == "Selesai."


def test_nobody_is_asked_to_speak_any_more_when_nobody_listens_any_more():
    caller = talk()
    caller.world.listening = False
    assert TONE not in caller.hears(Silence())
    assert isinstance(caller.wait, AwaitKeys) and caller.session.phase == ""


def test_a_choice_that_is_none_of_the_menus_leads_nowhere():
    caller = talk(Answered("chosen", {"key": "9"}))
    assert "belum memahami" in caller.hears(Spoken("RE1"))


def test_a_recording_that_nobody_asked_for_changes_nothing():
    caller = talk(listening=False)
    assert "Untuk pajak" in caller.hears(Spoken("RE1"))
    assert caller.asked == []


def test_a_spoken_choice_can_be_kept_and_played_again():
    assert from_json(to_json(Spoken("RE1"))) == Spoken("RE1")


def test_check_walks_every_spoken_choice_and_nobody_is_recorded_without_the_notice():
    both = STEPS.replace("then: utama}\ndiam", "then: pilih}\ndiam")
    both += """
pilih:
  menu: {id: "Bahasa, tekan 1.", en: "English, press 2."}
  spoken: every language
  keys: {"1": utama, "2": {set: {language: en}, then: utama}, "3": diam}
  silence: {tries: 1, then: tutup}
  no_match: {tries: 1, then: tutup}
"""
    found = explore(flow(both, EVERYWHERE))
    offered = [each for each in found.situations if isinstance(each.turn.wait, AwaitChoice)]
    assert offered and all(each.session.language in each.session.consent for each in offered)
    assert any(each.session.language == "en" for each in found.situations)
    asked = [each for each in found.situations if isinstance(each.turn.wait, AwaitAnswer)]
    assert {each.session.phase for each in asked} == {"hearing", "wait"}
    outcomes = {event.outcome for event, _ in asked[0].next if isinstance(event, Answered)}
    assert outcomes == {"chosen", "none", "failed", "waiting"}
    assert [str(finding) for finding in check(found) if finding.severity == ERROR] == []


def test_check_tells_callers_apart_who_have_heard_the_notice():
    both = STEPS.replace("then: utama}\ndiam", "then: tengah}\ndiam")
    both += """
pilih:
  menu: {id: "Tekan 1 atau 2.", en: "Press 1 or 2."}
  keys: {"1": tengah, "2": awal, "3": diam}
  silence: {tries: 1, then: tutup}
  no_match: {tries: 1, then: tutup}
tengah:
  menu: {id: "Tekan 1.", en: "Press 1."}
  keys: {"1": utama}
  silence: {tries: 1, then: tutup}
  no_match: {tries: 1, then: tutup}
"""
    found = explore(flow(both, EVERYWHERE, "pilih"))
    offered = {type(each.turn.wait) for each in found.situations if each.session.step == "utama"}
    assert offered >= {AwaitKeys, AwaitChoice}
