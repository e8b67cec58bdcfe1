"""What a caller hears, and a text shows, for the values behind placeholders."""

import re
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.spoken import FORMS, spoken, written
from engine.words import DIGITS, group_sizes

LANGUAGES = ["id", "en"]
hostile = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(), st.datetimes(), st.dates(), st.decimals(), st.booleans()
)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1500200", "satu lima kosong kosong, dua kosong kosong"),
        ("131", "satu tiga satu"),
        (
            "202603110001",
            "dua kosong dua enam, kosong tiga satu satu, kosong kosong kosong satu",
        ),
        (
            "081200000001",
            "kosong delapan satu dua, kosong kosong kosong kosong, kosong kosong kosong satu",
        ),
        (
            "+6281200000001",
            "plus enam dua, delapan satu dua kosong, kosong kosong kosong kosong, kosong kosong satu",
        ),
        ("+15005550006", "plus satu lima kosong kosong, lima lima lima kosong, kosong kosong enam"),
        ("(021) 1500131", "kosong dua satu satu, lima kosong kosong, satu tiga satu"),
        ("081-131-131-131", "kosong delapan satu satu, tiga satu satu tiga, satu satu tiga satu"),
        (
            "EE000000014ID",
            "e e, kosong kosong kosong, kosong kosong kosong, kosong satu empat, i de",
        ),
        (12345, "satu dua tiga, empat lima"),
    ],
)
def test_identifiers_are_spoken_digit_by_digit_in_groups(value, said):
    assert spoken(value, "digits", "id") == said


def test_a_parcel_number_of_ten_digits_is_never_a_billion():
    said = spoken("1000000001", "digits", "id")
    assert "satu kosong kosong" in said
    assert "miliar" not in said


def test_an_english_caller_hears_zero():
    assert spoken("1500200", "digits", "en") == "one five zero zero, two zero zero"
    assert (
        spoken("BI-20260311-0001", "digits", "en")
        == "B I, two zero two six, zero three one one, zero zero zero one"
    )


@pytest.mark.parametrize(
    ("value", "said", "shown"),
    [
        ("1250000", "satu juta dua ratus lima puluh ribu rupiah", "Rp1.250.000"),
        (1000, "seribu rupiah", "Rp1.000"),
        (0, "nol rupiah", "Rp0"),
        ("Rp1.250.000", "satu juta dua ratus lima puluh ribu rupiah", "Rp1.250.000"),
        ("2500.5", "dua ribu lima ratus rupiah lima puluh sen", "Rp2.500,50"),
        ("2.500,05", "dua ribu lima ratus rupiah lima sen", "Rp2.500,05"),
        (-3, "minus tiga rupiah", "-Rp3"),
        ("8300000000", "delapan miliar tiga ratus juta rupiah", "Rp8.300.000.000"),
    ],
)
def test_rupiah(value, said, shown):
    assert spoken(value, "rupiah", "id") == said
    assert written(value, "rupiah", "id") == shown


def test_dollars_in_both_languages():
    assert spoken("500", "usd", "id") == "lima ratus dolar Amerika Serikat"
    assert spoken("1500.25", "usd", "en") == "one thousand, five hundred US dollars and twenty-five cents"
    assert written("1500", "usd", "id") == "USD 1.500"
    assert written("1500", "usd", "en") == "USD 1,500"


@pytest.mark.parametrize(
    "value",
    ["2026-04-01", "01-04-2026", "20260401", "1 April 2026", "Rabu, 1 April 2026", date(2026, 4, 1)],
)
def test_a_date_in_any_spelling_is_the_same_day(value):
    assert spoken(value, "date", "id") == "Rabu, satu April dua ribu dua puluh enam"
    assert spoken(value, "date", "en") == "Wednesday, the first of April twenty twenty-six"
    assert written(value, "date", "id") == "01-04-2026"
    assert written(value, "date", "en") == "1 April 2026"


