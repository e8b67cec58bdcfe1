"""Sambung's two faces: the command line (`python app.py call 131`) and the web application (gunicorn
-c gunicorn.conf.py).

Nothing sees this module and it sees everything. Only the standard library is imported at the top: the
commands work without activating anything, because a Python that lacks what Sambung needs hands over to the
one in .venv.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask

    from sessions.gateway import Gateway
    from settings import Settings

ROOT = Path(__file__).resolve().parent

# In the order of --help. A new command is a module in commands/ and a line here.
COMMANDS = {
    "run": "start everything: webhook workers, job worker, and the carrier emulator when there is no account",
    "call": "be a caller: a telephone in the terminal",
    "text": "write text messages: a mobile phone in the terminal",
    "phone": "be an agent: a telephone in the terminal that rings",
    "check": "check flows, and name every fault with its way out",
    "schema": "the JSON Schema of what you write, for your editor",
    "test": "play the whole calls and texts of flows/*/tests, and say where they do not hold",
    "publish": "give callers what was edited: checked, its tests played, told in words, within two seconds",
    "diff": "what callers would notice between two versions of a service, in words",
    "versions": "what was published when and by whom, and who is still on which version",
    "rollback": "give callers the version of before again, and keep it",
    "draft": "serve an edited service to listed test telephones only",
    "override": "for a while other hours than the calendar's: open, closed, or an emergency's announcement",
    "doctor": "is all well? settings, public address, clock, disk, libraries, database, numbers",
    "backup": "one sealed file of everything, made while calls go on",
    "restore": "a new INSTANCE from a backup, looked through before anything is written",
    "deadletters": "what was given up: list, show, try again, let go",
    "transcribe": "write down what is said in sound files, as text, JSON or subtitles",
    "models": "which speech models there are, whether they are whole; install another",
    "prompts": "which recordings a service has; make drafts, take in what a person recorded",
    "recordings": "what callers recorded: list, show, try again, export with a reason",
    "voicemails": "recorded messages as they were written down: list, read, open, correct",
    "cases": "what people owe to callers: list, show, take, pass on, answer, check, close",
    "dialogues": "texts that wait for people or are with them: list, show, take, answer, pass on, close",
    "search": "find words in transcripts, texts and notes, as far as a role may see them",
    "agents": "who answers: import a roster, sign in and out, see where everybody stands",
    "queue": "who waits, for what, how long, and what happens next",
    "why": "why a contact is where it is: every rule, every agent, every deadline",
    "broadcast": "one text to many: once, by day, never to who has refused",
    "users": "who may open the console: list, add, tokens, lock, lost second factors",
    "audit": "who did what: search it, verify its chain, anchor it outside",
    "report": "figures of an interval: service level, waiting, limits kept, topics; as table, CSV or workbook",
    "speech": "write down recorded messages (started by run)",
    "worker": "do what is owed after the answer (started by run)",
}

# The largest body that is read at all. carrier/webhook.py refuses the rest of what is no webhook: type,
# fields, signature.
MAX_BODY = 64 * 1024

# A worker that is not ready after 14 s is killed (gunicorn.conf.py).
PATIENCE_SECONDS = 10.0


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] | None = None) -> Flask:
    """The web application: every way in, and who may use it. ``clock`` replaces the machine's: flow tests move it.

    Raises WrongSettings, and store.Unusable when the database is not what `run` leaves behind: nothing is
    answered by half.
    """
    from flask import Flask

    import ivr.front
    import ivr.routes
    import sms.routes
    import web.health
    from settings import load

    gateway = open_gateway(settings or load(os.environ, ROOT), clock)
    ways_in = (
        # blueprint          addresses         who may use them
        (ivr.routes.blueprint, "POST /ivr/...", "the carrier, by its signature"),
        (sms.routes.blueprint, "POST /sms/...", "the carrier, by its signature"),
        (web.health.blueprint, "GET  /health", "anybody: well or not well, no more"),
    )
    app = Flask(__name__, static_folder=None)
    app.extensions["gateway"] = gateway
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    for code in (400, 403, 404, 405, 413, 415, 500):
        app.register_error_handler(code, _plainly)
    for blueprint, _, _ in ways_in:
        app.register_blueprint(blueprint(gateway))
    # POST /ivr/calls and /ivr/calls/.../turns/...: the carrier, by its signature, before Flask sees them.
    app.wsgi_app = ivr.front.in_front(gateway, app.wsgi_app)
    return app


def webhooks() -> Flask:
    """create_app for a worker of gunicorn, which ends all its workers when one of them cannot start.

    One that starts while the database is away would so silence those that still put callers through: it waits, and then ends
    by itself, to be started anew.
    """
    import store

    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return create_app()
        except (store.Unusable, store.NotStored) as fault:
            if time.monotonic() > patience:
                print(f"a webhook worker cannot start: {fault}", file=sys.stderr, flush=True)
                os._exit(1)  # any other way out is a failure to start, to gunicorn
            time.sleep(0.2)


def create_console(settings: Settings | None = None, clock: Callable[[], datetime] | None = None) -> Flask:
    """The pages for people: a process of its own beside the webhooks, on CONSOLE_PORT.

    Raises WrongSettings, store.Unusable, and web.policy.NoPolicy when there is an address of which nobody said who may use it.
    """
    import web.console
    from commands.console_flows import FlowsOfConsole
    from commands.console_hearing import HearingOfConsole
    from commands.console_operations import OperationsOfConsole
    from sessions.voicemails.voicemails import Understanding
    from settings import load
    from sms import grammar
    from sms.segments import measure
    from web.tools import Tools

    settings = settings or load(os.environ, ROOT)
    gateway = open_gateway(settings, clock)
    how = Understanding(grammar.topic, grammar.named)
    tools = Tools(
        measure,
        how,
        flows=FlowsOfConsole(gateway, ROOT),
        operations=OperationsOfConsole(settings),
        hearing=HearingOfConsole(gateway),
    )
    return web.console.create(gateway, tools)


def open_gateway(settings: Settings, clock: Callable[[], datetime] | None = None) -> Gateway:
    """What the channels and the jobs of one process share. The database must be there: `run` brings it up to
    date.
    """
    import store
    from sessions.gateway import Gateway, clock_ahead
    from sessions.services import Catalogue
    from settings import require_account
    from sms.segments import fit
    from store import audit
    from store.spool import Spool

    require_account(settings)
    opened = store.connect(settings.database, create=False, audit_key=audit.key_of(settings.secret_key))
    services = Catalogue(opened)
    services.watch()
    clock = clock or clock_ahead(settings.clock_offset)
    return Gateway(settings, opened, services, Spool(settings.spool), fit, clock)


def _plainly(problem: Exception) -> tuple[str, int, dict[str, str]]:
    """Errors as a line of text: no page that a caller would hear read out, no stack trace, no version."""
    code = getattr(problem, "code", None) or 500
    return f"{code}\n", code, {"Content-Type": "text/plain; charset=utf-8"}


def main(words: list[str]) -> int:
    """Runs one command and gives its exit code: 0 done, 1 a fault found, 2 wrong words or settings."""
    os.environ.setdefault("PATH", os.defpath)  # pydub looks along it while it is imported, and fails without
    arguments = parser(words).parse_args(words)
    from settings import load

    # What a command may ask for; most ask for one of the two.
    arguments.settings = lambda **options: load(os.environ, ROOT, **options)
    with ExitStack() as held:

        def gateway() -> Gateway:
            opened = open_gateway(load(os.environ, ROOT))
            held.callback(opened.close)
            return opened

        arguments.gateway = gateway
        arguments.create_app = create_app
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    from settings import WrongSettings

    try:
        return int(arguments.run(arguments))
    except WrongSettings as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except store_unusable() as unusable:
        print(unusable, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `python app.py check | head`: the reader has seen enough. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def store_unusable() -> type[Exception]:
    """The store's refusal of a database file. A function: looked up only when something was raised."""
    from store import Unusable

    return Unusable


