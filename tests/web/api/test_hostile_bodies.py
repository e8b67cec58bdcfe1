"""Hostile requests: every one is answered with a problem and no 5xx, whatever its bytes."""

from __future__ import annotations

import pytest

from tests.web.api.programs import Program, program
from web.api.problems import MEDIA, PROBLEMS
from web.api.serving import OPERATIONS

# An operation with a body, whose rights the cast has.
PATH = "/cases/BI-20260311-9999/take"
BODIES = {
    "empty": b"",
    "no json": b"{",
    "a word": b"take",
    "two documents": b"{}{}",
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "deep enough": b"[" * 21 + b"]" * 21,
    "twice the same name": b'{"seen": "", "seen": ""}',
    "NaN": b'{"seen": NaN}',
    "Infinity": b'{"seen": -Infinity}',
    "a number of 5,000 digits": b'{"seen": ' + b"9" * 5000 + b"}",
    "a number beyond doubles": b'{"seen": 1e999}',
    "invalid UTF-8": b'{"seen": "\xff\xfe"}',
    "UTF-16": '{"seen": ""}'.encode("utf-16"),
    "a byte order mark": '{"seen": ""}'.encode("utf-8-sig"),
    "NUL": b'{"seen": "a\\u0000b"}',
    "a raw NUL": b'{"seen": "a\x00b"}',
    "half a character": b'{"seen": "\\ud800"}',
    "half a character as a name": b'{"\\udfff": 1}',
    "an array": b"[]",
    "null": b"null",
    "a text": b'"take"',
    "unknown fields": b'{"seen": "", "is_admin": true}',
    "the wrong types": b'{"seen": {"$ne": ""}}',
    "a long text": b'{"seen": "' + b"x" * 100_000 + b'"}',
    "a prototype": b'{"__proto__": {"seen": ""}}',
}
HEADERS = {
    "no type": {"Content-Type": ""},
    "a form": {"Content-Type": "application/x-www-form-urlencoded"},
    "parts": {"Content-Type": "multipart/form-data; boundary=x"},
    "xml": {"Content-Type": "application/xml"},
    "json as text": {"Content-Type": "text/plain"},
}


@pytest.fixture(scope="module")
def agent(console) -> Program:
    return program(console, "agent")


def sent(agent: Program, body: bytes, path: str = PATH, **headers: str):
    return agent.send("POST", path, data=body, headers={"Content-Type": "application/json", **headers})


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_told_what_is_wrong_with_it(agent, name):
    answer = sent(agent, BODIES[name])
    told = answer.json()
    assert answer.status_code in (400, 422) and answer.headers["Content-Type"] == MEDIA
    assert told["detail"] and told["way_out"] and told["instance"].endswith("/take")
    if answer.status_code == 422:
        assert told["fields"] and all(one["what"] for one in told["fields"])
    assert len(answer.content) < 6000


@pytest.mark.parametrize("name", HEADERS)
def test_only_json_is_read(agent, name):
    answer = agent.send("POST", PATH, data=b'{"seen": ""}', headers=HEADERS[name])
    assert answer.status_code == 415 and answer.headers["Accept"] == "application/json"


def test_ten_megabytes_are_not_read(agent):
    answer = sent(agent, b'{"seen": "' + b"x" * 10_000_000 + b'"}')
    assert answer.status_code == 413 and answer.json()["type"].endswith("too_large")


def test_nor_are_they_in_chunks(agent):
    chunks = iter([b'{"seen": ""}', *[b" " * 100_000] * 10])
    answer = agent.send("POST", PATH, data=chunks, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413, answer.text


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1.5", "limit=1e2", "limit=" + "9" * 400, "limit=%00", "limit=1&limit=2", "late=yes", "nothing=1",
     "tier=5", "service=%00", "service=" + "x" * 81, "page=-1", "whose=everybody", "service=%ED%A0%80", "service=%FF"],
)  # fmt: skip
def test_parameters_are_held_to_what_is_declared(agent, query):
    answer = agent.send("GET", "/cases?" + query)
    assert answer.status_code in (200, 422), answer.text
    assert answer.status_code == 422 or query in ("service=%ED%A0%80", "service=%FF")


@pytest.mark.parametrize(
    "part", ["%00", "%ED%A0%80", "%FF", "x" * 3000, "..%2F..", "%0d%0aX: y", "'; DROP TABLE cases; --"]
)
def test_parts_of_addresses_are_nothing_that_is_not_there(agent, part):
    assert agent.send("GET", f"/cases/{part}").status_code in (404, 308)


def test_other_methods_are_named(agent):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = agent.send(method, "/cases")
        assert answer.status_code == 405 and "GET" in answer.headers["Allow"], method
        assert answer.headers["Content-Type"] == MEDIA
    assert (
        agent.send("OPTIONS", "/cases", headers={"Origin": "https://example.invalid"}).headers.get(
            "Access-Control-Allow-Origin"
        )
        is None
    )


def test_an_address_that_is_none_says_so_to_anybody(console):
    answer = Program(console, "").send("GET", "/nothing")
    assert answer.status_code == PROBLEMS["not_found"] and answer.headers["Content-Type"] == MEDIA
    assert "Set-Cookie" not in answer.headers


def test_a_fault_inside_is_a_problem_without_a_trace(console, agent, monkeypatch):
    from web.work import inbox

    def fail(*_, **__):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(inbox, "cases_listed", fail)
    status, told = agent.asks("/cases")
    assert status == 500 and told["type"].endswith("failed") and "secret" not in str(told)


def test_there_is_something_with_a_body_to_send_to():
    assert any(one.body is not None for one in OPERATIONS)
