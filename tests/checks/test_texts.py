"""What is promised about text messages: parts by language after the longest fill, plain characters, keywords apart, STOP heard, Indonesian as the house writes it."""

from pathlib import Path

import pytest

from commands.check_texts import text_findings
from engine.check import Finding, check
from engine.check.prompts import _SPELLING, lint
from engine.explore import explore
from engine.flow import Menu
from engine.load.head import RESERVED_WORDS
from sessions.services import read_folders
from sms import optout
from tests.engine.test_load import codes, flow

STEPS = """  utama: {menu: {id: "Untuk A, tekan 1.", en: "For A, press 1."}, keys: {"1": kirim}}
  kirim: {text: pesan, then: selesai}
"""
FLOWS = Path(__file__).resolve().parents[2] / "flows"


def found(template: str, alamat: str = "-") -> list[Finding]:
    head = f'values: {{alamat: "{alamat}"}}\n'
    return list(text_findings(explore(flow(STEPS, head, texts_yaml=template))))


def test_parts_are_counted_by_language_after_the_longest_fill() -> None:
    template = f'pesan: {{id: "{"a" * 200} {{alamat}}", en: "{"b" * 280} {{alamat}}"}}\n'
    assert found(template, "c" * 20) == []  # 301 letters: two parts of 153
    (told,) = found(template, "c" * 60)
    assert (
        told.code == "text-too-long"
        and told.what == "the template 'pesan' takes 3 SMS parts in 'en', 2 are allowed"
    )
    assert found(template.replace("{id", "{parts: 3, id"), "c" * 60) == []


def test_what_sms_does_not_have_is_named_with_what_would_be_sent() -> None:
    (told,) = found('pesan: {id: "Kantor – “buka”", en: "Office"}\n')
    assert told.code == "not-gsm" and "'–' becomes '-'" in told.what and "in 'id'" in told.what


def test_keywords_clash_or_are_one_slip_apart() -> None:
    assert "keyword-clash" in codes(
        STEPS,
        "keywords: {KURS: selesai, RATE: {aliases: [KURS], then: selesai}}\n",
        texts_yaml='pesan: {id: "A", en: "A"}\n',
    )
    head = "keywords: {RUSAK: selesai, RUSAKK: selesai, STOPP: selesai}\n"
    near = check(explore(flow(STEPS, head, texts_yaml='pesan: {id: "A", en: "A"}\n')))
    told = [each.what for each in near if each.code == "similar-keywords"]
    assert told == [
        "the keywords 'RUSAK' and 'RUSAKK' are one typing mistake apart",
        "the keywords 'STOP' and 'STOPP' are one typing mistake apart",
    ]


def test_the_words_that_stop_and_start_texts_are_kept_free() -> None:
    """What the house understands before any flow, a flow may not give another meaning; HELP and BANTUAN it may answer itself."""
    ours = {word for word, action in optout._WORDS.items() if action != optout.HELP}
    assert ours <= RESERVED_WORDS
    assert all(optout.read(word.lower()) for word in ours)


@pytest.mark.parametrize("folder", read_folders(FLOWS), ids=lambda folder: folder.id)
def test_no_service_of_ours_takes_them(folder) -> None:
    service = folder.load()
    words = {word for spec in service.keywords.values() for word in (spec.name, *spec.aliases)}
    words |= {word.upper() for listed, _ in service.topics.values() for word in listed}
    words |= {
        word.upper()
        for step in service.steps.values()
        if isinstance(step, Menu)
        for said in step.spoken.values()
        for word in said
    }
    assert words & RESERVED_WORDS == set()


@pytest.mark.parametrize(
    ("wrong", "right"), [(w, r) for w, r in _SPELLING.items() if w.isalpha()] + [("di hubungi", "dihubungi")]
)
def test_every_form_that_is_not_ours_is_named_with_ours(wrong: str, right: str) -> None:
    assert any(right in better for _, better in lint(f"Mohon {wrong} sekarang.")), lint(
        f"Mohon {wrong} sekarang."
    )


def test_anda_has_its_capital_and_nobody_is_shouted_at() -> None:
    assert lint("Laporan anda sudah diterima.") != [] and lint("Laporan Anda sudah diterima.") == []
    assert lint("Terima kasih!") != [] and lint("Terima kasih.") == []
