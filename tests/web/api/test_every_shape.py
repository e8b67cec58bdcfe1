"""Requests of every shape that schemathesis makes of the document, with a fixed seed; `make api` sends many more."""

from __future__ import annotations

import pytest
from flask import Response, jsonify
from schemathesis.core.failures import FailureGroup

from tests.web.api import fuzz
from web.api.serving import OPERATIONS


def test_every_answer_is_as_the_document_has_it_and_none_is_our_fault(api_house):
    statuses = fuzz.run(api_house, examples=2, number=20261124)
    assert sum(statuses.values()) > 3 * len(OPERATIONS)
    assert {"200", "404", "409", "422"} <= set(statuses)
    assert not any(status.startswith("5") for status in statuses)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (lambda *_: {"queues": [{"service": 1}]}, "JsonSchemaError"),
        (lambda *_: 1 / 0, "ServerError"),
        (lambda *_: Response("{}", 418, content_type="application/json"), "UndefinedStatusCode"),
        (lambda *_: Response("<p>", 200, content_type="text/html"), "UndefinedContentType"),
    ],
    ids=["another schema", "a fault", "another status", "another type"],
)
def test_it_finds_an_answer_that_is_not(api_house, monkeypatch, answer, found):
    """The judge itself: each thing that it has to see."""
    monkeypatch.setitem(api_house.app.view_functions, "api.queues", lambda **_: _made(answer))
    with pytest.raises(FailureGroup) as failed:
        fuzz.run(api_house, examples=2, number=1, only="queues")
    assert found in {type(one).__name__ for one in failed.value.exceptions}


def _made(answer):
    told = answer()
    return told if isinstance(told, Response) else jsonify(told)
