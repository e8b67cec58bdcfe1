"""Webhooks that real products received, signed and sent to the running house: answered, valid, quick; forged: refused.

Twice each: as they were recorded (another account, numbers that are not ours), and as if they were meant for us, so that the whole path
is walked. twilio.com/docs/usage/security: signature over URL and parameters.
"""

import hashlib
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.signed import post, signature

WHERE = (
    (re.compile(r"voice_in_"), "/ivr/calls"),
    (re.compile(r"gather_"), "turn:keys"),
    (re.compile(r"record_action"), "turn:recording"),
    (re.compile(r"status_|amd_|transcription_"), "/ivr/status"),
    (re.compile(r"recording_status"), "/ivr/recordings"),
    (re.compile(r"sms_in|mms_in|whatsapp_in|botbuilder|courier_(receive|wa|tmsReceive)"), "/sms/messages"),
    (re.compile(r"msgstatus|courier_(status|tmsStatus)"), "/sms/receipts"),
    (re.compile(r"empty_body"), "/ivr/calls"),
)


def destination(name: str) -> str:
    return next((path for pattern, path in WHERE if pattern.match(name)), "")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.txt") if destination(path.name))


def meant_for_us(house, name: str, body: bytes) -> bytes:
    """The same request with our account, our number as the one called, and a call or message of its own."""
    own = hashlib.md5(name.encode()).hexdigest()
    changed = {
        "AccountSid": house.account,
        "To": "131",
        "Called": "131",
        "CallSid": f"CA{own}",
        "MessageSid": f"SM{own}",
    }
    pairs = parse_qsl(body.decode(), keep_blank_values=True)
    return urlencode([(key, changed.get(key, value)) for key, value in pairs]).encode()


def send(house, name: str, body: bytes, **how):
    """To the place it belongs; a turn's webhook goes to the address that the call's first answer gave."""
    path = destination(name)
    if path.startswith("turn:"):
        started = post(house, "/ivr/calls", body)
        heard = path.partition(":")[2]
        found = re.search(r'action="[^"]*(/ivr/calls/[^"]+)"', started.body)
        path = (
            found[1].replace("&amp;", "&").replace("heard=keys", f"heard={heard}") if found else "/ivr/calls"
        )
    return path, post(house, path, body, **how)


def check(answer, path, twiml_lint) -> None:
    assert 200 <= answer.status < 300, answer
    assert answer.seconds < 1, answer
    if path.startswith("/ivr/calls"):
        assert answer.type.startswith("text/xml") and twiml_lint(answer.body) == [], answer
        assert "<Say" in answer.body or "<Play" in answer.body, "a caller must hear something"
    if path == "/sms/messages":
        assert twiml_lint(answer.body, "MessagingResponse") == [], answer


@pytest.mark.parametrize("ours", [False, True], ids=["as recorded", "for us"])
def test_each_recorded_webhook_is_answered(house, shared, twiml_lint, ours):
    found = names(shared / "fixtures")
    assert len(found) > 60
    for name in found:
        body = (shared / "fixtures" / name).read_bytes().strip()
        body = meant_for_us(house, name, body) if ours else body
        path, answer = send(house, name, body)
        check(answer, path, twiml_lint)


def test_each_recorded_webhook_is_refused_without_a_signature(house, shared):
    for name in names(shared / "fixtures"):
        body = (shared / "fixtures" / name).read_bytes().strip()
        path = destination(name)
        path = "/ivr/calls/CA1/turns/1?heard=keys&k=0" if path.startswith("turn:") else path
        assert post(house, path, body, sign=False).status == 403, name


def test_each_recorded_webhook_is_refused_when_one_byte_was_altered(house, shared):
    for name in names(shared / "fixtures"):
        body = (shared / "fixtures" / name).read_bytes().strip()
        path = destination(name)
        path = "/ivr/calls/CA1/turns/1?heard=keys&k=0" if path.startswith("turn:") else path
        genuine = signature(house, path, body)
        altered = post(house, path, body + b"&Extra=1", X_Twilio_Signature=genuine)
        assert altered.status == 403, name
        elsewhere = post(
            house, path + ("&" if "?" in path else "?") + "x=1", body, X_Twilio_Signature=genuine
        )
        assert elsewhere.status == 403, name


def test_what_another_account_signs_has_no_effect(house):
    before = house.query("SELECT COUNT(*) FROM sessions")
    form = {"CallSid": "CAforeign", "From": "+6281200002001", "To": "131", "AccountSid": "AC" + "0" * 32}
    answer = post(house, "/ivr/calls", urlencode(form).encode())
    assert answer.status == 200 and "<Hangup/>" in answer.body
    assert house.query("SELECT COUNT(*) FROM sessions") == before


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"method": "GET"}, 405),
        ({"method": "PUT"}, 405),
        ({"Content_Type": "application/json"}, 415),
        ({"Content_Type": "multipart/form-data; boundary=x"}, 415),
        ({"body": b"a=" + b"x" * 70_000}, 413),
        ({"body": b"&".join(b"f%d=1" % i for i in range(300))}, 413),
    ],
    ids=["GET", "PUT", "JSON", "multipart", "70 kB", "300 fields"],
)
@pytest.mark.parametrize(
    "path",
    [
        "/ivr/calls",
        "/ivr/calls/CA1/turns/1",
        "/ivr/status",
        "/ivr/recordings",
        "/sms/messages",
        "/sms/receipts",
    ],
)
def test_wrong_methods_types_and_sizes_are_refused_before_anything_is_read(house, path, how, status):
    how = dict(how)
    body = how.pop("body", b"CallSid=CA1&From=%2B6281200002002&To=131")
    answer = post(house, path, body, **how)
    assert answer.status == status
    assert "Traceback" not in answer.body and "<html" not in answer.body.lower()


def test_every_webhook_route_wants_a_signature(house):
    """The list of routes is the application's own: a new one without the check fails here."""
    from urllib.parse import quote

    import app as composition
    from settings import load

    application = composition.create_app(load(house.environ, composition.ROOT))
    posts = [rule.rule for rule in application.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(posts) >= 9
    for path in [*posts, "/ivr/calls", "/ivr/calls/CA1/turns/1"]:
        answer = post(house, quote(path), b"CallSid=CA1", sign=False)
        assert answer.status == 403, (path, answer)
