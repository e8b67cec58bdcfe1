"""Every role on every address, as web/policy.py has it: nobody gets further, and who is refused reads why and whom to ask."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from store import audit, users
from tests.web.browser import CAST
from tests.web.examples import address
from web.policy import API_KINDS, FORM, HALFWAY, PAGE, POLICY, REPORT, ROLES
from web.words import LANGUAGES, told

STANDINGS = ("anonymous", "halfway", *ROLES)
# What programs do is tried in tests/web/api/test_rights_of_programs.py, with every role and every scope.
OF_PEOPLE = [endpoint for endpoint, rule in POLICY.items() if rule.kind not in API_KINDS]


@pytest.mark.parametrize("endpoint", OF_PEOPLE)
def test_every_role_gets_exactly_what_the_table_says(console, endpoint):
    rule = POLICY[endpoint]
    if endpoint == "static":
        return
    for standing in STANDINGS:
        client, path = console.client(standing), address(console, endpoint)
        if rule.kind in (FORM, REPORT):
            answer = client.post(path, data={"csrf": client.form_token}, headers={"Origin": console.url})
        else:
            answer = client.get(path)
        # 503: what the page needs (the emulator of a telephone) is not there, and it says so.
        assert answer.status_code < 500 or answer.status_code == 503, (standing, answer.status_code)
        assert passed(answer, path) == (standing in rule.may), (standing, answer.status_code, answer.location)


def passed(answer, path: str) -> bool:
    """Did it get through the guard? Who did not was sent to sign in, or reads one of the guard's own refusals."""
    if answer.status_code == 303:
        return unquote(answer.location) not in ("/sign-in" if path == "/" else "", f"/sign-in?then={path}")
    words = (
        "no_right",
        "signed_out",
        "stale_form",
    )  # in whatever language this person has just been shown pages
    refusals = (told(f"errors.{word}", language) for word in words for language in LANGUAGES)
    return answer.status_code not in (400, 403) or not any(
        one in answer.get_data(as_text=True) for one in refusals
    )


def test_who_has_no_right_reads_why_and_whom_to_ask_and_it_is_written_down(console):
    with console.gateway.store.write() as db:
        users.change(db, users.of_login(db, CAST["agent"][0]).id, language="id")
    answer = console.client("agent").get("/people")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "Anda tidak berhak" in page and "Administrator" in page and 'href="/"' in page
    line = audit.latest(console.gateway.store.read(), 1)[0]
    assert (line.who, line.action, line.subject) == (CAST["agent"][0], "page_refused", "people.people")


def test_the_halfway_get_no_further_than_to_the_second_factor(console):
    answer = console.client("halfway").get("/people")
    assert answer.status_code == 303 and answer.location == "/sign-in?then=/people"
    assert console.client("halfway").get(answer.location).location == "/sign-in/code?then=/people"


def test_every_role_of_the_table_is_known():
    known = {*ROLES, *HALFWAY, "anonymous"}
    assert all(rule.may and rule.may <= known for rule in POLICY.values())
    assert all(rule.kind == PAGE or endpoint != "home.home" for endpoint, rule in POLICY.items())
