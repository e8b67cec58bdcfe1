"""What the loader makes of a good flow."""

import time
from datetime import date

import pytest

from engine.flow import Ask, Menu, Queue, Run, Verify
from engine.identifiers import FORMATS
from engine.load import FlowFaults, load
from engine.load.questions import DIGITS

HEAD = """format: 1
service: {id: Layanan, en: Service}
prefix: LC
languages: [id, en]
timezone: Asia/Jakarta
numbers: {voice: ["131"]}
start: utama
everywhere: {keys: {"0": selesai, "*": back}, silence: {tries: 2, then: selesai}, no_match: {tries: 3, then: selesai}}
"""
END = '  selesai: {end: {id: "Terima kasih.", en: "Thank you."}}\n'


def flow(steps: str, head: str = "", **files: str):
    """A flow whose first step is ``utama``."""
    named = {name.replace("__", "/").replace("_yaml", ".yaml"): text for name, text in files.items()}
    common = {name: text for name, text in named.items() if name.startswith("common/")}
    own = {name: text for name, text in named.items() if not name.startswith("common/")}
    return load("contoh", {"flow.yaml": f"{HEAD}{head}steps:\n{steps}{END}", **own}, common)


def codes(steps: str, head: str = "", **files: str) -> list[str]:
    """The codes of the faults of such a flow."""
    with pytest.raises(FlowFaults) as refused:
        flow(steps, head, **files)
    return [fault.code for fault in refused.value.faults]


MENU = """  utama:
    menu: {id: "Untuk uang, tekan 1. Untuk kartu, QRIS, dan transfer, tekan 2.", en: "For money, press 1. For cards, press 2."}
    keys: {"1": selesai, "2": {then: selesai, from: 2026-07-01, label: {id: "Kartu", en: "Cards"}}}
"""


def test_the_lines_of_a_numbered_list_are_found_in_the_words_of_the_menu() -> None:
    menu = flow(MENU).steps["utama"]
    assert isinstance(menu, Menu)
    assert menu.keys["1"].label == {"id": "Uang", "en": "Money"}
    assert menu.keys["2"].label == {"id": "Kartu", "en": "Cards"}


def test_a_language_question_lists_each_language_in_its_own_words() -> None:
    steps = MENU.replace("Untuk kartu, QRIS, dan transfer, tekan 2.", "").replace("For money, press 1. ", "")
    menu = flow(
        steps.replace(', label: {id: "Kartu", en: "Cards"}', "") + "    spoken: every language\n"
    ).steps["utama"]
    assert isinstance(menu, Menu)
    assert menu.keys["1"].label == {"id": "Uang", "en": "Uang"}
    assert menu.keys["2"].label == {"id": "Cards", "en": "Cards"}


def test_days_are_days() -> None:
    menu = flow(MENU).steps["utama"]
    assert isinstance(menu, Menu)
    assert menu.keys["2"].between.start == date(2026, 7, 1)
    assert menu.keys["2"].between.end is None


def test_a_menu_without_silence_takes_the_one_that_holds_everywhere() -> None:
    menu = flow(MENU).steps["utama"]
    assert isinstance(menu, Menu)
    assert (menu.silence.tries, menu.no_match.tries, menu.silence.exit.to) == (2, 3, "selesai")


def test_a_piece_is_read_beside_the_service_and_its_exits_stay_inside() -> None:
    piece = 'start: a\nsteps:\n  a: {say: {id: "A.", en: "A.", jv: "A."}, then: b}\n  b: {set: {topic: x}, then: return}\n'
    loaded = flow("  utama: {run: tutup, then: selesai}\n", common__tutup_yaml=piece)
    run = loaded.steps["utama"]
    assert isinstance(run, Run) and run.first == "tutup/a"
    assert loaded.steps["tutup/a"].then.to == "tutup/b"  # type: ignore[attr-defined]
    assert loaded.steps["tutup/b"].then.to == "return"  # type: ignore[attr-defined]


def test_a_piece_that_nobody_runs_is_not_read_at_all() -> None:
    assert "tutup/a" not in flow(MENU, common__tutup_yaml="[broken").steps


def test_a_verify_without_facts_asks_for_those_of_its_level_in_the_words_of_the_house() -> None:
    verify = flow("  utama: {verify: L1, ok: selesai, fail: selesai, locked: selesai}\n").steps["utama"]
    assert isinstance(verify, Verify)
    assert verify.facts == ("tiket", "nomor_terdaftar")
    assert "nomor laporan" in verify.words["tiket"]["id"]


def test_a_queue_waits_as_long_as_the_docs_say_unless_told() -> None:
    queue = flow("  utama: {queue: {skill: umum}, then: selesai, closed: selesai, nobody: selesai}\n").steps[
        "utama"
    ]
    assert isinstance(queue, Queue)
    assert (queue.tier, queue.longest, queue.every, queue.too_long.to, queue.hours) == (
        1,
        300,
        30,
        "selesai",
        "",
    )


def test_yes_and_no_lead_to_different_steps() -> None:
    ask = flow(
        '  utama: {ask: {id: "Setuju?", en: "Agree?"}, as: setuju, format: yes_no, yes: selesai, no: utama}\n'
    ).steps["utama"]
    assert isinstance(ask, Ask)
    assert {answer: way.to for answer, way in ask.options.items()} == {"yes": "selesai", "no": "utama"}


def test_the_version_changes_with_every_byte_and_with_nothing_else() -> None:
    assert flow(MENU).version == flow(MENU).version
    assert flow(MENU).version != flow(MENU + "# x\n").version
    assert len(flow(MENU).version) == 16


def test_every_fault_is_named_at_once_in_the_order_of_the_files() -> None:
    steps = (
        MENU.replace('"1": selesai', '"1": selesay').replace("For money", "{uang}") + "  kosong: {sa: x}\n"
    )
    assert codes(steps, "tipe: x\n") == ["unknown-key", "unknown-variable", "unknown-step", "unknown-kind"]


def test_a_mistyped_name_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(FlowFaults, match="Did you mean 'selesai'"):
        flow(MENU.replace('"1": selesai', '"1": selesay'))


def test_an_ask_format_of_the_loader_is_one_that_the_engine_can_read() -> None:
    assert set(DIGITS) <= set(FORMATS)


def test_a_flow_of_two_hundred_steps_loads_within_a_second() -> None:
    step = MENU.replace(', label: {id: "Kartu", en: "Cards"}', "")
    steps = step + "".join(step.replace("utama:", f"s{i}:") for i in range(199))
    began = time.thread_time()
    loaded = flow(steps)
    assert len(loaded.steps) == 201
    assert time.thread_time() - began < 1


def test_the_words_that_cannot_wait_are_kept_by_priority() -> None:
    head = 'urgent: {P1: ["kartu hilang", ditipu], P2: segera}\n'
    assert flow(MENU, head).urgent == {"P1": ("kartu hilang", "ditipu"), "P2": ("segera",)}
    assert flow(MENU).urgent == {}


def test_a_word_has_one_priority() -> None:
    assert codes(MENU, "urgent: {P1: [ditipu], P2: [Ditipu]}\n") == ["name-twice"]