def parser(words: list[str]) -> argparse.ArgumentParser:
    """The command line. Only the module of the command that is called is imported: the others cost time."""
    top = argparse.ArgumentParser(
        prog="python app.py",
        description="Sambung answers telephones and texts with menus written in YAML.",
        epilog="example:\n  make run                  start the gateway, in one terminal\n"
        "  python app.py call 131    be a caller, in another",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = top.add_subparsers(metavar="COMMAND", required=True)
    for command, meaning in COMMANDS.items():
        if command == next(iter(words), None):
            importlib.import_module(f"commands.{command}").register(subparsers)
        else:
            subparsers.add_parser(command, help=meaning)
    for one in subparsers.choices.values():
        # Examples keep their lines.
        one.formatter_class = argparse.RawDescriptionHelpFormatter
    return top


def use_our_python() -> None:
    """Starts again with .venv/bin/python when this one is not made for Sambung; says how to make it when it
    is missing.
    """
    ours = ROOT / ".venv" / "bin" / "python"
    in_ours = Path(sys.prefix).resolve() == ours.parent.parent.resolve()
    needed = ("flask", "gunicorn", "phonenumbers", "sqlite_utils", "twilio", "yaml")
    complete = all(importlib.util.find_spec(module) for module in needed)
    # The system's Python may have its own, older Flask: only somebody's chosen environment is believed.
    chosen = complete and sys.prefix != sys.base_prefix
    if (in_ours and complete) or chosen:
        return
    if not in_ours and ours.exists():
        os.execv(ours, [str(ours), *sys.argv])
    if not complete:
        sys.exit("app.py: what Sambung needs is not installed. Run `make venv` once.")


if __name__ == "__main__":
    use_our_python()
    sys.exit(main(sys.argv[1:]))
