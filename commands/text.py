"""`python app.py text 131`: a mobile phone in the terminal, through the carrier emulator of `make run`."""

from __future__ import annotations

import argparse
import json
import os
import select
import sys
from pathlib import Path

from carrier.phone import Phone, PhoneError, Text, Unreachable, World, emulator_url
from commands.call import CALLER, unreachable

LOOK_SECONDS = 0.2
FURTHER_SECONDS = 0.3


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "text",
        help="write text messages: a mobile phone in the terminal",
        description="Every line you type is a text message to the service number; what comes back is printed. It goes "
        "through the carrier emulator that `make run` starts.",
        epilog="examples:\n"
        "  python app.py text 131\n"
        "  python app.py text 131 --from +6285700000001\n"
        "  python app.py text 131 --script texts.txt      a text on each line; prints JSON lines\n"
        "  echo INFO | python app.py text 131 --script -\n\n"
        "With --script the exit code is 0, or 1 when the carrier raised an alert.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("number", help="the number to text: 131")
    parser.add_argument(
        "--from", dest="writer", default=CALLER, metavar="NUMBER", help=f"who writes ({CALLER})"
    )
    parser.add_argument(
        "--script", metavar="FILE", help="texts from a file (- is standard input), unattended"
    )
    parser.add_argument(
        "--wait", type=float, default=5.0, metavar="SECONDS", help="how long a script waits for an answer (5)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit codes: 0 well, 1 the carrier raised an alert, 2 nothing could be sent (no emulator, no such
    number).
    """
    port = arguments.settings().emulator_port
    url = emulator_url(port)
    phone = Phone(url, arguments.writer)
    try:
        phone.texts()  # what came before is not an answer to what we write now
        if arguments.script:
            return _unattended(phone, World(url), arguments)
        return _by_hand(phone, arguments.number)
    except Unreachable:
        print(unreachable(port).replace("call 131", "text 131"), file=sys.stderr)
    except BrokenPipeError:
        raise  # whoever reads us has seen enough: app.py ends quietly
    except (PhoneError, OSError) as fault:
        print(f"text: {fault}", file=sys.stderr)
    return 2


def _unattended(phone: Phone, world: World, arguments: argparse.Namespace) -> int:
    """Send each line, wait for what comes back, print both as a JSON line."""
    script = (
        sys.stdin.read() if arguments.script == "-" else Path(arguments.script).read_text(encoding="utf-8")
    )
    sent = set()
    for line in script.splitlines():
        if not line.strip() or line.startswith("# "):
            continue
        text = phone.text(arguments.number, line)
        sent.add(text.sid)
        shown = {
            "sent": line,
            "sid": text.sid,
            "replies": [_shown(reply) for reply in _replies(phone, arguments.wait)],
        }
        print(json.dumps(shown, ensure_ascii=False), flush=True)
    alerts = [f"{a['error_code']} {a['alert_text']}" for a in world.alerts() if a["resource_sid"] in sent]
    print(json.dumps({"sent": len(sent), "failures": alerts}, ensure_ascii=False), flush=True)
    return 1 if alerts else 0


def _replies(phone: Phone, seconds: float) -> list[Text]:
    """What comes within ``seconds``, and what follows it closely: an answer may be several texts."""
    replies = phone.texts(wait=seconds)
    while replies and (more := phone.texts(wait=FURTHER_SECONDS)):
        replies += more
    return replies


def _shown(text: Text) -> dict[str, object]:
    return {"from": text.from_, "body": text.body, "segments": text.segments}


def _by_hand(phone: Phone, number: str) -> int:
    print(f"Texting {number} as {phone.number}. Type a text and Enter; Ctrl-D ends.", flush=True)
    waiting = b""
    try:
        while True:
            while b"\n" in waiting:
                line, _, waiting = waiting.partition(b"\n")
                if line.strip():
                    phone.text(number, line.decode(errors="replace").rstrip("\r"))
            for text in phone.texts():
                print(f"< {text.body}   (from {text.from_}, {text.segments} SMS)", flush=True)
            if select.select([sys.stdin], [], [], LOOK_SECONDS)[0]:
                read = os.read(sys.stdin.fileno(), 4096)
                if not read:
                    break
                waiting += read
    except KeyboardInterrupt:
        return 0
    for text in _replies(phone, 2.0):
        print(f"< {text.body}   (from {text.from_}, {text.segments} SMS)", flush=True)
    return 0
