"""A checklist is ticked and its act done over the API; what is shown once lies nowhere afterwards."""

from __future__ import annotations

import pytest

from app import create_console
from engine.session import Session, to_json
from sessions.console import api_tokens
from store import recording_pauses, sessions, users
from store.times import text
from store.users import ACTIVE, User
from tests.acts.conftest import CONTACT, TICKET, counter, gateway_of
from tests.gateways import NOW
from tests.web.api.programs import program

__all__ = ["counter", "gateway_of"]
BASE = f"/api/v1/cases/{TICKET}"


@pytest.fixture
def agent(counter):
    """budi's program at a console of the counter's installation."""
    gateway, now = counter.gateway, text(counter.gateway.clock())
    with gateway.store.write() as db:
        user = User("Ubudi", "budi", "Budi", "agent", "en", "budi", ACTIVE, "", "", 0, now, None)
        users.add(db, user)
        _, secret = api_tokens.make(
            gateway, db, user, name="x", scopes=["read", "act"], days="1", may=["read", "act"]
        )
    app = create_console(gateway.settings, lambda: gateway.clock())
    client = app.test_client()
    client.environ_base |= {"HTTP_AUTHORIZATION": f"Bearer {secret}", "HTTP_ACCEPT_LANGUAGE": "en"}
    yield client
    app.extensions["gateway"].close()


def test_an_act_wants_its_list_and_tells_its_password_once(agent, counter):
    told = agent.get(f"{BASE}/checklist").json["checklist"]
    assert told["name"] == "pemilik" and told["missing"] == ["nik", "nama"] and told["acts"][0]["refused"]
    early = agent.post(f"{BASE}/wishes/kirim", json={})
    assert early.status_code == 409 and "checklist" in early.json["detail"].lower()
    assert agent.post(f"{BASE}/checklists/pemilik", json={"items": ["shoe size"]}).status_code == 404
    told = agent.post(f"{BASE}/checklists/pemilik", json={"items": ["nik", "nama"]}).json["checklist"]
    assert told["missing"] == [] and told["acts"][0]["refused"] == ""
    done = agent.post(f"{BASE}/wishes/kirim", json={})
    assert done.status_code == 200 and len(done.json["password"]) > 8 and done.json["recording"] == ""
    assert agent.post(f"{BASE}/wishes/kirim", json={}).status_code == 409
    told = agent.get(f"{BASE}/checklist").json["checklist"]
    assert told["acts"][0]["state"] and done.json["password"] not in str(told)
    kept = counter.gateway.store.read().execute("SELECT answer FROM inbox WHERE kind = 'api'").fetchall()
    assert done.json["password"] not in str(kept)


def test_what_was_told_lets_the_talk_be_recorded_again(agent, counter):
    gateway = counter.gateway
    state = to_json(Session(channel="voice", language="id", ticket=TICKET, consent=("id",)))
    with gateway.store.write() as db:
        sessions.save(db, CONTACT, turn=0, state=state, language="id", at=NOW)
        recording_pauses.begin(db, CONTACT, recording_pauses.PAUSED, at=NOW)
    assert agent.get(f"{BASE}/checklist").json["checklist"]["silent"] == NOW
    assert agent.post(f"{BASE}/told", json={}).json["checklist"]["silent"] is None
    kinds = gateway.store.read().execute("SELECT kind, target FROM outbox").fetchall()
    assert kinds == [("resume", TICKET)]
    counter.case(agent="ani")
    assert agent.post(f"{BASE}/told", json={}).status_code == 409
    assert agent.post("/api/v1/cases/CO-1/told", json={}).status_code == 404


def test_what_is_shown_once_takes_no_key_that_would_keep_it(console):
    one = program(console, "administrator")
    body = {"login": "kunci1", "name": "Kunci", "role": "auditor"}
    status, told = one.does("/people", body, key="key-of-an-invitation")
    assert status == 422 and told["fields"][0]["where"] == "Idempotency-Key"
    with console.gateway.store.write() as db:
        assert users.of_login(db, "kunci1") is None


def test_nothing_that_opens_or_was_sealed_is_kept_for_repeats():
    from web.api.serving import OPERATIONS

    shown_once = {one.name for one in OPERATIONS if one.method == "POST" and not one.keyed}
    once = {"case_open", "words", "hear", "wish", "add_person", "person_invite", "make_screen"}
    assert shown_once == once | {"prompt_check"}  # a sound of megabytes, and nothing was done
