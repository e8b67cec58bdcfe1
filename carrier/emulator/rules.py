"""Which verbs, nouns and attributes TwiML has: the tables of Twilio's own Python library, as data.

``tests/carrier/emulator/test_rules.py`` compares them with the installed library, so that an upgrade which
adds an
attribute is noticed.
"""

from collections.abc import Mapping

_STATUS = "statusCallback statusCallbackEvent statusCallbackMethod"
_RECORDING = "recordingConfigurationId recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod"
_AMD = (
    "amdStatusCallback amdStatusCallbackMethod machineDetection machineDetectionSilenceTimeout"
    " machineDetectionSpeechEndThreshold machineDetectionSpeechThreshold machineDetectionTimeout"
)

VOICE_VERBS: Mapping[str, frozenset[str]] = {
    name: frozenset(attributes.split())
    for name, attributes in {
        "Say": "language loop voice",
        "Play": "digits loop",
        "Pause": "length",
        "Gather": "action actionOnEmptyResult bargeIn debug enhanced finishOnKey hints input language maxSpeechTime method"
        " numDigits partialResultCallback partialResultCallbackMethod profanityFilter speechModel speechTimeout timeout",
        "Record": f"action finishOnKey maxLength method playBeep {_RECORDING} timeout transcribe transcribeCallback trim",
        "Dial": "action answerOnBridge callerId events hangupOnStar method passports record"
        f" {_RECORDING} recordingTrack referMethod referUrl ringTone sequential timeLimit timeout trim",
        "Enqueue": "action maxQueueSize method waitUrl waitUrlMethod workflowSid",
        "Leave": "",
        "Redirect": "method",
        "Reject": "reason",
        "Hangup": "",
        "Sms": "action from method statusCallback to",
        "Echo": "",
        # Twilio knows these too. The emulator passes them by: nothing of ours is heard through them.
        "Connect": "action method",
        "Pay": "action bankAccountType chargeAmount currency description input language maxAttempts minPostalCodeLength"
        " paymentConnector paymentMethod postalCode securityCode statusCallback statusCallbackMethod timeout tokenType"
        " validCardTypes",
        "Prompt": "attempt cardType errorType for requireMatchingInputs",
        "Queue": "method postWorkActivitySid reservationSid url",
        "Refer": "action method",
        "Start": "action method",
        "Stop": "",
    }.items()
}
"""Verbs of a voice <Response> and the attributes each takes."""

NESTED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "Gather": {verb: VOICE_VERBS[verb] for verb in ("Say", "Play", "Pause")},
    "Dial": {
        name: frozenset(attributes.split())
        for name, attributes in {
            "Number": f"byoc method sendDigits url {_STATUS} {_AMD}",
            "Sip": f"method password url username {_STATUS} {_AMD}",
            "Client": f"method url {_STATUS}",
            "Conference": "beep coach endConferenceOnExit eventCallbackUrl jitterBufferSize maxParticipants muted"
            f" participantLabel record region startConferenceOnEnter trim waitMethod waitUrl {_STATUS} {_RECORDING}",
            "Queue": "method postWorkActivitySid reservationSid url",
            "Sim": "",
            "Application": f"applicationSid copyParentTo customerId method url {_STATUS}",
            "WhatsApp": f"method url {_STATUS}",
        }.items()
    },
    "Enqueue": {"Task": frozenset({"priority", "timeout"})},
    "Message": {"Body": frozenset(), "Media": frozenset()},
}
"""What may stand inside a verb. A verb that is not named here takes text only (Say takes SSML, which is read
as text).
"""

MESSAGE_VERBS: Mapping[str, frozenset[str]] = {
    "Message": frozenset({"action", "from", "method", "statusCallback", "to"}),
    "Redirect": frozenset({"method"}),
}
"""Verbs of a messaging <Response>."""

WHOLE_NUMBERS: Mapping[str, tuple[int, int]] = {
    "numDigits": (1, 1000),
    "maxLength": (1, 14400),
    "timeLimit": (1, 86400),
    "maxQueueSize": (1, 5000),
    "maxParticipants": (2, 250),
}
"""Attributes that are whole numbers, with the least and the most Twilio takes."""

BOOLEANS = frozenset(
    "actionOnEmptyResult answerOnBridge bargeIn endConferenceOnExit hangupOnStar muted playBeep sequential"
    " startConferenceOnEnter".split()
)
