"""Nobody makes us dial what the allow-list does not name: thousands of numbers of every kind and spelling."""

import random
import re
from dataclasses import replace

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType

from carrier.guard import Decision, Made, Rules, e164, may_call, may_text

HOME = Rules()
MOBILE_PREFIXES = [
    "811",
    "812",
    "813",
    "821",
    "822",
    "852",
    "857",
    "858",
    "877",
    "878",
    "881",
    "895",
    "896",
    "838",
]
FIXED_PREFIXES = ["21", "22", "24", "31", "61", "274", "361", "341", "411", "541", "751"]
TYPES = [value for name, value in vars(PhoneNumberType).items() if name.isupper() and isinstance(value, int)]


def permitted(chance):
    """An Indonesian mobile or fixed number in E.164, as the numbering plan has it."""
    if chance.random() < 0.7:
        return "+62" + chance.choice(MOBILE_PREFIXES) + "".join(chance.choices("0123456789", k=8))
    return (
        "+62"
        + chance.choice(FIXED_PREFIXES)
        + chance.choice("23456789")
        + "".join(chance.choices("0123456789", k=6))
    )


def spellings(number, chance):
    """20 ways in which people write one number."""
    rest = number[3:]
    a, b, c = rest[:3], rest[3:7], rest[7:]
    plain = [
        number,
        f"0{rest}",
        f"+62 {rest}",
        f"+62-{rest}",
        f"0{a} {b} {c}",
        f"0{a}-{b}-{c}",
        f"+62 {a} {b} {c}",
    ]
    plain += [
        f"+62-{a}-{b}-{c}",
        f"+62 {a}-{b}-{c}",
        f"+62.{a}.{b}.{c}",
        f"(0{a}) {b} {c}",
    ]
    plain += [
        f"+62 ({a}) {b}-{c}",
        f"+62({a}){b}{c}",
        f"+62 {a}{b} {c}",
        f"0{a}{b} {c}",
        f"0{a} {b}{c}",
        f"0{a}{b}-{c}",
    ]
    return [*plain, f"+62 {a} {b}{c}", f"+62  {rest}", f"0{a}  {b}  {c}"]


def abroad(chance):
    """Every country code: an example of every type of line, and random digits."""
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
            for kind in TYPES:
                example = phonenumbers.example_number_for_type(region, kind)
                if example and code != 62:
                    yield phonenumbers.format_number(example, 0), f"{region} type {kind}"
        if code != 62:
            for _ in range(6):
                yield (
                    f"+{code}" + "".join(chance.choices("0123456789", k=chance.randrange(5, 12))),
                    f"code {code}",
                )


def in_space_and_the_caribbean(chance):
    for prefix in "+87077 +87039 +88161 +88163 +88216 +88235 +88351 +9791 +9799 +8881".split():
        for _ in range(20):
            yield prefix + "".join(chance.choices("0123456789", k=8)), "satellite, universal, premium"
    for area in "809 829 849 876 758 268 284 473 649 664 767 784 868 869".split():
        for _ in range(20):
            tail = chance.choice("23456789") + "".join(chance.choices("0123456789", k=6))
            yield f"+1{area}{tail}", "Caribbean"


def at_home(chance):
    """Indonesian numbers that are short, special or premium."""
    for special in ("809", "804", "800", "8071", "1500", "177", "00", "001", "007"):
        for length in range(3, 11):
            yield "+62" + special + "".join(chance.choices("0123456789", k=length)), "Indonesian special"
            yield "0" + special + "".join(chance.choices("0123456789", k=length)), "the same, national"
    for short in (
        "110",
        "112",
        "113",
        "118",
        "119",
        "131",
        "157",
        "1500200",
        "*123#",
        "#31#",
        "*",
        "#",
        "0",
        "",
        " ",
        "+",
        "+62",
    ):
        yield short, "short"


def disguised(chance):
    """A good number with something before or after it, in other digits, or as an address."""
    good = permitted(chance)
    for tail in (
        ",9",
        ",,1234",
        "#",
        "*",
        ";ext=9",
        "w1",
        "W1",
        " ext 4",
        "x4",
        "p1",
        "@sip",
        ";phone-context=+62",
        "\n",
        "\x00",
        "0" * 12,
    ):
        yield good + tail, "post-dial"
    for head in (
        "tel:",
        "sip:",
        "sips:",
        "client:",
        "whatsapp:",
        "*31#",
        "#31#",
        "00",
        "001",
        "017",
        "+0",
        "++",
        "-",
    ):
        yield head + good.lstrip("+"), "prefixed"
        yield head + good, "prefixed"
    for zero in (0x0660, 0x06F0, 0x0966, 0x0E50, 0xFF10, 0x1D7CE):
        yield "+" + "".join(chr(zero + int(each)) for each in good[1:]), "unicode digits"
        yield good[:-1] + chr(zero + int(good[-1])), "one unicode digit"
    yield from (
        (address, "address")
        for address in ("sip:budi@example.id", "client:budi", "+62812ABCDEFG", "0812-CALL-NOW")
    )


