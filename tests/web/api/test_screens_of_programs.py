"""Wall screens for programs: made, with a link that is told once and opens the wall, listed, ended."""

from __future__ import annotations

from sessions.console import wall_screens
from store import audit
from tests.web.api.programs import program
from web.policy import POLICY


def test_a_screen_is_made_opened_by_its_link_listed_and_ended(api_house):
    supervisor, gateway = program(api_house, "supervisor"), api_house.gateway
    status, made = supervisor.does("/screens", {"name": " lobi  utara ", "service": "hello", "days": 2})
    screen, (door, _, token) = made["screen"], made["link"].partition("#")
    assert status == 201 and door == f"{api_house.url}/screen"
    assert (screen["name"], screen["service"], screen["by"]) == ("lobi utara", "hello", "sinta")
    listed = supervisor.asks("/screens")[1]
    assert screen in listed["screens"] and token not in str(listed)
    shown = wall_screens.opened(gateway, token, POLICY["screens.make"].may)
    assert shown is not None and shown.id == screen["id"]

    twin = supervisor.does("/screens", {"name": "lobi utara"})[1]["screen"]
    assert supervisor.does(f"/screens/{screen['id']}/revoke")[0] == 204
    assert wall_screens.opened(gateway, token, POLICY["screens.make"].may) is None
    left = [one["id"] for one in supervisor.asks("/screens")[1]["screens"]]
    assert screen["id"] not in left and twin["id"] in left
    assert supervisor.does(f"/screens/{screen['id']}/revoke")[0] == 404
    lines = audit.of_subject(gateway.store.read(), f"wall:{screen['id']}")
    assert [(line.action, line.who) for line in lines] == [
        ("wall_screen_revoked", "sinta"),
        ("wall_screen_made", "sinta"),
    ]


def test_what_is_wrong_with_a_screen_is_told_by_field_and_its_link_is_kept_under_no_key(api_house):
    supervisor = program(api_house, "supervisor")
    status, told = supervisor.does("/screens", {"name": "  ", "service": "nowhere"})
    assert status == 422 and {(one["where"], one["code"]) for one in told["fields"]} == {
        ("/name", "name_form"),
        ("/service", "service_wrong"),
    }
    assert supervisor.does("/screens", {"name": "lobi", "days": 91})[0] == 422
    assert supervisor.does("/screens", {"name": "lobi"}, key="lobi-utara-1")[0] == 422
