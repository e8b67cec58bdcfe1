"""Who may use which address is decided in one table, and nothing is served of which nobody decided."""

import pytest
from flask import Flask

from web.policy import FORM, PAGE, POLICY, SIGNED_IN, NoPolicy, Rule, enforce


def app(*addresses: tuple[str, str]) -> Flask:
    made = Flask(__name__, static_folder=None)
    made.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    for name, method in addresses:
        made.add_url_rule(f"/{name}", name, lambda: "", methods=[method])
    return made


def test_a_route_without_a_policy_stops_the_start():
    with pytest.raises(NoPolicy, match="/new: no line says who may use new"):
        enforce(app(("new", "GET")), {})


def test_a_line_without_a_route_stops_it_too():
    with pytest.raises(NoPolicy, match="gone: a line for an address that is none"):
        enforce(app(), {"gone": Rule(PAGE, SIGNED_IN)})


@pytest.mark.parametrize(("kind", "method"), [(PAGE, "POST"), (FORM, "GET")])
def test_a_get_changes_nothing_because_a_form_is_only_posted(kind, method):
    with pytest.raises(NoPolicy, match=f"a {kind} that is asked with {method}"):
        enforce(app(("here", method)), {"here": Rule(kind, SIGNED_IN)})


def test_every_address_of_the_console_stands_in_the_table(console):
    served = {rule.endpoint for rule in console.app.url_map.iter_rules()}
    assert served == set(POLICY) and len(served) > 5
