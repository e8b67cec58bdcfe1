"""`python app.py run`: everything one installation needs, under one supervisor, until Ctrl-C."""

from __future__ import annotations

import argparse
import errno
import fcntl
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from commands.ballast import make_ballast
from commands.publishing_watch import Publisher
from commands.supervisor import Child, Failed, Supervisor
from credentials import DEVELOPMENT_FILE
from environment import clock_offset
from sessions.console import accounts
from settings import CLOCK_FILE, Settings
from store import NotStored

WATCH_SECONDS = 2.0
TEND_SECONDS = 0.2


class Refused(Exception):
    """The start is refused. The text says why and what to do."""


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "run",
        description="Checks settings and flows, brings the database up to date and starts everything "
        "under one supervisor. A wrong flow stops the start and names every fault; while it runs, changed "
        "flows are checked and taken over within seconds, wrong ones refused. With an account, or "
        "PUBLISH=by_command, flows wait for `python app.py publish`. Ctrl-C or TERM stops it.",
        epilog="examples:\n  python app.py run\n"
        "  PORT=8001 EMULATOR_PORT=8011 CONSOLE_PORT=8021 INSTANCE=/tmp/second python app.py run",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    settings = arguments.settings(make_credentials=True)
    stop = _stop_signals()
    try:
        with _only_one(settings), _own_clock(settings) as settings:
            return _run(arguments, settings, stop)
    except (Refused, Failed) as refusal:
        print(f"run: {refusal}", file=sys.stderr)
    except (OSError, NotStored) as fault:
        way = "make room (rm INSTANCE/ballast frees 32 MB at once) and let our user write there, then start again"
        print(f"run: not started at {settings.instance}: {fault}. Way out: {way}", file=sys.stderr)
    return 1


@contextmanager
def _own_clock(settings: Settings) -> Iterator[Settings]:
    """A CLOCK that is a moment begins now. Commands beside us read of it here: else each would begin anew."""
    moment = os.environ.get("CLOCK", "").strip()
    seconds = clock_offset(moment) if moment else None
    if seconds is None:
        yield settings
        return
    kept = settings.instance / CLOCK_FILE
    kept.write_text(f"{moment} {seconds:+d}\n")
    try:
        yield replace(settings, clock_offset=seconds)
    finally:
        kept.unlink(missing_ok=True)


def _run(arguments: argparse.Namespace, settings: Settings, stop: Stop) -> int:
    """Starts, tends and stops. Nothing is started before settings, ports, flows and database are known to be
    good.
    """
    _ports_free(settings)
    flows = Publisher(settings)
    _refuse_faults(flows.publish())
    roomy = make_ballast(settings.instance)
    # One moment for all: each process that read CLOCK by itself would begin at that moment when it starts.
    clock = {"CLOCK": f"{settings.clock_offset:+d}"} if settings.clock_offset else {}
    supervisor = Supervisor(settings.root, {**os.environ, **clock})
    try:
        _start_all(settings, flows, supervisor, stop)
        if not stop.asked:
            supervisor.say(_welcome(settings, flows, first_token(arguments, settings)))
            if not roomy:
                supervisor.say(
                    f"{settings.instance}: too little room on this disk for the reserve that keeps calls and texts going "
                    "when it is full. Free some, then start again"
                )
        _tend(supervisor, flows, stop)
    finally:
        supervisor.say("stopping; Ctrl-C again kills what does not stop by itself")
        supervisor.stop(hurry=lambda: stop.count > 1)
        supervisor.say("stopped")
    return 0


class Stop:
    """How often somebody asked us to stop: once is polite, twice is in a hurry."""

    def __init__(self) -> None:
        self.count = 0
        self.event = threading.Event()

    @property
    def asked(self) -> bool:
        return self.count > 0

    def __call__(self, *_: object) -> None:
        self.count += 1
        self.event.set()


def _stop_signals() -> Stop:
    stop = Stop()
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, stop)
    return stop


def _refuse_faults(faults: list[str]) -> None:
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise Refused(f"not started: {count} in the flows. `python app.py check` shows them again.\n{lines}")


def _start_all(settings: Settings, flows: Publisher, supervisor: Supervisor, stop: Stop) -> None:
    """The emulator first: the others speak to it. The webhook workers last: then everything behind them is
    there.
    """
    python = sys.executable
    children = [Child("worker", [python, "app.py", "worker"])]
    if settings.speech:
        children.append(Child("speech", [python, "app.py", "speech"]))
    if settings.emulated:
        children.insert(0, _emulator(settings, flows, python))
    web = [python, "-m", "gunicorn", "-c", "gunicorn.conf.py"]
    children.append(Child("web", web, lambda: _answers(settings)))
    if settings.console:
        children.append(_console(settings, python))
    for child in children:
        if not stop.asked:
            supervisor.start(child, stopped=lambda: stop.asked)


def _console(settings: Settings, python: str) -> Child:
    """The pages for people, in a process of their own: whatever they ask for, no webhook waits for it."""
    words = [python, "-m", "gunicorn", "-c", "gunicorn.console.py"]
    return Child("console", words, lambda: _listens(_here(settings.console_bind), settings.console_port))


def _emulator(settings: Settings, flows: Publisher, python: str) -> Child:
    """The carrier's stand-in, told of us what a carrier's console would be told: numbers and addresses."""
    state = settings.instance / "emulator"
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    numbers, token = state / "numbers.json", state / "token"
    numbers.write_text(json.dumps(emulator_numbers(flows.numbers(), settings.public_url), indent=1))
    token.touch(mode=0o600)
    token.write_text(settings.auth_token)
    words = [python, "-m", "carrier.emulator", "--port", str(settings.emulator_port)]
    words += ["--account-sid", settings.account_sid, "--auth-token-file", str(token)]
    words += ["--state", str(state), "--numbers", str(numbers)]
    return Child("emulator", words, lambda: _listens("127.0.0.1", settings.emulator_port))


