"""Fetching sound over real HTTP: whole or not at all, within limits, and never anywhere but where we may."""

from __future__ import annotations

import hashlib
import io
import socket
import threading
import time
from base64 import b64encode
from contextlib import contextmanager

import pytest

from carrier import addresses
from carrier.media import LATER, NEVER, NOT_READY, ODD, Limits, Media, NotFetched
from tests.carrier.sounds import wav
from tests.carrier.stub import Answer, refusal, stub

ACCOUNT, TOKEN = "AC" + "1" * 32, "t" * 32
SID = "RE" + "2" * 32
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{SID}.wav"
QUICK = Limits(connect=1.0, read=0.3, whole=1.0, most_bytes=200_000, slowest=1_000, patience=0.3)


def media(found, inside=(), limits=QUICK):
    return Media(ACCOUNT, TOKEN, found.url, inside, limits)


def fetched(found, **more):
    """(what came, what is said of it)."""
    into = io.BytesIO()
    got = media(found, **more).fetch(SID, into.write)
    return into.getvalue(), got


def refused(found, sid=SID, **more):
    """(kind, words) of why nothing came."""
    with pytest.raises(NotFetched) as fault:
        media(found, **more).fetch(sid, lambda piece: None)
    return fault.value.kind, str(fault.value)


def always(answer):
    return lambda arrival: answer


def first(answer, then=None):
    """Answers once so, then with a recording."""
    rest = iter([answer])
    return lambda arrival: next(rest, then or Answer(200, wav()))


@pytest.mark.parametrize("body", [wav(), wav(sort=7), wav(channels=2), wav(promised=0xFFFFFFFF), b"ID3" + bytes(900),
                                  b"\xff\xfb\x90\x64" + bytes(900)])  # fmt: skip
def test_a_recording_comes_whole_from_an_address_of_ours_with_our_credentials(body):
    with stub(always(Answer(200, body, {"Content-Type": "audio/x-wav"}))) as found:
        came, got = fetched(found)
    assert came == body
    assert (got.size, got.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert got.format == ("wav" if body.startswith(b"RIFF") else "mp3")
    (arrival,) = found.arrivals
    assert (arrival.method, arrival.path) == ("GET", PATH)
    account = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert arrival.headers["Authorization"] == f"Basic {account}"


@pytest.mark.parametrize(
    "sid",
    [
        "",
        "RE1",
        "../Accounts",
        SID + "/../x",
        SID + "\n",
        SID.replace("RE", "re"),
        "CA" + "1" * 32,
        "RE" + "%" * 32,
    ],
)
def test_what_is_no_sid_of_a_recording_never_becomes_an_address(sid):
    with stub(always(Answer(200, wav()))) as found:
        assert refused(found, sid)[0] == NEVER
    assert found.arrivals == []


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (refusal(404, 20404), NOT_READY, "does not have this recording"),
        (refusal(401, 20003), LATER, "does not accept our account"),
        (refusal(429, 20429), LATER, "HTTP 429"),
        (refusal(503), LATER, "HTTP 503"),
        (refusal(400), NEVER, "HTTP 400"),
        (Answer(206, wav()), NEVER, "HTTP 206"),
        (Answer(fault="reset"), LATER, "no answer"),
        (Answer(fault="silence"), LATER, "no answer"),
        (Answer(200, wav(), {"Content-Length": "99999"}), ODD, "cut off: 99999"),
        (Answer(200, wav(), {"Content-Length": "100001"}), LATER, "cut off"),
        (Answer(200, wav(), {"Content-Length": "100001", "Connection": "close"}), LATER, "100000 of 100001"),
        (Answer(200, wav()[:50_000]), ODD, "50000 bytes of the 100000"),
        (Answer(200, wav(promised=0x7FFFFFFF)), ODD, "of the 2147483655"),
        (Answer(200, b""), LATER, "0 of 0 bytes"),
        (Answer(200, b"RIFF"), ODD, "no WAV"),
        (Answer(200, b"<!doctype html><title>Maintenance</title>"), ODD, "a web page"),
        (Answer(200, b"#EXTM3U\nfile:///etc/passwd\n"), ODD, "no WAV"),
        (Answer(200, b"RIFF\x04\0\0\0WAVE"), ODD, "does not say what it holds"),
        (Answer(200, wav(sort=0x55)), ODD, "WAV of sort 85"),
        (Answer(200, wav(channels=8)), ODD, "8 channels"),
        (Answer(200, wav(), {"Content-Encoding": "gzip"}), ODD, "compressed"),
        (Answer(200, wav(300_000)), NEVER, "larger than 200,000 bytes"),
    ],
)  # fmt: skip
def test_what_is_no_whole_recording_is_told_by_kind_and_in_words(answer, kind, says):
    with stub(always(answer)) as found:
        told = refused(found)
    assert told[0] == kind and says in told[1], told


