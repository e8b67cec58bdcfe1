"""What promises say of small flows, decided by walking every way; and of the shipped ones when something is broken in them."""

from pathlib import Path

import pytest

from engine.explore import explore
from engine.flow import Flow
from engine.promises.decide import Broken, broken_promises
from engine.turn import Speak
from sessions.services import Folder, read_folders
from tests.engine.test_load import MENU, flow

ROOT = Path(__file__).resolve().parents[2]
HOURS = 'hours: {petugas: {mon-fri: ["08:00-16:00"]}}\n'
QUEUE = "{queue: {skill: umum}, then: selesai, closed: tutup, nobody: tutup}"
SHUT = '  tutup: {end: {id: "Tutup.", en: "Closed."}}\n'


def a_second_a_letter(prompt: Speak) -> float:
    return float(len(prompt.text))


def broken(made: Flow, seconds=a_second_a_letter) -> list[Broken]:
    return broken_promises(explore(made), seconds)


def told(steps: str, *sentences: str, head: str = "", **files: str) -> list[tuple[str, str]]:
    """(why it does not hold, the way) of each promise that is broken."""
    promises = "promises:\n" + "".join(f"  - {sentence}\n" for sentence in sentences)
    found = broken(flow(steps, head, promises_yaml=promises, **files))
    return [(one.finding.what.partition("does not hold: ")[2], one.finding.way) for one in found]


def queue_behind(key: str, queue: str = QUEUE) -> str:
    return MENU.replace(f'"{key}": selesai', f'"{key}": antre') + f"  antre: {queue}\n{SHUT}"


def test_people_alone_are_promised_for_the_hours_in_which_there_are_people() -> None:
    assert told(queue_behind("1"), "from the start a person within 1 key", head=HOURS) == []


def test_a_person_or_a_message_is_promised_at_all_hours() -> None:
    ((why, way),) = told(queue_behind("1"), "from the start a person or a message within 3 keys", head=HOURS)
    assert why == "from the start (on the telephone) a person or a message can be out of reach"
    assert way == "(closed) 1"


def test_a_message_behind_the_closed_exit_keeps_the_promise_and_counts_its_keys() -> None:
    steps = queue_behind("1").replace("closed: tutup, nobody: tutup", "closed: malam, nobody: malam")
    steps = steps.replace(
        SHUT, '  malam: {menu: {id: "Pesan, tekan 1.", en: "Message, press 1."}, keys: {"1": pesan}}\n'
    )
    steps += '  pesan: {record: {id: "Silakan.", en: "Please."}, then: selesai, silence: {tries: 1, then: selesai}}\n'
    assert told(steps, "from the start a person or a message within 2 keys", head=HOURS) == []
    ((why, way),) = told(steps, "from the start a person or a message within 1 key", head=HOURS)
    assert why == "from the start (on the telephone) to a person or a message it takes 2 keys"
    assert way in (
        "1 (closed) 1",
        "1 (holiday) 1",
        "1 (nobody on duty) 1",
        "(closed) 1 1",
        "(nobody on duty) 1 1",
    )


def test_a_wrong_proof_is_one_of_the_answers_of_the_house() -> None:
    steps = MENU.replace('"1": selesai', '"1": cek') + (
        "  cek: {verify: L1, subject: cases, facts: [tiket], ask: {tiket: {id: \"Nomor?\", en: \"Number?\"}}, ok: antre, fail: maaf, locked: maaf}\n"
        f"  antre: {QUEUE}\n{SHUT}"
        '  maaf: {end: {id: "Maaf.", en: "Sorry."}}\n'
    )  # fmt: skip
    head = HOURS
    assert [why for why, _ in told(steps, "from the start a person within 9 keys", head=head)] != []


def test_a_silence_takes_its_timeout_and_a_prompt_its_length() -> None:
    steps = MENU + f"    silence: {{tries: 1, then: antre}}\n  antre: {QUEUE}\n{SHUT}"
    words = flow(MENU).steps["utama"].words["id"].replace("QRIS", "kris")
    ((why, way),) = told(steps, "20 s at most to a person", head=HOURS)
    assert way == "silence"
    assert why == f"from the start (on the telephone) to a person it takes {len(words) + 5} s"


def test_a_recording_lasts_as_long_as_it_is() -> None:
    made = flow(queue_behind("1"), HOURS, promises_yaml="promises: [60 s at most to a person]\n")
    assert broken(made, lambda prompt: 7.0) == []
    assert len(broken(made, lambda prompt: 61.0)) == 1


def test_in_every_language_the_goal_must_be_heard_in_it() -> None:
    steps = queue_behind("1")
    ((why, _),) = told(steps, "from the start a person within 2 keys in every language", head=HOURS)
    assert "in 'en'" in why
    assert told(steps, "a person can be reached", head=HOURS) == []
    assert [why for why, _ in told(steps, "a person can be reached in every language", head=HOURS)] == [
        "nobody ever gets there in 'en'"
    ]


def test_nobody_is_recorded_before_the_notice_and_the_way_is_the_shortest() -> None:
    spoken = MENU.replace("utama:\n", "utama:\n").replace("keys:", 'words: {"1": [uang, money]}\n    keys:')
    assert told(spoken, "every path that records has heard the notice") == []
    steps = queue_behind("1")
    ((why, way),) = told(steps, "never a person before the notice", head=HOURS)
    assert (why, way) == ("a person comes before the notice", "1")


