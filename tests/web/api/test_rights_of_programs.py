"""Every role with every scope on every operation, as web/policy.py has it; the page that does the same has the same roles."""

from __future__ import annotations

import pytest

from sessions.console.api_tokens import SCOPES
from tests.web.api.programs import Program, token
from tests.web.browser import CAST
from tests.web.examples import address
from web.api.declaring import BASE
from web.api.serving import OPERATIONS
from web.policy import POLICY

WHO = {person[2]: name for name, person in reversed(CAST.items())}


@pytest.fixture(scope="module")
def programs(console) -> dict[tuple[str, str], Program]:
    """One of each role and each single scope, and one without a token."""
    made = {
        (role, scope): Program(console, token(console, who, scope, name="of rights"))
        for role, who in WHO.items()
        for scope in SCOPES
    }
    return {**made, ("anonymous", ""): Program(console, "")}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_role_and_scope_gets_exactly_what_the_table_says(console, programs, operation):
    rule = POLICY[operation.endpoint]
    assert rule.scope in SCOPES
    path = address(console, operation.endpoint).removeprefix(BASE)
    for (role, scope), one in programs.items():
        # A body of the wrong kind is refused after the rights and before anything is done.
        more = {"data": b"", "headers": {"Content-Type": "text/plain"}} if operation.method == "POST" else {}
        answer = one.send(operation.method, path, **more)
        name = answer.json()["type"].rpartition("-")[2] if answer.status_code >= 400 else ""
        may = role in rule.may
        told = (operation.name, role, scope, answer.status_code, name)
        assert answer.status_code < 500 or name == "busy", told
        assert (name == "no_token") == (role == "anonymous"), told
        assert (name == "no_scope") == (may and scope != rule.scope), told
        if not may and role != "anonymous":
            assert name == "no_right", told
        if may and scope == rule.scope:
            assert answer.status_code not in (401, 403) or name == "no_roster", told


def test_a_route_of_programs_without_a_policy_stops_the_start():
    from tests.web.test_policy import app
    from web.policy import NoPolicy, enforce

    with pytest.raises(NoPolicy, match=r"no line says who may use api\.new"):
        made = app()
        made.add_url_rule("/api/v1/new", "api.new", lambda: "", methods=["GET"])
        enforce(made, {})