def test_the_carriers_wish_to_be_left_alone_is_kept():
    with (
        stub(always(refusal(429, 20429, **{"Retry-After": "77"}))) as found,
        pytest.raises(NotFetched) as fault,
    ):
        media(found).fetch(SID, lambda piece: None)
    assert fault.value.retry_after == 77


def test_nobody_there_is_a_fault_of_now():
    with stub(always(Answer(500))) as found:
        gone = found.url
    with pytest.raises(NotFetched, match="no connection") as fault:
        Media(ACCOUNT, TOKEN, gone, (), QUICK).fetch(SID, lambda piece: None)
    assert fault.value.kind == LATER


@contextmanager
def dripping(*pieces, pause=0.05):
    """A server that sends these pieces, and the last one again and again, with pauses shorter than any limit."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve():
        with listener.accept()[0] as sock:
            sock.recv(4_096)
            try:
                for piece in pieces[:-1]:
                    sock.sendall(piece)
                while not over.wait(pause):
                    sock.sendall(pieces[-1])
            except OSError:
                pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        listener.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.parametrize(
    ("pieces", "limits", "says"),
    [
        ((HEAD, wav()[:20], b"x"), Limits(1, 1, 30, patience=0.3), "too slowly"),
        ((HEAD, wav()[:20], b"x"), Limits(1, 1, 0.5, slowest=0), "longer than 0.5 seconds"),
        ((HEAD[:20], b"x"), Limits(1, 1, 0.5), "longer than 0.5 seconds"),
        ((HEAD[:17], b"X-A: b\r\n"), Limits(1, 1, 0.5), "longer than 0.5 seconds"),
    ],
)
def test_a_server_that_drips_is_cut_off_wherever_it_is(pieces, limits, says):
    began = time.monotonic()
    with dripping(*pieces) as url, pytest.raises(NotFetched, match=says) as fault:
        Media(ACCOUNT, TOKEN, url, (), limits).fetch(SID, lambda piece: None)
    assert fault.value.kind == LATER and time.monotonic() - began < 5


# -- redirects


def to(url, status=302):
    return Answer(status, b"", {"Location": url})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_listed_host_is_followed_without_our_credentials(status):
    with (
        stub(always(Answer(200, wav()))) as store,
        stub(always(to(f"{store.url}/x.wav?sig=1", status))) as found,
    ):
        host = store.url.removeprefix("http://")
        came, _ = fetched(found, inside=(host,))
    assert came == wav()
    (arrival,) = store.arrivals
    assert (arrival.path, arrival.query) == ("/x.wav", {"sig": ["1"]})
    assert "Authorization" not in arrival.headers and arrival.headers["Host"] == host
    assert TOKEN not in str(arrival)


def test_a_redirect_on_the_carrier_itself_keeps_them_and_a_chain_ends():
    with stub(first(to("/media/x.wav"))) as found:
        assert fetched(found)[0] == wav()
    assert "Authorization" in found.arrivals[1].headers and found.arrivals[1].path == "/media/x.wav"
    with stub(always(to("/again.wav"))) as found:
        assert refused(found) == (LATER, "the carrier redirects this recording more than 3 times")
    assert len(found.arrivals) == 4


def test_credentials_do_not_come_back_with_a_detour():
    with stub(always(Answer(500))) as found, stub(always(Answer(500))) as evil:
        host = evil.url.removeprefix("http://")
        found.answer = first(to(f"{evil.url}/x"))
        evil.answer = lambda arrival: to(f"{found.url}.evil.test/x")
        kind, _ = refused(found, inside=(host,))
    assert kind in (NEVER, LATER)
    assert all("Authorization" not in each.headers for each in evil.arrivals)


INSIDE = [
    "https://127.0.0.1/x", "https://127.1/x", "https://0x7f000001/x", "https://2130706433/x", "https://0177.0.0.1/x",
    "https://localhost/x", "https://[::1]/x", "https://[::ffff:127.0.0.1]/x", "https://[::ffff:7f00:1]/x",
    "https://0.0.0.0/x", "https://[::]/x", "https://169.254.169.254/latest/meta-data/", "https://[fe80::1]/x",
    "https://10.0.0.1/x", "https://172.16.5.5/x", "https://192.168.1.1/x", "https://100.64.0.1/x", "https://[fc00::1]/x",
    "https://224.0.0.1/x", "https://255.255.255.255/x", "https://192.0.2.1/x", "https://127.0.0.1:8443/x",
    "http://8.8.8.8/x", "http://example.com/x", "http://127.0.0.1/x", "http://api.twilio.com/x", "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://127.0.0.1/x", "data:audio/wav;base64,UklGRg==", "javascript:1",
    "https://user:pass@8.8.8.8/x", "https://api.twilio.com@127.0.0.1/x", "https://127.0.0.1\\@8.8.8.8/x",
    "https://8.8.8.8:99999/x", "https://8.8.8.8:abc/x", "https:///x", "https://", "http://[::1", "https://\u2488.8.8.8/x",
    "https://8.8.8.8/" + "x" * 9_000,
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE, ids=lambda url: url[:40])
def test_a_redirect_inside_or_to_what_is_no_address_is_refused_before_a_byte_is_sent(url, monkeypatch):
    with stub(always(to(url.encode().decode("latin-1")))) as found:
        port, real, reached = int(found.url.rpartition(":")[2]), socket.create_connection, []

        def connecting(place, *rest, **more):
            reached.append(place)
            return real(place, *rest, **more)

        monkeypatch.setattr(socket, "create_connection", connecting)
        kind, words = refused(found)
    assert reached == [("127.0.0.1", port)] and len(found.arrivals) == 1
    assert kind in (NEVER, LATER) and "redirects" in words
    assert kind == NEVER or "name is not known" in words


def test_a_name_with_one_address_inside_is_refused_and_the_checked_address_is_the_one_that_is_called(
    monkeypatch,
):
    answers = iter([["8.8.8.8", "127.0.0.1"], ["8.8.4.4"]])
    real, reached = socket.getaddrinfo, []

    def rebinding(host, port, *rest, **more):
        if host != "media.example.com":
            return real(host, port, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in next(answers)]

    def connecting(place, *_, **__):
        reached.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with stub(always(to("https://media.example.com/x.wav"))) as found:
        assert refused(found)[0] == NEVER
        connect = socket.create_connection

        def ours_or_none(place, *rest, **more):
            return connect(place, *rest, **more) if place[0] == "127.0.0.1" else connecting(place)

        monkeypatch.setattr(socket, "create_connection", ours_or_none)
        assert refused(found) == (LATER, "no connection to media.example.com: ConnectionRefusedError")
    assert reached == [("8.8.4.4", 443)]  # resolved once: a second answer could have been another


def test_what_stops_the_writer_or_the_heart_stops_the_download():
    def full(piece):
        raise OSError(28, "No space left on device")

    def lost():
        raise KeyError("lease")

    with stub(always(Answer(200, wav()))) as found:
        with pytest.raises(OSError, match="No space"):
            media(found).fetch(SID, full)
        with pytest.raises(KeyError):
            media(found).fetch(SID, lambda piece: None, lost)


def test_the_token_is_never_shown():
    with stub(always(refusal(500))) as found:
        assert TOKEN not in repr(media(found)) + str(refused(found))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888"])
def test_public_addresses_are_public(address):
    assert addresses.public(address)
