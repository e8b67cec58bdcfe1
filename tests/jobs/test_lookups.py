"""Look-ups over HTTP: what the caller hears, and where a look-up never goes."""

import json
import socket
import time

import pytest

from jobs import web
from store import lookups
from tests.carrier.stub import Answer, stub
from tests.jobs.conftest import Ledger, until

HOLE = "/npwp/{npwp}?lang={lang}"


@pytest.fixture
def asking(bench):
    """A function: asks like this, and gives the (state, result) that the caller's next poll finds."""
    with stub(lambda arrival: Answer(404)) as office:

        def ask(answer, url=None, hosts=None, query=None, seconds=8.0):
            office.answer = answer
            ours = bench(
                Ledger(), lookup_hosts=hosts if hosts is not None else (office.url.removeprefix("http://"),)
            )
            with ours.store.write() as db:
                lookups.ask(db, id="L1", session_id="CA1", turn=3, source="npwp", query="{}", at=ours.now())
            payload = {"lookup": "L1", "url": (url or office.url) + HOLE, "gives": ["nama", "status"]}
            ours.owe("lookup", target="npwp", query=query or {"npwp": "012345", "lang": "id"}, **payload)
            ours.work(seconds)
            kept = lookups.load(ours.store.read(), "L1")
            return kept.state, json.loads(kept.result)

        ask.office = office
        yield ask


def test_an_answer_gives_the_fields_that_the_source_promises_and_no_others(asking):
    found = {"nama": "Budi\x00\nSantoso", "status": 1, "ibu_kandung": "Siti", "list": [1]}
    state, result = asking(lambda arrival: Answer(200, found), query={"npwp": "01/../2?x=1#", "lang": "id"})
    assert (state, result) == (
        "done",
        {"outcome": "found", "fields": {"nama": "Budi  Santoso", "status": "1"}},
    )
    (came,) = asking.office.arrivals
    assert came.path == "/npwp/01%2F..%2F2%3Fx%3D1%23" and came.query == {"lang": ["id"]}
    assert "Authorization" not in came.headers


@pytest.mark.parametrize(
    "answer", [Answer(404, b""), Answer(204, b""), Answer(200, []), Answer(200, {}), Answer(200, None)]
)
def test_nothing_found_is_none(asking, answer):
    state, result = asking(lambda arrival: answer)
    assert (state, result["outcome"]) == ("done", "none")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, {}),
        Answer(302, b"", {"Location": "http://127.0.0.1:1/"}),
        Answer(200, b"<html>"),
        Answer(200, b"[" * 30_000),
        Answer(200, b'{"nama": "' + b"x" * 70_000 + b'"}'),
        Answer(200, "text"),
        Answer(fault="reset"),
        Answer(fault="silence"),
        Answer(200, b"\xff\xfe"),
    ],
)
def test_what_cannot_be_used_has_failed_within_the_callers_patience(asking, answer):
    started = time.monotonic()
    state, result = asking(lambda arrival: answer)
    assert (state, result["outcome"]) == ("failed", "failed") and result["reason"]
    assert time.monotonic() - started < 6
    assert len(asking.office.arrivals) == 1


@pytest.mark.parametrize("hosts", [(), ("127.0.0.1",), ("example.id",), ("127.0.0.1:1",)])
def test_a_host_that_is_not_listed_is_never_asked(asking, hosts):
    state, result = asking(lambda arrival: Answer(200, {"nama": "x"}), hosts=hosts)
    assert state == "failed" and "LOOKUP_HOSTS" in result["reason"]
    assert asking.office.arrivals == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1", "http://data.id:22", "http://data.id@127.0.0.1", "http://127.0.0.1#data.id", "file:///etc/passwd",
     "gopher://data.id", "http://data.id.evil.id", "http://[::ffff:127.0.0.1]", "//data.id", "http://", "http://data.id:99999",
     "http://0x7f000001", "http://2130706433", "http://127.1", "https://data.id\\@127.0.0.1", "javascript:1", ""],
)  # fmt: skip
def test_an_address_other_than_the_listed_one_is_refused_before_anything_is_resolved(url, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was resolved"))
    with pytest.raises(web.NotFetched):
        web.get_json(url, ("data.id",))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "ff02::1"],
)  # fmt: skip
def test_a_listed_name_that_leads_inside_is_not_followed(address, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in ("8.8.8.8", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(web.NotFetched, match="inside"):
        web.get_json("http://data.id/x", ("data.id",))


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    with stub(lambda arrival: Answer(200, {"a": 1})) as office:
        port = int(office.url.rpartition(":")[2])
        answers = iter(["127.0.0.1", "127.0.0.2", "127.0.0.3"])
        real = socket.getaddrinfo

        def rebinding(host, *rest, **more):
            return real(next(answers) if host == "data.internal" else host, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        assert web.get_json(f"http://data.internal:{port}/x", (f"data.internal:{port}",)) == (200, {"a": 1})
        assert next(answers) == "127.0.0.2"  # resolved once: a second answer could have been another
        assert office.arrivals[0].headers["Host"] == f"data.internal:{port}"


def test_a_slow_carrier_does_not_delay_a_look_up(bench):
    with stub(lambda arrival: Answer(200, {"nama": "Ani"})) as office:
        ledger = Ledger(lambda arrival: Answer(fault="silence"))
        ours = bench(ledger, lookup_hosts=(office.url.removeprefix("http://"),), read=3.0)
        for n in range(8):
            ours.owe(target=f"+62812345{n:05d}")
        with ours.running():
            until(lambda: len(ours.arrivals) >= 4)
            with ours.store.write() as db:
                lookups.ask(db, id="L1", session_id="CA1", turn=3, source="npwp", query="{}", at=ours.now())
            payload = {"lookup": "L1", "url": office.url, "gives": ["nama"], "query": {}}
            ours.owe("lookup", target="npwp", **payload)
            started = time.monotonic()
            until(lambda: lookups.load(ours.store.read(), "L1").state == "done")
            assert time.monotonic() - started < 1.0
            ours.stub.closing.set()


def test_a_question_that_nobody_waits_for_any_more_is_not_asked(bench):
    ours = bench(Ledger())
    with ours.store.write() as db:
        lookups.ask(db, id="L1", session_id="CA1", turn=3, source="npwp", query="{}", at=ours.now())
    ours.owe("lookup", target="npwp", lookup="L1", url="http://127.0.0.1:1/", gives=[], query={})
    ours.clock.skip(11)
    ours.work()
    assert "too late" in json.loads(lookups.load(ours.store.read(), "L1").result)["reason"]