@pytest.mark.parametrize(
    ("value", "said", "shown"),
    [
        ("16.30", "pukul enam belas lebih tiga puluh menit Waktu Indonesia Barat", "16.30 WIB"),
        ("16:00", "pukul enam belas Waktu Indonesia Barat", "16.00 WIB"),
        ("08.40 WITA", "pukul delapan lebih empat puluh menit Waktu Indonesia Tengah", "08.40 WITA"),
        (
            "2026-03-11T09:30:00.000Z",
            "pukul enam belas lebih tiga puluh menit Waktu Indonesia Barat",
            "16.30 WIB",
        ),
        (time(0, 5), "pukul nol lebih lima menit Waktu Indonesia Barat", "00.05 WIB"),
    ],
)
def test_a_time_always_names_its_zone(value, said, shown):
    assert spoken(value, "time", "id") == said
    assert written(value, "time", "id") == shown


def test_a_service_in_jayapura_hears_its_own_zone_and_its_own_day():
    late = datetime(2026, 3, 11, 15, 30, tzinfo=UTC)
    assert written(late, "time", "id", "Asia/Jayapura") == "00.30 WIT"
    assert written(late, "date", "id", "Asia/Jayapura") == "12-03-2026"
    assert written(late, "date", "id", "Asia/Jakarta") == "11-03-2026"
    assert spoken(late, "time", "en", "WIT") == "twelve thirty a.m. Eastern Indonesia Time"


def test_counts_and_percentages():
    assert spoken(3, "count", "id") == "tiga"
    assert spoken("12,05", "count", "id") == "dua belas koma nol lima"
    assert spoken("5.75", "percent", "id") == "lima koma tujuh lima persen"
    assert spoken("7.5", "percent", "en") == "seven point five percent"
    assert written("5.75", "percent", "id") == "5,75%"


def test_without_a_form_a_value_stands_as_it_is():
    assert spoken("Dokumen diterima", None, "id") == "Dokumen diterima"
    assert spoken(None, None, "id") == ""
    assert written("x", "no such form", "id") == "x"


def test_a_value_that_does_not_fit_its_form_is_read_out_all_the_same():
    assert spoken("2026-02-30", "date", "id").startswith("dua kosong dua enam")
    assert spoken("segera", "rupiah", "id") == "es e ge e er a"
    assert spoken("", "date", "id") == ""
    assert written("besok", "date", "id") == "besok"


def test_digits_of_other_scripts_are_digits():
    assert spoken("１２٣", "digits", "id") == "satu dua tiga"


@given(hostile, st.sampled_from([*sorted(FORMS), None, "?"]), st.sampled_from(["id", "en", "jv", ""]))
def test_nothing_a_session_can_hold_makes_a_voice_or_a_text_fail(value, form, language):
    assert isinstance(spoken(value, form, language), str)
    assert isinstance(written(value, form, language), str)


@example(value=10**26, form="rupiah", language="id")  # more digits than Decimal rounds
@given(
    st.one_of(
        st.integers(), st.dates(), st.decimals(allow_nan=False), st.from_regex(r"[0-9A-Za-z +.-]{1,30}")
    ),
    st.sampled_from(["digits", "rupiah", "usd", "date", "count", "percent"]),
    st.sampled_from(LANGUAGES),
)
def test_a_voice_never_meets_a_figure(value, form, language):
    assert not re.search(r"\d", spoken(value, form, language))


@given(st.from_regex(r"\+?[0-9]{1,40}", fullmatch=True), st.sampled_from(LANGUAGES))
def test_the_digits_a_caller_writes_down_are_the_digits_of_the_value(value, language):
    names = {name: str(digit) for digit, name in enumerate(DIGITS[language])} | {"plus": "+"}
    heard = "".join(names[word] for word in spoken(value, "digits", language).replace(",", "").split())
    assert heard == value


@given(st.integers(min_value=1, max_value=200))
def test_digits_come_in_groups_of_three_or_four(count):
    sizes = group_sizes(count)
    assert sum(sizes) == count
    assert count in (1, 2, 5) or set(sizes) <= {3, 4}
