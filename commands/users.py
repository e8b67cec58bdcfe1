"""`python app.py users`: who may open the console. Also the way back in when a telephone or the last administrator is lost."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from commands.recordings import who
from sessions.console import accounts, api_tokens
from sessions.console.accounts import LANGUAGES, ROLES, Faults
from sessions.gateway import Gateway
from store import api_tokens as rows
from store import users
from store.api_tokens import ApiToken
from store.times import instant, text
from store.users import User
from web.moments import in_words
from web.words import told


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "users",
        description="Lists who may open the console: name, role, agent of the roster, second factor, last sign-in. The other "
        "actions change that; each is a line of the audit. Nobody's password is chosen here: whoever is added, or has "
        "forgotten it, gets a token that opens CONSOLE_URL/welcome once, within 24 hours.",
        epilog="examples:\n  python app.py users\n  python app.py users add sinta --name 'Sinta Dewi' --role supervisor\n"
        "  python app.py users add ani --name 'Ani Lestari' --agent ani\n  python app.py users token sinta\n"
        "  python app.py users reset-second-factor sinta\n  python app.py users tokens sinta\n"
        "  python app.py users tokens --revoke 01K0M3V9T8",
    )
    parser.set_defaults(run=show)
    actions = parser.add_subparsers(metavar="ACTION")
    action = actions.add_parser("add", help="add somebody, and print the token")
    action.add_argument("login", metavar="LOGIN")
    action.add_argument("--name", required=True)
    action.add_argument("--role", choices=ROLES, default=accounts.AGENT)
    action.add_argument("--agent", default="", help="id in the roster, for who takes contacts")
    action.add_argument("--language", choices=LANGUAGES, default="id")
    action.set_defaults(run=add)
    action = actions.add_parser(
        "tokens",
        help="tokens of programs: list them, or end one with --revoke ID",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python app.py users tokens\n  python app.py users tokens sinta\n"
        "  python app.py users tokens --revoke 01K0M3V9T8",
    )
    action.add_argument("login", metavar="LOGIN", nargs="?", default="", help="only those of LOGIN")
    action.add_argument("--revoke", metavar="ID", help="end this one, at once")
    action.set_defaults(run=tokens)
    for name, act, words in (
        ("token", _token, "print a token with which LOGIN chooses a new password; ends the sessions"),
        ("lock", accounts.lock, "let LOGIN in no more, and end the sessions"),
        ("unlock", accounts.unlock, "let LOGIN in again"),
        ("sign-out", accounts.end_sessions, "end every session of LOGIN"),
        (
            "reset-second-factor",
            accounts.reset_second_factor,
            "for a lost telephone: set up again at the next sign-in",
        ),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("login", metavar="LOGIN")
        action.set_defaults(run=lambda arguments, act=act: _act(arguments, act))


def show(arguments: argparse.Namespace) -> int:
    """The list; how to make the first administrator when there is none."""
    gateway = arguments.gateway()
    db = gateway.store.read()
    for user in users.everybody(db):
        print(_line(user))
    if accounts.wants_first(db):
        print("There is no administrator yet. `python app.py run` prints a link for the first one.")
    return 0


def add(arguments: argparse.Namespace) -> int:
    """Adds somebody and prints the token, or every fault of what was given."""
    gateway = arguments.gateway()
    try:
        user, token = accounts.add(
            gateway,
            who(),
            login=arguments.login,
            name=arguments.name,
            role=arguments.role,
            language=arguments.language,
            agent=arguments.agent,
        )
    except Faults as wrong:
        return _refused(wrong)
    print(_invitation(gateway, user, token))
    return 0


def tokens(arguments: argparse.Namespace) -> int:
    """Lists the tokens of programs, those that still open something first; or ends one."""
    gateway = arguments.gateway()
    db, now = gateway.store.read(), text(gateway.clock())
    people = {user.id: user for user in users.everybody(db)}
    if arguments.revoke:
        if not api_tokens.revoke(gateway, who(), arguments.revoke):
            print(f"No token {arguments.revoke} opens anything. `users tokens` lists them.", file=sys.stderr)
            return 1
        print(f"{arguments.revoke} opens nothing any more.")
        return 0
    wanted = users.of_login(db, arguments.login.strip().lower()) if arguments.login else None
    if arguments.login and wanted is None:
        return _nobody(arguments.login)
    found = rows.everybodys(db, wanted.id if wanted else "")
    for one in sorted(found, key=lambda one: not one.lives(now)):
        print(_token_line(one, people[one.user], now))
    if not found:
        print("There are no tokens. People make them on their account page.")
    return 0


def _token_line(token: ApiToken, user: User, now: str) -> str:
    state = "lives" if token.lives(now) else "revoked" if token.revoked_at else "ended"
    used = in_words(instant(token.used_at), "en") if token.used_at else "never used"
    return f"{token.id} {user.login:<16} {state:<8} until {token.until[:10]} {used:<30} {token.scopes:<24} {token.name}"


def _nobody(login: str) -> int:
    print(f"Nobody is called {login}. `python app.py users` lists everybody.", file=sys.stderr)
    return 1


def _act(arguments: argparse.Namespace, act: Callable[[Gateway, str, str], object]) -> int:
    gateway = arguments.gateway()
    user = users.of_login(gateway.store.read(), arguments.login.strip().lower())
    if user is None:
        return _nobody(arguments.login)
    try:
        act(gateway, who(), user.id)
    except Faults as wrong:
        return _refused(wrong)
    if act is not _token:
        print(_line(accounts.known(gateway.store.read(), user.id)))
    return 0


def _token(gateway: Gateway, person: str, id: str) -> None:
    user = accounts.known(gateway.store.read(), id)
    print(_invitation(gateway, user, accounts.invite(gateway, person, id)))


def _refused(wrong: Faults) -> int:
    for field, word in wrong.fields.items():
        print(f"{field}: {told(f'people.{word}', 'en')}", file=sys.stderr)
    return 1


def _invitation(gateway: Gateway, user: User, token: str) -> str:
    url = getattr(gateway.settings, "console_url", "")
    return f"{user.login} chooses a password, once, within 24 hours:\n{url}/welcome#{token}"


def _line(user: User) -> str:
    seen = in_words(instant(user.signed_in_at), "en") if user.signed_in_at else "never signed in"
    state = user.state if user.password or user.state != users.ACTIVE else "no password yet"
    factor = "second factor" if user.totp_key else "password only"
    agent = f"agent {user.agent}" if user.agent else "-"
    return f"{user.login:<16} {user.role:<14} {agent:<14} {factor:<14} {state:<16} {seen:<30} {user.name}"
