"""What every shipped text must keep to: spelling of domain page 0.4, letters and length of a text message, domain page 0.7."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from engine.events import Topic
from engine.flow import Ask, Flow, Menu, Queue, Say, TextOut
from engine.spoken import written
from engine.visit import parts_of
from engine.words_of import words_of
from sms.routes import understand
from sms.segments import foreign, parts
from tests.flows.player import House, Texter, at, service

SERVICES = ("bicara131", "bravo_beacukai", "kontak_ojk157", "kring_pajak")

# Wrong in Indonesian, and what is right.
LINT = (
    (r"\b[Ss]ilahkan\b", "silakan"),
    (r"\bnomer\b", "nomor"),
    (r"\banda\b", "Anda"),
    (
        r"\bdi (?:hubungi|kirim|terima|catat|ganti|berikan|bayar|layani|jawab|rekam)\w*",
        "di- is joined to a verb",
    ),
    (r"\b[Tt]erimakasih\b", "terima kasih"),
    (r"\bijin\b", "izin"),
    (r"\baktifitas\b|\baktip\b", "aktivitas, aktif"),
    (r"\bkwitansi\b", "kuitansi"),
    (r"\bdirubah\b", "diubah"),
    (r"!", "no exclamation mark"),
    (r"\b[Kk]amu\b|\b[Kk]akak?\b", "Anda"),
    (r"\bperlindungan\b", "pelindungan, as the law spells it"),
    (r"\bantrian\b", "antrean"),
    (r"\btuna ?rungu\b", "tuli"),
)


def texts(flow: Flow) -> Iterator[tuple[str, str, str]]:
    """(where, language, words) of everything a contact may hear or read."""
    for name, step in flow.steps.items():
        for words in words_of(step):
            for language, text in words.items():
                yield name, language, text
    for name, template in flow.templates.items():
        for language, text in template.words.items():
            yield f"texts.yaml {name}", language, text


@pytest.mark.parametrize("name", SERVICES)
def test_indonesian_is_spelt_as_it_should_be(name: str) -> None:
    found = [
        f"{where}: {wrong[0]!r} ({right})"
        for where, language, text in texts(service(name))
        if language == "id"
        for pattern, right in LINT
        for wrong in [re.search(pattern, text)]
        if wrong
    ]
    assert found == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_time_of_day_names_its_zone(name: str) -> None:
    for where, _, text in texts(service(name)):
        for clock in re.finditer(r"\d{2}\.\d{2}-\d{2}\.\d{2}(.{0,20})", text):
            assert re.match(r" (?:WI|waktu setempat|local time)", clock[1]), f"{where}: {clock[0]}"


def longest(flow: Flow, template: str, language: str) -> str:
    """The template with the longest value that each of its placeholders can have."""
    values: dict[str, str] = {
        "tiket": f"{flow.prefix}-20260311-0001",
        "layanan": flow.service[language],
        "jam": "Monday to Friday 08:00-16:00 WIB"
        if language == "en"
        else "Senin sampai Jumat pukul 08.00-16.00 WIB",
        "status": "menunggu kelengkapan dokumen",
        "tanggal": "2026-09-30",
        "isi": "x" * 20,
        **flow.constants,
    }
    for source in flow.sources.values():
        for row in source.rows:
            for column, value in row.items():
                values[column] = max(values.get(column, ""), value, key=len)
    return "".join(
        part if isinstance(part, str) else written(values[part[0]], part[1], language)
        for part in parts_of(template)
    )


def written_texts(flow: Flow) -> Mapping[tuple[str, str], tuple[str, int]]:
    """(name, language) -> (text after the longest fill, parts allowed) of templates and of the steps written in a text."""
    found = {}
    for name, template in flow.templates.items():
        for language, text in template.words.items():
            found[name, language] = longest(flow, text, language), template.parts
    for name, step in flow.steps.items():
        asked = name.endswith(("_tanya", "_tulis", "_jenis", "_ok")) and isinstance(step, Ask | Menu | Say)
        words = step.written or (step.words if asked else {})
        for language, text in words.items():
            found[name, language] = longest(flow, text, language), 2
    return found


@pytest.mark.parametrize("name", SERVICES)
def test_texts_are_gsm7_and_two_parts_at_most_after_the_longest_fill(name: str) -> None:
    checked = written_texts(service(name))
    assert len(checked) > 40
    for where, (text, allowed) in checked.items():
        assert not foreign(text), f"{where}: {foreign(text)}"
        assert parts(text) <= allowed, f"{where}: {len(text)} letters, {parts(text)} parts"


@pytest.mark.parametrize("name", SERVICES)
def test_every_text_names_a_next_step(name: str) -> None:
    """A keyword, a number, an address: nobody is left with nothing to do."""
    flow = service(name)
    words = {word for spec in flow.keywords.values() for word in (spec.name, *spec.aliases)}
    for template in flow.templates.values():
        for language, text in template.words.items():
            known = any(re.search(rf"\b{re.escape(word)}\b", text) for word in words)
            assert known or "1500200" in text or "{saran" in text, f"{template.name} {language}"


@pytest.mark.parametrize("name", SERVICES)
def test_the_universal_keywords_of_the_domain_page_are_there(name: str) -> None:
    flow = service(name)
    words = {word for spec in flow.keywords.values() for word in (spec.name, *spec.aliases)}
    universal = "INFO MENU BANTUAN HELP STATUS ADU LAPOR KELUHAN KOMPLAIN SARAN PETUGAS #HUBUNGIPETUGAS TELEPON TULI EN ID NILAI"
    assert set(universal.split()) <= words


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("bicara131", "RUSAK DICABUT ASLI TUKAR QRIS RUPIAH BIRATE PPID ADU STATUS"),
        ("bravo_beacukai", "BARANG TIPU IMEI TARIF BAWA TUNAI BILLING KANTOR LAPOR ADU STATUS"),
        ("kontak_ojk157", "CEK SCAM SLIK LAPS TANYA LAPOR ADU STATUS"),
        ("kring_pajak", "NPWP EFIN CORETAX OTP BILLING SPT KPP DAFTAR TANYA ADU STATUS"),
    ],
)
def test_the_keywords_of_each_service_are_there(name: str, own: str) -> None:
    assert set(own.split()) <= set(service(name).keywords)


def past_words(flow: Flow, name: str) -> str:
    """Where a way leads when it has said or sent what it has to."""
    step = flow.steps[name]
    while isinstance(step, Say | TextOut):
        step = flow.steps[step.then.to]
    return step.name


@pytest.mark.parametrize("name", SERVICES)
def test_no_queue_leaves_a_caller_without_another_way(name: str) -> None:
    """Closed or nobody there: the closed menu. After a talk: the rating. While waiting: a call-back or a message."""
    flow = service(name)
    queues = [step for step in flow.steps.values() if isinstance(step, Queue)]
    for step in queues:
        ways = (step.closed, step.nobody, step.too_long)
        assert {past_words(flow, way.to) for way in ways} == {"tutup"} and step.then.to == "survei", step.name
    heard = [step for step in queues if not step.note or step.name == "petugas"]
    assert len(heard) >= 5
    for step in heard:
        assert step.callback and step.callback.to == "minta_balik", step.name
        assert step.message and step.message.to == "tinggal_pesan", step.name


@pytest.mark.parametrize("name", SERVICES)
def test_every_topic_has_its_own_answer(name: str) -> None:
    """The first of its words, alone in a text, means the topic and nothing else."""
    flow = service(name)
    for topic, (words, _) in flow.topics.items():
        texter = Texter(House(flow, at("2026-03-11 10:15")))
        event = understand(flow, texter.session, f"begini {words[0]}")
        assert event == Topic(topic, f"begini {words[0]}"), topic


@pytest.mark.parametrize("name", SERVICES)
def test_a_reply_ends_the_dialogue(name: str) -> None:
    """Templates that are a text's answer lead to the quiet end; those sent during a call lead back into it."""
    steps = [step for step in service(name).steps.values() if isinstance(step, TextOut)]
    after = {step.name: step.then.to for step in steps if step.words is None and step.name != "sms_adu"}
    assert len(after) > 15 and set(after.values()) == {"usai"}
    assert not {step.then.to for step in steps if step.name not in after} & {"usai"}
