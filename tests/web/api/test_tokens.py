"""Tokens: made with a fresh second factor, shown once, kept as a hash, worth no more than their person at that moment."""

from __future__ import annotations

import re

import pyotp
import pytest

from sessions.console import accounts, api_tokens
from sessions.console.accounts import Faults
from store import api_tokens as rows
from store import audit, limits, users
from store.times import text
from tests.web.api.programs import Program, program, token
from tests.web.browser import CAST
from web.accounts import passwords, second_factor
from web.api import bearer

PASSWORD = "kuda besi pelan-pelan"


@pytest.fixture
def somebody(console):
    """A supervisor nobody else needs: (user, key of the second factor, form client of a signed-in browser)."""
    gateway = console.gateway
    login = f"penguji{gateway.keyed('t', text(gateway.clock()))[:8]}"
    user, _ = accounts.add(gateway, "test", login=login, name="Penguji", role="supervisor")
    key = pyotp.random_base32()
    with gateway.store.write() as db:
        users.change(db, user.id, password=passwords.hashed(PASSWORD))
        second_factor.set_up(gateway, db, user, key, 0)
    CAST[login] = (login, "Penguji", "supervisor", "")
    yield accounts.known(gateway.store.read(), user.id), key, console.client(login)
    del CAST[login]


def made(console, somebody, **changed) -> tuple[int, str]:
    _, key, client = somebody
    form = {
        "csrf": client.form_token, "token_name": "CRM", "scopes": ["read"], "days": "30", "current": PASSWORD,
        "code": pyotp.TOTP(key).at(second_factor.moment(console.gateway)), **changed,
    }  # fmt: skip
    # An office of its own: tries are counted by address, too, and other tests sign in from here.
    answer = client.post(
        "/account/tokens",
        data=form,
        headers={"Origin": console.url},
        environ_base={"REMOTE_ADDR": "192.0.2.40"},
    )
    return answer.status_code, answer.get_data(as_text=True)


def lines(console, user) -> list[str]:
    return [line.action for line in audit.of_subject(console.gateway.store.read(), f"user:{user.id}")]


def test_a_token_is_shown_once_and_only_its_hash_is_kept(console, somebody):
    status, page = made(console, somebody)
    secret = re.search(r"sbg_[\w-]{43}", page).group()
    assert status == 200
    (kept,) = rows.everybodys(console.gateway.store.read(), somebody[0].id)
    assert secret not in str(kept) and kept.hash == api_tokens.hash_of(secret) and len(kept.hash) == 64
    assert secret not in somebody[2].get("/account/tokens").get_data(as_text=True)
    assert "token_made" in lines(console, somebody[0])
    status, me = Program(console, secret).asks("/me")
    assert status == 200 and me["scopes"] == ["read"] and me["token"]["name"] == "CRM"
    assert rows.everybodys(console.gateway.store.read(), somebody[0].id)[0].used_at


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "000000"},
        {"code": ""},
        {"current": "another one entirely"},
        {"scopes": []},
        {"scopes": ["publish"]},  # a supervisor publishes nothing
        {"days": "366"},
        {"days": "0"},
        {"days": "²"},
        {"token_name": ""},
        {"token_name": "x" * 61},
    ],
    ids=str,
)
def test_none_is_made_without_all_that_it_takes(console, somebody, changed):
    status, page = made(console, somebody, **changed)
    assert status == 422 and "sbg_" not in page.replace("sbg_...", "") and 'class="fault"' in page
    assert rows.everybodys(console.gateway.store.read(), somebody[0].id) == []


def test_a_code_makes_one_token_only(console, somebody):
    assert made(console, somebody)[0] == 200
    assert made(console, somebody)[0] == 422


def test_who_has_no_second_factor_makes_none(console):
    client = console.client("agent")
    assert 'name="code"' not in client.get("/account/tokens").get_data(as_text=True)


def test_twenty_are_enough(console, somebody):
    with console.gateway.store.write() as db, pytest.raises(Faults, match="too_many_tokens"):
        for _ in range(21):
            api_tokens.make(
                console.gateway, db, somebody[0], name="x", scopes=["read"], days="1", may=["read"]
            )


