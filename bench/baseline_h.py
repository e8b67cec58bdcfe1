"""Baseline H: the voice menu that a user writes by hand from the documentation of Flask, twilio and sqlite-utils.

It checks the signature, remembers the call in SQLite and answers with TwiML: what our webhook does, without its promises. Run by
`python -m bench webhooks` as gunicorn --workers 2 --threads 4 bench.baseline_h:app. It shares no code with us, on purpose.

BASELINE_DATABASE: path of its database. BASELINE_WAL=1: the same by somebody who has read further: WAL, and a Database kept open
(one for each thread, which is what SQLite connections are for).
"""

import os
import threading

import sqlite_utils
from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Gather, VoiceResponse

app = Flask(__name__)
validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
kept = threading.local()


def database():
    if not os.environ.get("BASELINE_WAL"):
        return sqlite_utils.Database(os.environ["BASELINE_DATABASE"])
    if not hasattr(kept, "database"):
        kept.database = sqlite_utils.Database(os.environ["BASELINE_DATABASE"])
        kept.database.enable_wal()
    return kept.database


def check_signature():
    signature = request.headers.get("X-Twilio-Signature", "")
    if not validator.validate(request.url, request.form, signature):
        abort(403)


def remember_call():
    database()["calls"].upsert(
        {
            "sid": request.form["CallSid"],
            "caller": request.form["From"],
            "called": request.form["To"],
            "status": request.form["CallStatus"],
            "digits": request.form.get("Digits", ""),
        },
        pk="sid",
    )


@app.post("/voice")
def voice():
    check_signature()
    remember_call()
    response = VoiceResponse()
    gather = Gather(num_digits=1, action="/menu", method="POST", timeout=5)
    gather.say(
        "Selamat datang di BICARA 131, layanan informasi Bank Indonesia. Untuk layanan dalam bahasa Indonesia, tekan 1. "
        "Untuk bahasa Inggris, tekan 2.",
        language="id-ID",
        voice="Google.id-ID-Wavenet-A",
    )
    response.append(gather)
    response.say("Kami tidak menerima pilihan Anda.", language="id-ID", voice="Google.id-ID-Wavenet-A")
    response.redirect("/voice", method="POST")
    return Response(str(response), mimetype="text/xml")


@app.post("/menu")
def menu():
    check_signature()
    remember_call()
    response = VoiceResponse()
    response.say("Anda kami hubungkan dengan petugas.", language="id-ID", voice="Google.id-ID-Wavenet-A")
    response.dial("+628115550101", timeout=20)
    return Response(str(response), mimetype="text/xml")
