"""Telephone numbers in every spelling that callers, carriers and flows use."""

import os
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.numbers import called_key, contact_key, matches

BICARA = ["131", "1500131", "500-131", "(021) 1500131"]
FIXTURES = Path(os.environ.get("SAMBUNG_SHARED", Path(__file__).parents[3] / "shared")) / "fixtures"


@pytest.mark.parametrize(
    "called",
    [
        "131", "+62131", "1500131", "+621500131", "(021) 1500131", "(021)1500131", "021-1500131",
        "0211500131",
        "+62211500131", "62211500131", "+62 (21) 1500-131", "021.150.0131", "500131", "500-131", "500 131",
        "sip:131@sbc.example.id", "sips:+62211500131@sbc.example.id;transport=tls", "tel:+62-21-1500131",
        "whatsapp:+62211500131", "sip:%2B62211500131@sbc.example.id", " 62211500131", "0062211500131",
        "１３１",
    ],
)  # fmt: skip
def test_bicara_131_answers_to_all_spellings_of_its_numbers(called):
    assert matches(called, BICARA)


@pytest.mark.parametrize(
    "called", ["1500200", "0211500200", "130", "1311", "", "   ", "sip:bicara@example.id", "+1131"]
)
def test_bicara_131_does_not_answer_to_other_numbers(called):
    assert not matches(called, BICARA)


def test_1500200_in_jakarta_is_another_number_than_1500200():
    assert called_key("(021) 1500200") != called_key("1500200")
    assert called_key("(021) 1500200") == called_key("+62211500200")


@pytest.mark.parametrize(
    "raw",
    ["081200000001", "0812-0000-0001", "6281200000001", "+6281200000001", "006281200000001", " 6281200000001",
     "+62 812 0000 0001", "+62 (0)812 0000 0001", "whatsapp:+6281200000001", "tel:+6281200000001",
     "81200000001"],
)  # fmt: skip
def test_a_mobile_number_is_one_contact_however_it_is_written(raw):
    contact = contact_key(raw)
    assert (contact.kind, contact.key, contact.can_receive_text) == ("number", "+6281200000001", True)
    assert contact.raw == raw


@pytest.mark.parametrize(
    ("raw", "kind", "key", "textable"),
    [
        ("+622150000001", "number", "+622150000001", False),  # a fixed line: its ticket is spoken
        ("021 5000 0001", "number", "+622150000001", False),
        ("+62967500001", "number", "+62967500001", False),
        ("004915112345678", "number", "+4915112345678", True),
        (" 12025550143", "number", "+12025550143", True),
        ("+15555550123", "number", "+15555550123", True),
        ("88022", "service", "88022", False),
        ("1500200", "service", "1500200", False),
        ("TELKOMSEL", "service", "telkomsel", False),
        ("client:u_1f2e_o_7", "client", "client:u_1f2e_o_7", False),
        ("sip:test-one@x.sip.twilio.com", "sip", "sip:test-one@x.sip.twilio.com", False),
        ("sip:+15550001111@project.sip.example.com", "sip", "+15550001111", True),
        ("whatsapp:US.1234", "whatsapp", "whatsapp:US.1234", True),
        ("whatsapp:+622150000001", "number", "+622150000001", True),
    ],
)
def test_callers_of_every_kind(raw, kind, key, textable):
    contact = contact_key(raw)
    assert (contact.kind, contact.key, contact.can_receive_text) == (kind, key, textable)


@pytest.mark.parametrize(
    "raw",
    ["anonymous", "Anonymous", "Restricted", "unavailable", "BLOCKED", "unknown", "private", "", None, "  ",
     "+266696687", "+86282452253", "+7378742833", "+2562533", "+8656696", "266696687", " 266696687",
     "sip:anonymous@anonymous.invalid", "+", "client:", "sip:"],
)  # fmt: skip
def test_a_caller_without_a_number_is_nobody_and_two_of_them_are_not_one_person(raw):
    contact = contact_key(raw)
    assert (contact.kind, contact.key, contact.can_receive_text) == ("nobody", "", False)


@given(st.text())
def test_no_address_makes_the_keys_fail(raw):
    called_key(raw)
    contact_key(raw)
    contact_key("sip:" + raw)
    contact_key("whatsapp:" + raw)


@given(st.from_regex(r"08[1-9][0-9]{7,10}", fullmatch=True))
def test_a_contact_key_is_its_own_key(raw):
    key = contact_key(raw).key
    assert contact_key(key).key == key
    assert called_key(key) == called_key(raw)


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared webhook fixtures are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [
        ("voice_in_anonymous_word", "nobody", ""),
        ("voice_in_unavailable_keypad", "nobody", ""),
        ("voice_in_no_caller_at_all", "nobody", ""),
        ("voice_in_browser_client", "client", "client:u_1f2e_o_7"),
        ("voice_in_leading_00", "number", "+4915112345678"),
        ("voice_in_plus_not_escaped", "number", "+12025550143"),
        ("voice_in_short_code", "service", "88022"),
        ("voice_in_sip_domain", "sip", "+15550001111"),
        ("voice_in_sip_registered_endpoint", "sip", "sip:test-one@direct-futel-stage.sip.twilio.com"),
        ("courier_waReceiveValid", "number", "+14135550151"),
        ("courier_waReceiveFromBSUID", "whatsapp", "whatsapp:US.1234"),
        ("courier_waReceivePrefixlessURN", "number", "+14135550151"),
        ("sms_in_missing_From", "nobody", ""),
    ],
)
def test_the_callers_of_recorded_webhooks(name, kind, key):
    form = parse_qs((FIXTURES / f"{name}.txt").read_text(), keep_blank_values=True)
    contact = contact_key(form.get("From", form.get("Caller", [""]))[0])
    assert (contact.kind, contact.key) == (kind, key)
