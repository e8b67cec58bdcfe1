"""A whole installation for tests: `python app.py run` in a folder of its own, and telephones that call it.

    with House.running(environ) as house:
        call = house.phone().dial("131")

Everything between the telephone and the database is real: processes, HTTP, signatures, SQLite. Only the carrier is the emulator.
"""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from unittest import mock

from twilio.request_validator import RequestValidator

import app
from carrier.phone import Phone
from store.library import sqlite3

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120  # of a busy machine; an idle one takes three


class House:
    """A running installation. ``environ`` names its ports and folder."""

    def __init__(self, environ: Mapping[str, str], process: subprocess.Popen[str], log: Path) -> None:
        self.environ = environ
        self.process = process
        self.log = log
        self.url = f"http://127.0.0.1:{environ['PORT']}"
        self.emulator_url = f"http://127.0.0.1:{environ['EMULATOR_PORT']}"
        self.instance = Path(environ["INSTANCE"])

    @classmethod
    @contextmanager
    def running(cls, environ: Mapping[str, str], **more: str) -> Iterator["House"]:
        """Start, wait until it answers, and stop it again with a Ctrl-C."""
        environ = {**environ, **more}
        log = Path(environ["INSTANCE"]).with_suffix(".log")
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "app.py", "run"], cwd=ROOT, env=environ, stdout=out, stderr=out, text=True
            )
        house = cls(environ, process, log)
        try:
            house._wait_until_ready()
            yield house
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"did not start:\n{self.log.read_text()}")
            if "be a caller" in self.log.read_text():
                return
            time.sleep(0.1)
        raise AssertionError(f"not ready after {START_SECONDS} s:\n{self.log.read_text()}")

    def phone(self, number: str = "+6281200000001", *, stepped: bool = True) -> Phone:
        """A telephone with this number."""
        return Phone(self.emulator_url, number, stepped=stepped)

    # --- a carrier that is not the emulator: signed requests of our own ---

    @property
    def credentials(self) -> dict[str, str]:
        """TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and SECRET_KEY of this installation."""
        return json.loads((self.instance / "development.json").read_text())

    @property
    def account(self) -> str:
        return self.credentials["TWILIO_ACCOUNT_SID"]

    def sign(self, path: str, form: Mapping[str, str]) -> str:
        """The signature that Twilio would put on this form at this path (the official code computes it)."""
        return RequestValidator(self.credentials["TWILIO_AUTH_TOKEN"]).compute_signature(
            self.url + path, dict(form)
        )

    def query(self, sql: str, *values: object) -> list[tuple]:
        """Rows of the database, read beside the running installation."""
        # `with connect()` alone would end the transaction and leave the connection open (a warning since 3.13).
        with closing(
            sqlite3.connect(f"file:{self.instance / 'gateway.db'}?mode=ro", uri=True, timeout=5)
        ) as db:
            return db.execute(sql, values).fetchall()

    def eventually(self, sql: str, *values: object, seconds: float = 10) -> list[tuple]:
        """The rows, once there are any."""
        deadline = time.monotonic() + seconds
        while not (rows := self.query(sql, *values)) and time.monotonic() < deadline:
            time.sleep(0.05)
        return rows

    def health(self) -> dict:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as unwell:  # 503 tells the same things
            return json.load(unwell)


def command(environ: Mapping[str, str], *words: str, code: int = 0) -> str:
    """`python app.py WORDS` of this installation, in this process (starting another one takes a second): what it printed."""
    printed = io.StringIO()
    with mock.patch.dict(os.environ, environ, clear=True):
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                ended = app.main(list(words))
            except SystemExit as wrong:  # argparse
                ended = wrong.code if isinstance(wrong.code, int) else 1
    assert ended == code, printed.getvalue()
    return printed.getvalue()


def words(call) -> str:
    """Everything that was said since the last action, in one line."""
    return " ".join(heard.text for heard in call.heard if heard.text)


def environment(folder: Path, free_port, **more: str) -> dict[str, str]:
    """The environment of a new installation in ``folder``."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    ports = {"PORT": str(free_port()), "EMULATOR_PORT": str(free_port())}
    # A test that wants speech says so: a model in every installation would take the machine from all of them.
    quiet = {"SPEECH": "no", "CONSOLE": "no"}
    wishes = {"INSTANCE": str(folder / "instance"), "PYTHONUNBUFFERED": "1", **quiet}
    return {**kept, **ports, **wishes, **more}
