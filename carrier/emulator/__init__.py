"""A stand-in for Twilio, in its own process: executes TwiML, signs webhooks, serves the REST calls we make.

The gateway meets it only as it meets Twilio: signed webhooks in, REST calls out. Telephones
(``carrier.phone``) meet it under
``/phone/``. Reading order: ``twiml`` (a document), ``verbs`` and ``dial`` (what each verb does), ``calls``
(one call), ``exchange``
(all of them, and who runs when), ``webhooks`` (signing and delivery), ``texts`` (SMS), ``rest_*`` and
``control`` (the two ways in).
"""
