"""What callers key in and people text: good ones in any spelling, and every kind of bad one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.identifiers import FORMATS, billing_issuer, same_day, ticket_centre
from indonesia.identity import luhn, nik_birth

GOOD = [
    ("nik", "9901011203850001", "9901011203850001"),
    ("nik", "9901 0152 0385 0002", "9901015203850002"),
    ("npwp", "99.999.999.9-999.999", "999999999999999"),
    ("npwp", "9901011203850001", "9901011203850001"),
    ("npwp", "0999999999999999", "0999999999999999"),
    ("efin", "0000000001", "0000000001"),
    ("billing", "412345678901234", "412345678901234"),
    ("ntpn", "a1b2 c3d4 e5f6 a7b8", "A1B2C3D4E5F6A7B8"),
    ("imei", "001010000000016", "001010000000016"),
    ("imei", "001010000000024", "001010000000024"),
    ("imei", "00101000-000003-2", "001010000000032"),
    ("imei", "001010000000016 / 01", "001010000000016"),
    ("awb", "ee000000014id", "EE000000014ID"),
    ("awb", "EE 000 000 028 ID", "EE000000028ID"),
    ("awb", "RR473124829GB", "RR473124829GB"),  # the example of the UPU's own standard
    ("awb", "EE000000005ID", "EE000000005ID"),  # remainder 0: the check digit is 5
    ("awb", "EE101000000ID", "EE101000000ID"),  # remainder 1: the check digit is 0
    ("awb", "1000000001", "1000000001"),
    ("awb", "000000014", "000000014"),  # keyed on a telephone: the letters cannot be
    ("ticket", "202603110001", "202603110001"),
    ("ticket", "bi-20260311-0001", "202603110001"),
    ("date6", "120385", "120385"),
    ("date6", "290200", "290200"),  # the year 2000 had the day that 1900 had not
    ("date6", "12-3-85", "120385"),
    ("date6", "12 Maret 1985", "120385"),
    ("date8", "12031985", "1985-03-12"),
    ("date8", "12/3/1985", "1985-03-12"),
    ("date8", "1985-03-12", "1985-03-12"),
    ("time", "16.30", "16:30"),
    ("time", "1630", "16:30"),
    ("time", "jam 4 sore", "16:00"),
    ("time", "9 pagi", "09:00"),
    ("phone", "0812-0000-0001", "+6281200000001"),
    ("phone", "6281200000001", "+6281200000001"),
    ("yes_no", "1", "yes"),
    ("yes_no", "Y", "yes"),
    ("yes_no", "iyaaa", "yes"),
    ("yes_no", "sdh td siang 2500000", "yes"),
    ("yes_no", "2", "no"),
    ("yes_no", "Tidak.", "no"),
    ("yes_no", "blm min", "no"),
    ("rating", "4", "4"),
    ("last4", "0001", "0001"),
    ("digits", "007", "007"),
    ("number", "150rb", "150000"),
    ("number", "2,5 jt", "2500000"),
    ("number", "Rp1.250.000", "1250000"),
    ("number", "7,5", "7.5"),
    ("text", "  Wati\r\n\tContoh\x00 ", "Wati Contoh"),
]
BAD = [
    ("nik", "9901011203850000", "serial 0000"),
    ("nik", "9901013203850001", "day 32"),
    ("nik", "9901017203850001", "day 72"),
    ("nik", "9901011213850001", "month 13"),
    ("nik", "0901011203850001", "no province begins with 0"),
    ("nik", "990101120385000", "15 digits"),
    ("nik", "99010112038500O1", "the letter O"),
    ("npwp", "99999999999999", "14 digits"),
    ("npwp", "9999999999999999", "16 digits that are neither a NIK nor 0 and 15"),
    ("efin", "123456789", "9 digits"),
    ("billing", "4123456789012345", "16 digits"),
    ("ntpn", "A1B2C3D4E5F6A7B", "15"),
    ("imei", "001010000000017", "check digit"),
    ("imei", "00101000000001", "14 digits"),
    ("awb", "EE000000015ID", "check digit"),
    ("awb", "000000015", "check digit"),
    ("awb", "1234567890123", "13 digits"),
    ("ticket", "202602300001", "30 February"),
    ("ticket", "202603110000", "serial 0000"),
    ("ticket", "20260311001", "11 digits"),
    ("date6", "310485", "31 April"),
    ("date6", "290285", "no leap year"),
    ("date8", "29021985", "no leap year"),
    ("date8", "120385", "6 digits"),
    ("time", "25.00", "hour 25"),
    ("time", "nanti", "no figure"),
    ("phone", "131", "a service number"),
    ("phone", "anonymous", "nobody"),
    ("yes_no", "mungkin", "neither"),
    ("yes_no", "3", "neither"),
    ("yes_no", "ya tapi saya mau tanya dulu soal pajak kendaraan", "a question of its own"),
    ("rating", "5", "1 to 4"),
    ("last4", "001", "3 digits"),
    ("digits", "", "nothing"),
    ("number", "banyak", "no figure"),
    ("text", " \x00\n ", "nothing visible"),
]


@pytest.mark.parametrize(("name", "raw", "value"), GOOD)
def test_a_good_answer_is_taken_in_any_spelling(name, raw, value):
    assert FORMATS[name].parse(raw) == value


@pytest.mark.parametrize(("name", "raw", "why"), BAD)
def test_a_bad_answer_is_not_taken(name, raw, why):
    assert FORMATS[name].parse(raw) is None, why


@given(st.sampled_from(sorted(FORMATS)), st.text())
def test_no_answer_makes_a_format_fail(name, raw):
    assert FORMATS[name].parse(raw) is None or FORMATS[name].parse(raw)


@given(
    st.sampled_from(sorted(set(FORMATS) - {"yes_no", "text"})),
    st.from_regex(r"[0-9A-Z]{1,17}", fullmatch=True),
)
def test_a_normalised_answer_is_its_own_normal_form(name, raw):
    value = FORMATS[name].parse(raw)
    if value is not None:
        assert FORMATS[name].parse(value) == value


@pytest.mark.parametrize("name", sorted(n for n, form in FORMATS.items() if form.digits))
def test_what_can_be_keyed_is_between_the_least_and_most_digits(name):
    least, most = FORMATS[name].digits
    keyed = [value for format_name, _, value in GOOD if format_name == name and value.isdigit()]
    assert all(least <= len(value) <= most for value in keyed)


def test_a_womans_birth_day_has_forty_added():
    assert nik_birth("9901011203850001") == ("120385", "L")
    assert nik_birth("9901015203850002") == ("120385", "P")
    assert same_day("120385", "1985-03-12")
    assert not same_day("120386", "1985-03-12")


@pytest.mark.parametrize(
    ("first", "issuer"),
    [
        ("0", "djp"),
        ("3", "djp"),
        ("4", "bea_cukai"),
        ("6", "bea_cukai"),
        ("7", "anggaran"),
        ("9", "anggaran"),
    ],
)
def test_the_first_digit_of_a_billing_code_names_its_issuer(first, issuer):
    assert billing_issuer(first + "12345678901234") == issuer


def test_the_centre_in_front_of_a_case_number_is_known():
    assert ticket_centre("bi-20260311-0001") == "BI"
    assert ticket_centre("202603110001") == ""


@given(st.from_regex(r"[0-9]{14}", fullmatch=True))
def test_every_other_check_digit_is_wrong(body):
    assert sum(luhn(body + str(digit)) for digit in range(10)) == 1
