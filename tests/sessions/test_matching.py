"""How tables are asked: one row, several, or the one whose name is nearly what was written."""

import pytest

from engine.flow import Source
from sessions.matching import find, look

ROWS = (
    {"nama": "Dana Sejahtera Contoh", "kota": "JAKARTA"},
    {"nama": "Kilat Tunai Contoh", "kota": "JAKARTA"},
    {"nama": "Modal Usaha Contoh", "kota": "BOGOR"},
    {"nama": "Modal Usaha Contoh", "kota": "DEPOK"},
    {"nama": "BPR Ab", "kota": "BOGOR"},
)
COMPANIES = Source(
    "lembaga", "table", rows=ROWS, columns=("nama", "kota"), match={"nama": "fold", "kota": "exact"}
)
PARCELS = Source(
    "kiriman",
    "table",
    rows=({"resi": "EE000000014ID"}, {"resi": "RR000000014ID"}, {"resi": "1000000001"}),
    columns=("resi",),
    match={"resi": "digits"},
)


@pytest.mark.parametrize(
    ("nama", "answered"),
    [
        ("pt. dana sejahtera contoh, tbk", "found"),
        ("dana sejahtra contoh", "close"),  # a letter left out
        ("dana sejahetra contoh", "close"),  # two letters swapped
        ("dana sejatra contoh", "close"),
        ("dana sejar contoh", "none"),  # three and more letters are another name
        ("warung bu contoh", "none"),
        ("modal usaa contoh", "none"),  # two companies are as near
        ("bpr cd", "none"),  # of six letters two are too many
        ("bpr ac", "close"),
        ("", "none"),
    ],
)
def test_a_name_is_found_or_nearly_found(nama, answered):
    outcome, row = look(COMPANIES, {"nama": nama}, near=True)
    assert outcome == answered and bool(row) == (answered != "none")
    assert look(COMPANIES, {"nama": nama})[0] == ("none" if answered == "close" else answered)


def test_the_other_columns_of_a_near_name_must_fit():
    assert look(COMPANIES, {"nama": "kilat tunay contoh", "kota": "JAKARTA"}, near=True) == ("close", ROWS[1])
    assert look(COMPANIES, {"nama": "kilat tunay contoh", "kota": "BOGOR"}, near=True) == ("none", {})


def test_digits_that_several_parcels_share_are_several():
    assert look(PARCELS, {"resi": "000000014"})[0] == "many"
    assert look(PARCELS, {"resi": "1000000001"}) == ("found", PARCELS.rows[2])
    assert find(PARCELS, {"resi": "000000014"}) == PARCELS.rows[0]