@pytest.mark.parametrize(
    "end",
    [
        lambda gateway, user: accounts.lock(gateway, "test", user.id),
        lambda gateway, user: accounts.change(gateway, "test", user.id, role="auditor"),
        lambda gateway, user: accounts.change(gateway, "test", user.id, agent="bayu"),
        lambda gateway, user: accounts.invite(gateway, "test", user.id),
        lambda gateway, user: accounts.reset_second_factor(gateway, "test", user.id),
        lambda gateway, user: api_tokens.revoke(
            gateway, "adi", rows.everybodys(gateway.store.read(), user.id)[0].id
        ),
    ],
    ids=["locked", "another role", "another agent", "invited anew", "second factor reset", "revoked"],
)
def test_it_is_refused_at_once_when_its_person_is_not_the_same_any_more(console, somebody, end):
    gateway, user = console.gateway, somebody[0]
    with gateway.store.write() as db:  # nobody else has this agent in the roster
        for other in users.everybody(db):
            if other.agent == "bayu":
                users.change(db, other.id, agent="")
    one = Program(console, token(console, user.login))
    assert one.asks("/me")[0] == 200
    end(gateway, user)
    answer = one.send("GET", "/me")
    assert answer.status_code == 401 and 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert one.send("GET", "/me").status_code == 401
    assert lines(console, user).count("token_refused") == 1  # once in a quarter of an hour
    with gateway.store.write() as db:
        users.change(db, users.of_login(db, "bayu").id, agent="bayu")
        users.change(db, user.id, agent="")


def test_who_is_let_in_again_makes_new_ones(console, somebody):
    user = somebody[0]
    one = Program(console, token(console, user.login))
    accounts.lock(console.gateway, "test", user.id)
    accounts.unlock(console.gateway, "test", user.id)
    assert one.send("GET", "/me").status_code == 401
    assert "tokens_revoked" in lines(console, user)


def test_a_lower_role_lowers_what_a_token_opens_however_it_came(console, somebody):
    user = somebody[0]
    one = Program(console, token(console, user.login))
    assert one.asks("/cases", whose="all")[0] == 200
    with console.gateway.store.write() as db:
        users.change(db, user.id, role="auditor")
    assert one.asks("/cases", whose="all")[0] == 403
    assert "api_refused" in [line.action for line in audit.latest(console.gateway.store.read(), 3)]


def test_only_the_header_counts(console):
    secret = token(console, "agent")
    nobody = Program(console, "")
    answer = nobody.send("GET", "/me")
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == bearer.REALM
    assert nobody.send("GET", "/me", params={"token": secret, "access_token": secret}).status_code == 401
    cookie = {console.cookies.session: console.token("agent")}
    answer = nobody.send("GET", "/me", cookies=cookie)
    assert answer.status_code == 401 and "Set-Cookie" not in answer.headers
    for header in (
        secret,
        f"Basic {secret}",
        "Bearer",
        "Bearer " + "x" * 5000,
        f"Bearer {secret}x",
        "Bearer sbg_",
    ):
        assert nobody.send("GET", "/me", headers={"Authorization": header}).status_code == 401, header[:40]
    assert nobody.send("GET", "/me", headers={"Authorization": f"bearer  {secret} "}).status_code == 200


def test_a_scope_that_a_token_has_not_is_named(console):
    answer = program(console, "agent", "act").send("GET", "/cases")
    assert answer.status_code == 403 and 'scope="read"' in answer.headers["WWW-Authenticate"]
    assert answer.json()["type"] == "/api/v1/#problem-no_scope"


def test_wrong_tokens_of_one_address_are_too_many_in_the_end(console, monkeypatch):
    monkeypatch.setattr(bearer, "WRONG_OF_ADDRESS", -1)
    answer = Program(console, "sbg_" + "x" * 43).send("GET", "/me")
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 900


def test_a_token_comes_no_more_often_than_it_may(console, somebody):
    """Counted in the database in leases, so that neither a restart nor another process forgets."""
    gateway, user = console.gateway, somebody[0]
    one = Program(console, token(console, user.login))
    assert one.asks("/me")[0] == 200
    (kept,) = rows.everybodys(gateway.store.read(), user.id)
    minute = f"{gateway.clock():%Y-%m-%dT%H:%M}"
    assert limits.count(gateway.store.read(), "api", kept.id, minute) == bearer.LEASE
    gateway.kept.pop("api_meter")  # a restart
    with gateway.store.write() as db:
        limits.add_and_count(db, "api", kept.id, minute, 100_000)
    answer = one.send("GET", "/me")
    if f"{gateway.clock():%Y-%m-%dT%H:%M}" == minute:
        assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 60


def test_one_ends_ones_own_and_an_administrator_everybodys(console, somebody):
    gateway, (user, _, client) = console.gateway, somebody
    token(console, user.login)
    token(console, "agent", name="of an agent")
    (mine,) = rows.everybodys(gateway.store.read(), user.id)
    other = next(one for one in rows.everybodys(gateway.store.read()) if one.name == "of an agent")

    def revoke(client, path: str, id: str) -> int:
        return client.post(
            f"{path}/{id}/revoke", data={"csrf": client.form_token}, headers={"Origin": console.url}
        ).status_code

    assert revoke(client, "/account/tokens", other.id) == 404
    assert revoke(client, "/account/tokens", mine.id) == 303
    assert revoke(console.client("administrator"), "/people/tokens", other.id) == 303
    assert not rows.load(gateway.store.read(), other.id).lives(text(gateway.clock()))
    assert "of an agent" in console.client("administrator").get("/people/tokens").get_data(as_text=True)
