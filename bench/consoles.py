"""Webhooks while people look on: python -m bench consoles [--rounds 5] [--seconds 6]. The goal is a p99 of at most 1.5 times.

Fifty calls go on at the pace of people: start, a digit a second later, the next call a second after that. In every other round
fifty consoles are open and refresh their wallboard, inbox and desk. Both are production's: gunicorn, one database on disk.
"""

import http.client
import json
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import pool
from bench.servers import ROOT, free_port, running
from bench.table import table
from bench.webhooks import Unfit, folder_on_disk, publish_flows

CALLS, CONSOLES = 50, 50
PAUSE_SECONDS = 1.0
PIECES = (("/wallboard/part", 2), ("/work/list", 5), ("/work/desk?then=/work", 3))
GOAL = 1.5
ROSTER = (
    b"id,name,tier,skills,languages,phone,unit\nani,Ani Lestari,1,uang_rupiah:2;umum:1,id;en,+628115550117,\n"
)


def measure(rounds: int, seconds: float) -> dict:
    """Times of webhooks without and with open consoles, in milliseconds, round by round."""
    with folder_on_disk() as folder, ExitStack() as stack:
        port, console = free_port(), free_port()
        environ = {
            "PORT": str(port), "EMULATOR_PORT": str(free_port()), "INSTANCE": str(folder / "instance"),
            "CONSOLE_PORT": str(console), "TWILIO_ACCOUNT_SID": pool.ACCOUNT, "TWILIO_AUTH_TOKEN": pool.TOKEN,
            "SECRET_KEY": pool.SECRET_KEY, "LOG_LEVEL": "WARNING", "WORKERS": "2",
        }  # fmt: skip
        publish_flows(environ)
        opened = folder / "consoles.json"
        opened.write_text(json.dumps(_people(environ, console)))
        stack.enter_context(
            running(["gunicorn", "-c", "gunicorn.conf.py"], environ, port, folder / "ours.log")
        )
        seen = stack.enter_context(
            running(["gunicorn", "-c", "gunicorn.console.py"], environ, console, folder / "console.log")
        )
        door, first = pool.ours(port), 0
        _round(door, first, 2.0)  # everything is warm
        found: dict = {"without": [], "with": [], "answers": {}, "pages_p99": []}
        for number in range(rounds):
            for side in ("without", "with"):
                first += 100_000
                with ExitStack() as looking:
                    people = looking.enter_context(_Open(opened)) if side == "with" else None
                    before = seen.cpu()
                    took = _round(door, first, seconds)
                    spent = seen.cpu() - before
                found[side].append(
                    {
                        "p50": took[len(took) // 2],
                        "p99": took[int(len(took) * 0.99)],
                        "requests": len(took),
                        "console_cpu": spent,
                    }
                )
                if people is not None:
                    _count(found, people.result)
                print(
                    f"round {number + 1}/{rounds} {side}: p99 {found[side][-1]['p99']:.1f} ms",
                    file=sys.stderr,
                    flush=True,
                )
        ratios = [
            with_["p99"] / without["p99"]
            for with_, without in zip(found["with"], found["without"], strict=True)
        ]
        return {**found, "ratio": statistics.median(ratios), "ratios": ratios, "seconds": seconds}


def _people(environ: dict[str, str], port: int) -> dict:
    """An agent with fifty open consoles."""
    import store
    from sessions.agents import staff
    from sessions.gateway import Gateway
    from sessions.services import Catalogue
    from settings import load
    from sms.segments import fit
    from store import audit, users
    from store.spool import Spool
    from store.times import text
    from web.accounts import visits
    from web.guard import Cookies

    settings = load(environ, ROOT)
    opened = store.connect(settings.database, create=False, audit_key=audit.key_of(settings.secret_key))
    gateway = Gateway(
        settings, opened, Catalogue(opened), Spool(settings.spool), fit, lambda: datetime.now(UTC)
    )
    staff.import_roster(gateway, ROSTER, "bench")
    now = text(gateway.clock())
    with gateway.store.write() as db:
        user = users.User(
            "U1", "ani", "Ani Lestari", "agent", "id", "ani", users.ACTIVE, "", "", 0, now, None
        )
        users.add(db, user)
        tokens = [
            visits.begin(gateway, db, user, visits.FULL, "127.0.0.1", "bench").token for _ in range(CONSOLES)
        ]
    gateway.close()
    cookie = Cookies(f"http://127.0.0.1:{port}", port).session
    return {"port": port, "cookie": cookie, "tokens": tokens, "pieces": PIECES}


class _Open:
    """Fifty open consoles, as long as the block lasts; ``result`` afterwards."""

    def __init__(self, file: Path) -> None:
        self._file, self.result = file, {}

    def __enter__(self) -> "_Open":
        # Behind everything else: browsers do not run on the machine that they look at.
        words = ["nice", "-n", "15", sys.executable, "-m", "bench.open_consoles", str(self._file)]
        self._process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        time.sleep(max(every for _, every in PIECES))  # until each has asked for each piece
        return self

    def __exit__(self, *fault: object) -> None:
        written, _ = self._process.communicate(b"")
        self.result = json.loads(written)


def _count(found: dict, result: dict) -> None:
    found["pages_p99"].append(result["p99"] * 1e3)
    for status, count in result["answers"].items():
        found["answers"][status] = found["answers"].get(status, 0) + count
        if status not in ("200", "304", "lost"):
            raise Unfit(
                f"a console was answered with {status}, {count} times: the pages were not what they say"
            )


def _round(door: pool.Door, first: int, seconds: float) -> list[float]:
    """Fifty calls for so long: the sorted times of all webhooks, in milliseconds. Raises Unfit for a wrong answer."""
    took: list[float] = []
    wrong: list[bytes] = []
    calls = pool.calls(door, first, CALLS * (int(seconds / PAUSE_SECONDS) + 2))
    until = time.monotonic() + seconds
    share = len(calls) // CALLS
    threads = [
        threading.Thread(
            target=_caller, args=(door, calls[n * share : (n + 1) * share], until, n / CALLS, took, wrong)
        )
        for n in range(CALLS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise Unfit(f"{len(wrong)} wrong answers; the first:\n{wrong[0][:2000].decode(errors='replace')}")
    return sorted(took)


def _caller(
    door: pool.Door,
    calls: list[tuple[str, str]],
    until: float,
    later: float,
    took: list[float],
    wrong: list[bytes],
) -> None:
    """One telephone after the other on one connection, at the pace of people."""
    wire = http.client.HTTPConnection("127.0.0.1", door.port, timeout=15)
    wire.connect()
    time.sleep(later * PAUSE_SECONDS)
    for call in calls:
        for request, expected in zip(call, door.answers, strict=True):
            if time.monotonic() > until:
                wire.close()
                return
            begun = time.perf_counter()
            wire.sock.sendall(request.encode())
            answer = http.client.HTTPResponse(wire.sock)
            answer.begin()
            body = answer.read()
            took.append((time.perf_counter() - begun) * 1e3)
            if answer.status != 200 or expected.encode() not in body:
                wrong.append(body)
            time.sleep(PAUSE_SECONDS)
    wire.close()


def report(found: dict) -> str:
    """The figures for people."""
    rows = [("", "p50 ms", "p99 ms", "webhooks", "console CPU s")]
    for side in ("without", "with"):
        of = found[side]
        p99 = [each["p99"] for each in of]
        rows.append(
            (
                f"{side} consoles",
                f"{statistics.median(each['p50'] for each in of):.1f}",
                f"{statistics.median(p99):.1f} ({min(p99):.1f} to {max(p99):.1f})",
                str(sum(each["requests"] for each in of)),
                f"{statistics.median(each['console_cpu'] for each in of):.2f}",
            )
        )
    asked = ", ".join(f"{count} answered {status}" for status, count in sorted(found["answers"].items()))
    return "\n".join(
        [
            f"Webhooks of {CALLS} calls, without and with {CONSOLES} open consoles: medians of the rounds",
            "",
            table(rows),
            "",
            f"p99 with / without  {found['ratio']:.2f} (goal: at most {GOAL})",
            f"pieces of pages     {asked}; p99 {statistics.median(found['pages_p99']):.0f} ms",
        ]
    )
