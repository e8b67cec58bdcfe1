"""The OpenAPI document: one source with what requests are held to, whole, and the same in docs, at the address and on the page."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest

from tests.web.api.programs import TOLD, Program
from web.api import document
from web.api.problems import PROBLEMS
from web.api.serving import OPERATIONS
from web.policy import API_KINDS, POLICY
from web.words import LANGUAGES, told

ROOT = Path(__file__).resolve().parents[3]


def schema_of(told: dict) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**told, "components": TOLD["components"]})


def test_the_document_in_docs_is_that_of_the_program():
    """`python app.py schema api > docs/api/openapi.json` after a change."""
    assert (ROOT / "docs/api/openapi.json").read_text(encoding="utf-8") == document.text(TOLD)


def test_it_is_served_to_anybody_and_its_page_to_who_is_signed_in(console):
    assert Program(console, "").send("GET", "/openapi.json").text == document.text(TOLD)
    page = console.client("agent").get("/api/v1/").get_data(as_text=True)
    assert [one.name for one in OPERATIONS if f'id="{one.name}"' not in page] == []
    assert console.client("anonymous").get("/api/v1/").status_code == 303


def test_every_operation_has_a_line_of_the_policy_and_every_line_an_operation():
    assert {one.endpoint for one in OPERATIONS} == {
        endpoint for endpoint, rule in POLICY.items() if rule.kind in API_KINDS
    }


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_operation_is_told_whole(operation):
    one = TOLD["paths"][document.path_of(operation.path)][operation.method.lower()]
    assert (
        one["summary"] and one["tags"] and one["security"] == [{"token": [POLICY[operation.endpoint].scope]}]
    )
    assert {"401", "403", "422", "429", "500", "503"} <= set(one["responses"])
    for given in [*TOLD["components"]["parameters"].values(), *one["parameters"]]:
        if "$ref" in given:
            assert given["$ref"].rpartition("/")[2] in TOLD["components"]["parameters"]
            continue
        assert jsonschema_rs.Draft202012Validator(given["schema"])
    if operation.body is not None:
        sent = one["requestBody"]["content"]["application/json"]
        assert list(schema_of(sent["schema"]).iter_errors(sent["example"])) == []
    if operation.answer is not None and operation.media == "application/json":
        good = one["responses"][str(operation.status)]["content"]["application/json"]
        assert [error.message for error in schema_of(good["schema"]).iter_errors(good["example"])] == []


def test_it_holds_to_the_schema_of_openapi():
    # schemathesis brings the specification's own schema; what it does not understand it refuses.
    import schemathesis

    assert len(list(schemathesis.openapi.from_dict(TOLD).get_all_operations())) == len(OPERATIONS)


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_says_what_why_and_what_helps(name):
    for language in LANGUAGES:
        assert all(told(f"api.problem_{name}{part}", language) for part in ("", "_why", "_way"))
