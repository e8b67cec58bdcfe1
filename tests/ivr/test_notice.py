"""The notice that a call is recorded is heard to its end: a key during it is no consent."""

import re
from urllib.parse import urlencode

from tests.signed import post


def test_no_key_interrupts_the_notice_in_any_language(house, twiml_lint):
    form = {"CallSid": "CAnotice1", "From": "+6281200007001", "To": "131", "AccountSid": house.account}
    answer = post(house, "/ivr/calls", urlencode(form).encode())
    assert twiml_lint(answer.body) == []
    before, gather = answer.body.split("<Gather", 1)
    assert "direkam" in before and "recorded" in before
    assert "recorded" not in gather and re.search(r"<Say[^>]*>[^<]*(tekan|press) ", gather)