def hostile(chance):
    """Numbers that must never be dialled by the default rules, each with what it is."""
    return [*abroad(chance), *in_space_and_the_caribbean(chance), *at_home(chance), *disguised(chance)]


def test_of_five_thousand_numbers_none_that_is_forbidden_is_dialled_or_texted():
    chance = random.Random(809)
    tried = [each for _ in range(2) for each in hostile(chance)]
    assert len(tried) >= 5_000
    for number, kind in tried:
        for decision in (may_call(number, HOME), may_text(number, HOME)):
            assert not decision.ok and decision.number == "" and decision.reason, (number, kind, decision)


def test_of_five_hundred_permitted_numbers_in_twenty_spellings_none_is_refused():
    chance = random.Random(62)
    for _ in range(500):
        number = permitted(chance)
        for spelling in spellings(number, chance):
            assert may_call(spelling, HOME) == Decision(True, number, "", 3600), spelling


def test_texts_go_to_mobiles_only():
    assert may_text("0812-3456-7890", HOME).number == "+6281234567890"
    assert may_call("+622129601131", HOME).ok and not may_text("+622129601131", HOME).ok


def test_a_denied_prefix_wins_over_a_permitted_one_and_over_a_list_of_agents():
    rules = Rules(denied=("+62812",), agents=frozenset({"+6281234567890"}))
    assert "DIAL_DENIED" in may_call("+6281234567890", rules).reason
    assert may_call("+6281334567890", rules).ok


def test_a_listed_agent_abroad_on_sip_or_on_a_client_may_be_rung_but_only_exactly_so():
    rules = Rules(agents=frozenset({"+6569123456", "sip:ani@pbx.example.id", "client:budi"}))
    for agent in rules.agents:
        assert may_call(agent, rules).number == agent
    for other in (
        "+6569123457",
        "sip:ani@pbx.example.id;x=1",
        "sip:ANI@pbx.example.id",
        "client:budi2",
        "client:",
    ):
        assert not may_call(other, rules).ok
    assert may_call("+65 6912 3456", rules).number == "+6569123456"


@pytest.mark.parametrize(
    ("prefix", "permits", "refuses"),
    [
        ("+1", "+12125550123", "+18095551234"),
        ("+1", "+12125550123", "+14165550123"),
        ("+1416", "+14165550123", "+12125550123"),
        ("+44", "+447400123456", "+447781123456"),
        ("+6", "+62", "+6281234567890"),
        ("+870773", "+870773111632", "+870772111632"),
    ],
)
def test_a_bare_country_code_means_its_main_country_and_part_of_one_means_nothing(prefix, permits, refuses):
    rules = Rules(prefixes=(prefix,))
    assert may_call(permits, rules).ok == (len(permits) > 5)
    assert not may_call(refuses, rules).ok


def test_digits_from_a_caller_are_dialled_only_where_the_flow_says_so():
    assert not may_call("081234567890", HOME, keyed=True).ok
    assert "caller" in may_call("081234567890", HOME, keyed=True).reason
    assert may_call("081234567890", HOME, keyed=True, keyed_allowed=True).ok
    assert not may_call("08091234567", HOME, keyed=True, keyed_allowed=True).ok
    assert not may_text("081234567890", HOME, keyed=True).ok


def test_ten_thousand_tries_make_no_more_calls_than_the_caps():
    for name, cap in (("per_hour", 30), ("per_day", 50), ("per_flow", 7), ("per_hour", 0)):
        rules, made = replace(HOME, **{name: cap}), 0
        for _ in range(10_000 if cap == 30 else 200):
            made += may_call("+6281234567890", rules, Made(hour=made, day=made, flow=made)).ok
        assert made == cap
    refused = may_call("+6281234567890", replace(HOME, per_day=5), Made(day=5))
    assert refused.reason == "this day's cap of 5 is used up"


@pytest.mark.parametrize(
    ("wanted", "rule", "given"),
    [(None, 3600, 3600), (600, 3600, 600), (9_000, 3600, 3600), (None, 99_999, 14_400)],
)
def test_every_call_carries_a_time_limit_no_longer_than_the_rule(wanted, rule, given):
    assert may_call("+6281234567890", Rules(time_limit=rule), time_limit=wanted).time_limit == given


def test_nothing_written_makes_the_guard_raise_and_what_it_gives_is_plain():
    chance = random.Random(3)
    for _ in range(5_000):
        written = "".join(
            chance.choices("+0123456789 -().,;*#wx\u0660\uff11\x00sip:@", k=chance.randrange(20))
        )
        found = e164(written)
        assert found == "" or re.fullmatch(r"\+[1-9][0-9]{6,16}", found)
        assert e164(found) == found
