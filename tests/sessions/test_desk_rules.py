"""desk.yaml: rules of the queue and canned answers, or its faults, each named."""

import pytest

from sessions.desk import desk_rules

ZONE = "Asia/Jakarta"


def files(content):
    return {"desk.yaml": content.encode()}


def test_canned_answers_stand_beside_the_rules():
    given = files(
        "strategy: least_busy\ncanned:\n  salam: {id: Halo., en: Hello.}\n  jam-buka: {id: 'Pukul 08.00'}\n"
    )
    assert desk_rules.read(given, ZONE).strategy == "least_busy"
    assert desk_rules.canned(given, ZONE) == {
        "salam": {"id": "Halo.", "en": "Hello."},
        "jam-buka": {"id": "Pukul 08.00"},
    }
    assert desk_rules.canned({}, ZONE) == desk_rules.canned(files("misses: 2"), ZONE) == {}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("canned: halo", "no table of answers"),
        ("canned: {Salam Pagi: {id: Halo.}}", "is no key"),
        ("canned: {salam: Halo.}", "has no words by language"),
        ("canned: {salam: {id: ''}}", "has no words by language"),
        ("canned: {salam: {}}", "has no words by language"),
        ("canned: {salam: {id: [a, b]}}", "has no words by language"),
        ("canned: {nomor: {id: '0131'}}", "has no words by language"),
        ("kaned: {salam: {id: Halo.}}", "is no rule"),
    ],
)
def test_a_fault_is_refused_with_its_name(content, told):
    with pytest.raises(desk_rules.RuleFaults, match=told):
        desk_rules.read(files(content), ZONE)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("strategy: most_skilled\nhandling_seconds: soon\n", (2, 1)),
        ("tiers: {2: 10}\nstrategy: nicest\n", (2, 1)),
        ("tiers: {2: 10}\nno_such_rule: 1\n", (2, 1)),
        ("aging_seconds: 10\ncanned:\n  salam: {id: Halo}\n  TUNGGU: {id: Tunggu}\n", (4, 3)),
        ("aging_seconds: 10\ncanned: none\n", (2, 1)),
    ],
)
def test_a_fault_is_told_where_it_stands(written, place):
    with pytest.raises(desk_rules.RuleFaults) as refused:
        desk_rules.read({desk_rules.FILE: written}, "Asia/Jakarta")
    assert [(fault.line, fault.column) for fault in refused.value.faults] == [place]
