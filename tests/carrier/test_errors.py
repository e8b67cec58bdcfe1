"""Every code of the carrier ends in its class, and says so in words."""

import pytest

from carrier.errors import CODES, KINDS, OPTED_OUT, PERMANENT, RETRY, STOP_CARRIER, UNKNOWN, meaning, words

# Written down apart from the table, from the fault list (reliability page, D1 to D3) and Twilio's dictionary.
EXPECTED = {
    RETRY: "20429 20500 20503 21611 30001 10004 30017 30022 63012 63018",
    OPTED_OUT: "21610",
    STOP_CARRIER: "20003 20005 30002 10001",
    PERMANENT: "21211 21212 21214 21217 21408 21606 21608 21612 21614 21617 21635 21265 21268 21219 13223"
    " 13224 13225 13227 32205 30003 30004 30005 30006 30007 30008 30034 20404 21220 63003 63016",
}
CASES = [(int(code), kind) for kind, codes in EXPECTED.items() for code in codes.split()]
BY_STATUS = {
    STOP_CARRIER: [401],
    RETRY: [429, 500, 503],
    UNKNOWN: [502, 504, 408],
    PERMANENT: [400, 403, 404, 301, None],
}


@pytest.mark.parametrize(("code", "kind"), CASES)
def test_a_code_is_in_its_class_whatever_the_http_status(code, kind):
    assert {meaning(code, status).kind for status in (400, 429, 500, 200, None)} == {kind}


@pytest.mark.parametrize(("kind", "statuses"), BY_STATUS.items())
def test_a_code_that_is_not_listed_goes_by_its_http_status(kind, statuses):
    for status in statuses:
        assert meaning(99_999, status).kind == meaning(None, status).kind == kind


def test_the_table_is_large_and_speaks_to_people():
    assert len(CODES) >= 40 and len(CASES) >= 40
    for code, found in CODES.items():
        assert found.kind in KINDS and len(found.words) > 10, code
    assert words(21610) == "21610: the recipient has said STOP"
    assert words(None) == "" and "not in our table" in words(1)
