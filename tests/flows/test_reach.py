"""By which numbers each service is reached, and that none of them belongs to two."""

from __future__ import annotations

import pytest

from engine.claims import claimed_twice
from engine.numbers import matches
from tests.flows.player import service


@pytest.mark.parametrize(
    ("name", "called"),
    [
        *(
            ("bicara131", called)
            for called in ("131", "1500131", "500-131", "500131", "(021) 500131", "021500131")
        ),
        *(
            ("bicara131", called)
            for called in ("(021) 1500131", "0211500131", "+62211500131", "+62131", "+621500131")
        ),
        *(
            ("kring_pajak", called)
            for called in ("1500200", "500200", "(021) 1500200", "+62211500200", "+621500200")
        ),
        *(
            ("kontak_ojk157", called)
            for called in ("157", "021-157", "+62157", "1500655", "500655", "(021) 1500655")
        ),
        *(("bravo_beacukai", called) for called in ("1500225", "500225", "(021) 1500225", "+62211500225")),
    ],
)
def test_every_spelling_of_the_number_reaches_the_service(name: str, called: str) -> None:
    assert matches(called, [number.spelling for number in service(name).voice_numbers])


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("bicara131", "131"),
        ("bicara131", "+6281111110131"),
        ("kring_pajak", "1500200"),
        ("kring_pajak", "081111150020"),
        ("kontak_ojk157", "157"),
        ("kontak_ojk157", "081111110157"),
        ("bravo_beacukai", "1500225"),
        ("bravo_beacukai", "081111150225"),
    ],
)
def test_texts_reach_the_service_by_short_code_and_long_number(name: str, called: str) -> None:
    assert matches(called, [number.spelling for number in service(name).text_numbers])


def spellings(flow) -> list[str]:
    return [number.spelling for number in flow.voice_numbers]


def test_no_number_belongs_to_two_services() -> None:
    flows = [service(name) for name in ("bicara131", "kring_pajak", "kontak_ojk157", "bravo_beacukai")]
    assert list(claimed_twice(flows)) == []
    owners = [
        flow.id
        for called in ("131", "1500200", "157", "1500225")
        for flow in flows
        if matches(called, spellings(flow))
    ]
    assert owners == ["bicara131", "kring_pajak", "kontak_ojk157", "bravo_beacukai"]


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("bicara131", "BI"), ("kring_pajak", "KP"), ("kontak_ojk157", "OJ"), ("bravo_beacukai", "BC")],
)
def test_case_numbers_begin_with_the_centre(name: str, prefix: str) -> None:
    assert service(name).prefix == prefix
