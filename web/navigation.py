"""The menu of the console: in this order, as far as the policy lets somebody go there."""

from flask import current_app, url_for

from web.accounts.visits import Visit
from web.policy import POLICY

# endpoint, word
MENU = (
    ("home.home", "home.title"),
    ("work.inbox", "work.title"),
    ("wallboard.board", "wallboard.title"),
    ("flows.flows", "flows.title"),
    ("reports.figures", "reports.title"),
    ("explain.search", "explain.title"),
    ("phone.page", "phone.title"),
    ("operations.overview", "operations.title"),
    ("people.people", "people.title"),
    ("audit.audit", "audit.title"),
)


def menu(visit: Visit) -> list[tuple[str, str, str]]:
    """The entries of a visitor's menu: endpoint, address, word."""
    if not visit.signed_in:
        return []
    return [
        (endpoint, url_for(endpoint), word)
        for endpoint, word in MENU
        if endpoint in current_app.view_functions and visit.standing in POLICY[endpoint].may
    ]
