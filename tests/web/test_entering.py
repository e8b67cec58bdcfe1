"""Signing in as somebody who should not: guessing, codes of before, tokens of before, other sites' forms (security lines 24 to 28)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from sessions.console import accounts, sealing
from store import users
from store.ids import new_id
from store.times import text
from store.users import ACTIVE, User
from web.accounts import entering, passwords, second_factor, visits
from web.accounts.entering import TOO_OFTEN, WRONG, WRONG_CODE, Where
from web.accounts.visits import ENROL, FULL, SECOND, Visit
from web.csp_reports import CspReports

PASSWORD = "kuda lumping naik kereta"
HASH = passwords.hashed(PASSWORD)


@pytest.fixture
def gateway(console):
    return console.gateway


@pytest.fixture
def person(gateway, request):
    """Somebody of a role (default: agent) with the password and, for ``factor``, a second factor: (user, its key)."""

    def make(role: str = "agent", *, factor: bool = False) -> tuple[User, str]:
        id, key = new_id(), pyotp.random_base32()
        with gateway.store.write() as db:
            now = text(gateway.clock())
            users.add(db, User(id, id.lower(), "Orang", role, "id", "", ACTIVE, HASH, "", 0, now, None))
            if factor:
                second_factor.set_up(gateway, db, users.load(db, id), key, 0)
            return users.load(db, id), key

    return make


def place() -> Where:
    """An address of its own: what one test tries does not count for the next."""
    return Where(new_id(), "a test")


def sign_in(gateway, user: User, password: str = PASSWORD, where: Where | None = None) -> Visit | str:
    return entering.enter(gateway, Visit(""), user.login, password, where or place())


@pytest.fixture
def later(gateway, monkeypatch):
    """A function: the clock goes on by so much."""
    now, gone = gateway.clock, [timedelta()]
    monkeypatch.setattr(gateway, "clock", lambda: now() + gone[0])

    def go(**much: float) -> None:
        gone[0] += timedelta(**much)

    return go


# --- guessing ---


def test_after_ten_tries_even_the_right_password_has_to_wait(gateway, person, later):
    user, _ = person()
    assert [sign_in(gateway, user, "wrong") for _ in range(10)] == [WRONG] * 10
    assert sign_in(gateway, user) == TOO_OFTEN
    later(minutes=15)
    assert isinstance(sign_in(gateway, user), Visit)


def test_an_address_that_tries_one_account_after_the_other_has_to_wait(gateway):
    where, answers = place(), set()
    for place_ in range(51):
        answers.add(entering.enter(gateway, Visit(""), f"nobody{place_}", "x", where))
        if place_ == 49:
            assert answers == {WRONG}
    assert answers == {WRONG, TOO_OFTEN}


def test_the_counts_are_in_the_database_so_that_a_restart_forgives_nothing(gateway, person):
    user, _ = person()
    sign_in(gateway, user, "wrong")
    rows = gateway.store.read().execute(
        "SELECT count FROM counters WHERE bucket = 'sign_in_account' AND key = ?",
        (gateway.keyed("sign_in_account", user.login),),
    )
    assert rows.fetchall() == [(1,)]


def test_a_login_that_nobody_has_is_answered_like_a_wrong_password(gateway, person, console):
    user, _ = person()
    client = console.client("anonymous")
    answers = []
    for login in (user.login, "nobody-at-all"):
        form = {"csrf": client.form_token, "login": login, "password": "wrong wrong wrong"}
        answer = client.post("/sign-in", data=form, headers={"Origin": console.url})
        answers.append((answer.status_code, answer.get_data(as_text=True).replace(login, "X")))
    assert answers[0] == answers[1] and answers[0][0] == 422


def test_who_is_locked_gets_no_further_and_is_out_at_once(gateway, person):
    user, _ = person()
    inside = sign_in(gateway, user)
    accounts.lock(gateway, "test", user.id)
    assert sign_in(gateway, user) == WRONG
    assert visits.current(gateway, inside.token).user is None


# --- the second factor ---


@pytest.mark.parametrize(
    ("role", "stage"), [("agent", FULL), ("auditor", FULL), ("supervisor", ENROL), ("administrator", ENROL)]
)
def test_supervisors_and_administrators_have_to_set_one_up(gateway, person, role, stage):
    visit = sign_in(gateway, person(role)[0])
    assert visit.session.stage == stage and visit.signed_in == (stage == FULL)


def test_a_code_counts_once(gateway, person):
    user, key = person("administrator", factor=True)
    code = pyotp.TOTP(key).at(second_factor.moment(gateway))
    first = sign_in(gateway, user)
    assert first.session.stage == SECOND
    assert entering.prove(gateway, first, code, place()).signed_in
    assert entering.prove(gateway, sign_in(gateway, user), code, place()) == WRONG_CODE


def test_a_code_of_two_minutes_ago_is_none(gateway, person):
    user, key = person("administrator", factor=True)
    old = pyotp.TOTP(key).at(second_factor.moment(gateway) - timedelta(minutes=2))
    assert entering.prove(gateway, sign_in(gateway, user), old, place()) == WRONG_CODE


def test_after_five_wrong_codes_the_password_is_owed_again_and_codes_wait(gateway, person, later):
    user, key = person("administrator", factor=True)
    visit = sign_in(gateway, user)
    assert [entering.prove(gateway, visit, "000000", place()) for _ in range(5)] == [WRONG_CODE] * 5
    code = pyotp.TOTP(key).at(second_factor.moment(gateway))
    assert entering.prove(gateway, visit, code, place()) == TOO_OFTEN
    assert visits.current(gateway, visit.token).user is None
    assert (
        entering.prove(gateway, sign_in(gateway, user), code, place()) == TOO_OFTEN
    )  # the account's, not the session's
    later(minutes=16)
    again = pyotp.TOTP(key).at(second_factor.moment(gateway))
    assert entering.prove(gateway, sign_in(gateway, user), again, place()).signed_in


def test_a_recovery_code_counts_once_and_only_its_hash_is_kept(gateway, person):
    user, _ = person("administrator", factor=True)
    with gateway.store.write() as db:
        codes = second_factor.new_codes(gateway, db, user)
    kept = {
        row[0]
        for row in gateway.store.read().execute("SELECT hash FROM recovery_codes WHERE user = ?", (user.id,))
    }
    assert len(kept) == 10 and not kept & set(codes)
    assert entering.prove(gateway, sign_in(gateway, user), codes[3].upper(), place()).signed_in
    assert entering.prove(gateway, sign_in(gateway, user), codes[3], place()) == WRONG_CODE


def test_the_key_is_sealed_in_the_database(gateway, person):
    user, key = person("administrator", factor=True)
    assert key not in user.totp_key and len(user.totp_key) > 64
    assert sealing.opened(gateway, "second factors", user.id, user.totp_key) == key
    assert sealing.opened(gateway, "second factors", "another", user.totp_key) == ""


# --- the first administrator ---


def test_nobody_can_sign_in_to_a_new_installation_and_the_token_ends_after_an_hour(
    gateway, later, monkeypatch
):
    monkeypatch.setattr(accounts, "wants_first", lambda db: True)
    token = accounts.invite_first(gateway)
    assert accounts.invited(gateway, token) == (True, None)
    newer = accounts.invite_first(gateway)
    assert not accounts.invited(gateway, token)[0] and accounts.invited(gateway, newer)[0]
    later(minutes=61)
    assert not accounts.invited(gateway, newer)[0]
    with pytest.raises(accounts.Faults, match="token_ended"):
        accounts.accept(gateway, newer, HASH, "tamu", "Tamu")


def test_a_token_makes_one_administrator_and_none_when_there_is_one(gateway, monkeypatch):
    assert accounts.invite_first(gateway) is None or not accounts.wants_first(gateway.store.read())
    monkeypatch.setattr(accounts, "wants_first", lambda db: True)
    token = accounts.invite_first(gateway)
    made = accounts.accept(gateway, token, HASH, new_id().lower(), "Pertama")
    assert made.role == "administrator" and entering.stage_of(made) == ENROL
    with pytest.raises(accounts.Faults, match="token_ended"):
        accounts.accept(gateway, token, HASH, "kedua", "Kedua")
    accounts.lock(gateway, "test", made.id)


# --- sessions ---


def test_a_token_has_256_bits_and_only_its_hash_is_kept(gateway, person):
    user, _ = person()
    tokens = {sign_in(gateway, user).token for _ in range(3)}
    assert len(tokens) == 3 and all(len(token) == 43 for token in tokens)  # 32 bytes
    kept = {
        row[0]
        for row in gateway.store.read().execute("SELECT hash FROM web_sessions WHERE user = ?", (user.id,))
    }
    assert kept == {visits.key_of(gateway, token) for token in tokens} and not kept & tokens


def test_signing_in_exchanges_the_token_and_ends_what_was_open(gateway, person):
    user, _ = person()
    first = sign_in(gateway, user)
    second = entering.enter(gateway, first, user.login, PASSWORD, place())
    assert second.token != first.token
    assert (
        visits.current(gateway, first.token).user is None and visits.current(gateway, second.token).signed_in
    )


@pytest.mark.parametrize(
    ("gap", "turns", "inside"), [({"minutes": 29}, 3, True), ({"minutes": 31}, 1, False)]
)
def test_a_session_ends_after_thirty_minutes_without_a_person(gateway, person, later, gap, turns, inside):
    visit = sign_in(gateway, person()[0])
    for _ in range(turns):
        later(**gap)
        seen = visits.current(gateway, visit.token)
        assert seen.signed_in == inside
        visits.note(gateway, seen)


def test_a_session_ends_after_twelve_hours_whatever_is_done(gateway, person, later):
    visit = sign_in(gateway, person()[0])
    for _ in range(25):
        later(minutes=28)
        visits.note(gateway, visits.current(gateway, visit.token))
    assert visits.current(gateway, visit.token).signed_in  # 11 h 40 min
    later(minutes=25)
    assert not visits.current(gateway, visit.token).signed_in


def test_what_a_page_asks_by_itself_keeps_no_session_alive(console, later):
    client = console.client("agent")
    for _ in range(2):
        later(minutes=20)
        answer = client.get("/", headers={"X-Refresh": "idle"})
    assert answer.status_code == 303 and answer.location == "/sign-in"


def test_a_change_of_rights_and_a_new_password_end_the_sessions(gateway, person):
    for change in (
        lambda user: accounts.change(gateway, "test", user.id, role="auditor"),
        lambda user: accounts.invite(gateway, "test", user.id),
        lambda user: accounts.reset_second_factor(gateway, "test", user.id),
        lambda user: accounts.end_sessions(gateway, "test", user.id),
    ):
        user, _ = person()
        visit = sign_in(gateway, user)
        change(user)
        assert visits.current(gateway, visit.token).user is None


def test_the_last_administrator_can_be_neither_locked_nor_demoted(gateway, monkeypatch, person):
    user, _ = person("administrator")
    monkeypatch.setattr(users, "everybody", lambda db: [users.load(db, user.id)])
    for act in (
        lambda: accounts.lock(gateway, "x", user.id),
        lambda: accounts.change(gateway, "x", user.id, role="agent"),
    ):
        with pytest.raises(accounts.Faults, match="last_administrator"):
            act()


# --- what browsers are told ---


def test_the_cookie_is_of_this_host_alone_and_no_script_reads_it(console):
    answer = console.client("anonymous").get("/sign-in")
    fresh = console.app.test_client().get("/sign-in").headers["Set-Cookie"]
    assert re.fullmatch(r"__Host-sambung-\d+=[\w-]{43}; Secure; HttpOnly; Path=/; SameSite=Lax", fresh)
    assert "Set-Cookie" not in answer.headers  # the browser has one


def test_every_answer_says_what_browsers_may_do(console):
    for path, cached in (
        ("/sign-in", "no-store"),
        ("/nowhere", "no-store"),
        ("/static/console.css", "no-cache"),
    ):
        with console.client("agent").get(path) as answer:
            headers = answer.headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'" and policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'" and "unsafe" not in str(policy)
        assert headers["Referrer-Policy"] == "same-origin" and headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == cached


def test_over_https_browsers_are_told_to_stay_there_for_a_year_and_more(console, monkeypatch):
    assert "Strict-Transport-Security" not in console.client("anonymous").get("/sign-in").headers
    settings = replace(console.gateway.settings, console_url="https://konsol.example.go.id")
    monkeypatch.setattr(console.gateway, "settings", settings)
    told = console.client("anonymous").get("/sign-in").headers["Strict-Transport-Security"]
    assert int(told.partition("max-age=")[2].partition(";")[0]) >= 365 * 24 * 3600


@pytest.mark.parametrize(
    ("origin", "token", "status"),
    [
        ("own", "own", 303),
        ("own", "", 403),
        ("own", "of another browser", 403),
        ("https://example.invalid", "own", 403),
        ("null", "own", 403),
        (None, "own", 403),
    ],
)
def test_a_form_is_taken_from_our_own_page_only(console, origin, token, status):
    client = console.client("agent")
    sent = {"own": client.form_token, "of another browser": console.client("agent").form_token}.get(token, "")
    headers = {"Origin": console.url if origin == "own" else origin} if origin else {}
    answer = client.post("/language", data={"csrf": sent, "language": "id"}, headers=headers)
    assert answer.status_code == status


def test_a_link_leads_to_no_other_site(console, person):
    user, _ = person()
    client = console.client("anonymous")
    for then in (
        "https://example.invalid/",
        "//example.invalid",
        "/\\example.invalid",
        "javascript:alert(1)",
    ):
        form = {"csrf": client.form_token, "login": user.login, "password": PASSWORD, "then": then}
        answer = client.post("/sign-in", data=form, headers={"Origin": console.url})
        assert answer.status_code == 303 and answer.location == "/"
        client = console.client("anonymous")


# --- what goes wrong ---


def test_a_flood_of_reports_that_anybody_may_send_writes_no_more_than_some_in_a_minute(gateway, console):
    reports, before = CspReports(gateway), console.csp_reports()
    taken = [reports.take(b"{}") for _ in range(200)]
    assert 60 <= taken.count(True) <= 120  # the minute may change in between
    assert console.csp_reports() - before == taken.count(True)


def test_an_error_page_tells_no_secrets(console, monkeypatch):
    def fails(*_: object) -> None:
        raise RuntimeError("canary in a stack trace")

    monkeypatch.setattr(accounts, "asker_of", fails)
    monkeypatch.setitem(console.app.view_functions, "home.home", fails)
    answer = console.client("agent").get("/")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500 and "Ada yang gagal di dalam" in page
    assert not re.search(r"canary|Traceback|werkzeug|Python|File \"", page)


def test_no_password_code_or_token_is_logged(console, person, caplog):
    user, _ = person("administrator", factor=True)
    client = console.client("anonymous")
    with caplog.at_level("DEBUG"):
        form = {"csrf": client.form_token, "login": user.login, "password": "canary-password-1"}
        client.post("/sign-in", data=form, headers={"Origin": console.url})
        client.post(
            "/welcome",
            data={"csrf": client.form_token, "token": "canary-token"},
            headers={"Origin": console.url},
        )
        client.post(
            "/sign-in", data={**form, "csrf": "canary-csrf"}, headers={"Origin": "https://canary.invalid"}
        )
    assert "canary-p" not in caplog.text and "canary-t" not in caplog.text and "canary-c" not in caplog.text