def emulator_numbers(numbers: list[str], public_url: str) -> list[dict[str, str]]:
    """Every spelling of every number as the carrier's console would have it: five addresses, all ours."""
    addresses = {
        "voice_url": f"{public_url}/ivr/calls",
        "voice_fallback_url": f"{public_url}/ivr/fallback",
        "status_callback": f"{public_url}/ivr/status",
        "sms_url": f"{public_url}/sms/messages",
        "sms_fallback_url": f"{public_url}/sms/fallback",
    }
    return [{"phone_number": number, **addresses} for number in numbers]


def _tend(supervisor: Supervisor, flows: Publisher, stop: Stop) -> None:
    """Restarts the dead and takes over changed flows, until somebody asks us to stop."""
    watched = time.monotonic()
    while not stop.event.wait(TEND_SECONDS):
        supervisor.tend()
        if time.monotonic() - watched >= WATCH_SECONDS:
            watched = time.monotonic()
            told = flows.publish_changes()
            if told:
                supervisor.say(told, "flows")


def first_token(arguments: argparse.Namespace, settings: Settings) -> str:
    """What the first administrator types, once, within the hour; '' when there is one or no console."""
    if not settings.console:
        return ""
    gateway = arguments.gateway()
    try:
        return accounts.invite_first(gateway) or ""
    finally:
        gateway.close()


def _welcome(settings: Settings, flows: Publisher, token: str = "") -> str:
    first = next(iter(flows.numbers()), "131")
    lines = [
        "",
        f"Sambung answers on {settings.public_url} (listening on {settings.bind}:{settings.port})",
        f"  services   {', '.join(flows.services()) or 'none'}",
        f"  data       {settings.instance}",
    ]
    if settings.console:
        lines.append(f"  console    {settings.console_url}")
    if token:
        lines += [
            "             nobody may open it yet. Become its first administrator within the hour, once:",
            f"             {settings.console_url}/welcome#{token}",
        ]
    if settings.emulated:
        lines += [
            f"  carrier    emulator on {settings.carrier_api_url}",
            f"  account    in {settings.instance / DEVELOPMENT_FILE}",
            "",
            "In another terminal" + _same_place(settings) + ":",
            f"  python app.py call {first}     be a caller",
            f"  python app.py text {first}     write a text message",
            "  python app.py doctor       ask whether all is well",
        ]
    else:
        lines += [f"  carrier    {settings.carrier_api_url}", "", "Next: python app.py doctor"]
    lines += ["", *flows.notes()] if flows.notes() else []
    edit = "Edit {} and save: it is checked and taken over. Ctrl-C stops."
    if not settings.publish_on_save:
        edit = "Edit {} and `python app.py publish`: callers get it then. Ctrl-C stops."
    return "\n".join([*lines, "", edit.format(settings.flows), ""])


def _same_place(settings: Settings) -> str:
    """What must be said to find this installation again, when it does not stand where it stands by
    default.
    """
    moved = [
        f"{name}={os.environ[name]}"
        for name in ("PORT", "EMULATOR_PORT", "CONSOLE_PORT", "INSTANCE")
        if os.environ.get(name)
    ]
    return f", with {' '.join(moved)} in front" if moved else ""


class _only_one:
    """Holds INSTANCE/run.lock while we run: two supervisors on one folder would send everything twice."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = settings.instance / "run.lock"

    def __enter__(self) -> None:
        try:
            self._settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = self._path.open("a+", encoding="utf-8")
        except OSError as fault:
            raise Refused(f"INSTANCE={self._settings.instance} cannot be used: {fault.strerror}") from fault
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = self._file.read().strip() or "another process"
            self._file.close()
            raise Refused(
                f"INSTANCE={self._settings.instance} is already served by {holder}. Stop that one, or start "
                "beside it: PORT=8001 EMULATOR_PORT=8011 CONSOLE_PORT=8021 INSTANCE=instance-2 make run"
            ) from None
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} on port {self._settings.port}\n")
        self._file.flush()

    def __exit__(self, *_: object) -> None:
        # The file stays: removing it would let a third start lock a file that nobody sees.
        self._file.close()


def _ports_free(settings: Settings) -> None:
    _port_free("PORT", settings.bind, settings.port)
    if settings.console:
        _port_free("CONSOLE_PORT", settings.console_bind, settings.console_port)
    if settings.emulated:
        _port_free("EMULATOR_PORT", "127.0.0.1", settings.emulator_port)


def _port_free(name: str, address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as trial:
        # As gunicorn binds: a port whose last user has just gone is free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except OSError as fault:
            why = "is in use" if fault.errno == errno.EADDRINUSE else f"cannot be used ({fault.strerror})"
            raise Refused(f"{address}:{port} {why}. Choose another: {name}={port + 1} make run") from fault


def _here(bind: str) -> str:
    """How we reach from this machine what listens on that address."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)


def _answers(settings: Settings) -> bool:
    """Does a webhook worker answer? Any answer will do: whether it is well is for doctor and /health to
    say.
    """
    host = _here(settings.bind)
    address = f"http://[{host}]" if ":" in host else f"http://{host}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}:{settings.port}/health", timeout=2):
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return True
    except OSError:
        return False


def _listens(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False
