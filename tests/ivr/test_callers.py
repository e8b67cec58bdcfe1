"""What the carrier's form says of a recording that a menu's choice may be in."""

import pytest

from engine.events import HungUp, Keys, Silence, Spoken
from ivr.callers import event

SID = f"RE{1:032x}"


@pytest.mark.parametrize(
    ("form", "heard"),
    [
        ({"RecordingSid": SID, "RecordingDuration": "2"}, Spoken(SID)),
        ({"RecordingSid": SID, "Digits": ""}, Spoken(SID)),
        # "Digits: the key (if any) pressed to end the recording, or 'hangup'." twilio.com/docs/voice/twiml/record
        ({"RecordingSid": SID, "Digits": "2"}, Keys("2")),
        ({"RecordingSid": SID, "Digits": "#"}, Keys("#")),
        ({"RecordingSid": SID, "Digits": "hangup"}, HungUp()),
        ({"RecordingSid": SID, "CallStatus": "completed"}, HungUp()),
        ({"RecordingSid": SID, "Digits": "TIMEOUT"}, Spoken(SID)),
        ({"RecordingSid": "../x"}, Silence()),
        ({}, Silence()),
    ],
)
def test_a_key_goes_before_the_voice_and_a_hang_up_before_both(form, heard):
    assert event("spoken", form) == heard