def test_the_notice_counts_in_the_language_that_the_caller_hears() -> None:
    steps = MENU.replace('"1": selesai', '"1": salam').replace(
        '"2": {then: selesai, from: 2026-07-01,', '"2": {then: antre, set: {language: en},'
    )
    steps += f'  salam: {{say: {{id: "Direkam.", en: "Recorded."}}, notice: recording, then: utama}}\n  antre: {QUEUE}\n{SHUT}'
    ((why, way),) = told(steps, "never a person before the notice", head=HOURS)
    assert (why, way) == ("a person comes before the notice", "2")


def test_before_and_after_are_told_with_the_way_on_which_they_break() -> None:
    steps = MENU.replace('"1": selesai', '"1": a').replace("then: selesai, from", "then: b, from")
    steps += '  a: {say: {id: "A.", en: "A."}, then: b}\n  b: {say: {id: "B.", en: "B."}, then: selesai}\n'
    assert told(steps, "never step a after step b", "every path to step a goes through step utama") == []
    found = told(steps, "never step b before step a", "never step b after step a", "never step b")
    assert found == [
        ("step b comes before step a", "(on 2026-07-01) 2"),
        ("step b comes after step a", "1"),
        ("step b is reached", "1"),
    ]


def test_star_leads_back_to_the_question_that_was_before_on_this_way() -> None:
    """Two questions lead to a third; from there `*` goes to the one that the caller came from, never to the other."""
    question = '{{menu: {{id: "X, tekan 1.", en: "X, press 1."}}, keys: {{"1": {then}}}}}'
    steps = MENU.replace('"1": selesai', '"1": kiri').replace(
        "then: selesai, from: 2026-07-01", "then: kanan"
    )
    for name, then in (("kiri", "tengah"), ("kanan", "tengah"), ("tengah", "selesai")):
        steps += f"  {name}: {question.format(then=then)}\n"
    assert told(steps, "never step kiri after step kanan", "never step kanan after step kiri") == [
        ("step kiri comes after step kanan", "2 * 1"),
        ("step kanan comes after step kiri", "1 * 2"),
    ]


def test_an_end_without_words_and_a_rescue_are_no_goodbye() -> None:
    loop = MENU.replace('"1": selesai', '"1": a') + "  a: {set: {topic: x}, then: a}\n"
    ((why, way),) = told(loop, "no path ends without goodbye")
    assert (why, way) == ("this path ends without goodbye", "1")
    assert told(MENU, "no path ends without goodbye") == []


def test_words_that_last_too_long_are_told() -> None:
    long = (
        MENU.replace('"1": selesai', '"1": a')
        + f'  a: {{say: {{id: "{"kata " * 30}", en: "A."}}, then: selesai}}\n'
    )
    ((why, way),) = told(long, "never more than 120 s of words at a time")
    assert why.startswith("these words last 1") and way == "1"


def test_what_was_not_walked_whole_is_undecided_and_an_error() -> None:
    made = flow(MENU, promises_yaml="promises: [no path ends without goodbye, never step utama]\n")
    found = broken_promises(explore(made, most=1), a_second_a_letter)
    assert [(one.finding.code, one.finding.severity, one.finding.line) for one in found] == [
        ("promise-undecided", "error", 1),
        ("promise-undecided", "error", 1),
    ]


# --- the shipped services ---


@pytest.fixture(scope="module")
def folders() -> dict[str, Folder]:
    return {folder.id: folder for folder in read_folders(ROOT / "flows")}


def mutated(folder: Folder, old: str, new: str) -> Flow:
    text = folder.files["flow.yaml"].decode()
    assert text.count(old) == 1, old
    return Folder(
        folder.id, {**folder.files, "flow.yaml": text.replace(old, new).encode()}, folder.common
    ).load()


def quick(prompt: Speak) -> float:
    return len(prompt.text) / 12


@pytest.mark.parametrize("service", ["bicara131", "bravo_beacukai", "kontak_ojk157", "kring_pajak"])
def test_a_shipped_service_makes_at_least_eight_promises(folders, service: str) -> None:
    assert len(folders[service].load().promises) >= 8  # `check` on flows/ decides that they hold


@pytest.mark.parametrize(
    ("service", "old", "new", "broken_one", "way"),
    [
        (  # the notice is heard in the first language only
            "bicara131",
            "    spoken: every language  # the notice must have been heard in the language that the caller chooses next\n    notice",
            "    notice",
            "on the telephone never a person before the notice",
            "2 0",
        ),
        (  # the closed menu's place is taken by a goodbye
            "bicara131",
            "  tutup: {run: tutup, then: penutup}",
            '  tutup: {end: {id: "Kami tutup.", en: "We are closed."}}',
            "from everywhere except survei/nilai a person or a message within 4 keys",
            "(closed) 0",
        ),
        (  # the EFIN's people without the proof
            "kring_pajak",
            "    otherwise: coretax\n    then: efin_v",
            "    otherwise: coretax\n    then: q_efin",
            "setiap jalan ke langkah q_efin melalui bukti L2",
            "1 <npwp> 1 1",
        ),
    ],
    ids=["notice", "closed", "efin"],
)  # fmt: skip
def test_a_fault_put_into_a_shipped_service_breaks_the_promise_about_it(
    folders, service: str, old: str, new: str, broken_one: str, way: str
) -> None:
    found = {one.promise.words: one.finding for one in broken(mutated(folders[service], old, new), quick)}
    assert broken_one in found, list(found)
    assert found[broken_one].way == way
