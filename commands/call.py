"""`python app.py call 131`: a telephone in the terminal, through the carrier emulator of `make run`."""

from __future__ import annotations

import argparse
import json
import os
import re
import select
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from carrier.phone import Call, Heard, Phone, PhoneError, Unreachable, emulator_url

CALLER = "+6281234567890"
LOOK_SECONDS = 0.2

HELP = """\
  1 2 3 ... * #      press keys, one or several:  1   120385#
  silence            say nothing until what we are asked for runs out
  say WORDS          speak, where the carrier's speech recognition is asked for
  say FILE.wav       speak a recording after the tone of a menu that may be spoken to
  record FILE.wav    speak a recording after the tone, then fall silent; a key may follow:  record FILE.wav #
  wait SECONDS       let time pass
  hang up            end the call
  help               this
In a script also:
  expect WORDS       fail unless these words were heard since the last action"""

Show = Callable[[str, Call], None]
"""Prints what was heard after an action ('' for none)."""

_KEYS = re.compile(r"[0-9*#]+")


class BadAction(Exception):
    """A line that is no action of a telephone."""


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "call",
        help="be a caller: a telephone in the terminal",
        description="Calls a service number through the carrier emulator that `make run` starts, and prints what is "
        "said, with its language and voice. What you type is done on the telephone:\n\n" + HELP,
        epilog="examples:\n"
        "  python app.py call 131\n"
        "  python app.py call 131 --from +6285700000001\n"
        "  python app.py call 131 --fast                  no waiting: timeouts pass at once\n"
        "  python app.py call 131 --script menu.txt       one action on a line, # begins a comment; prints JSON lines\n\n"
        "A script takes no real time. Its exit code is 0, or 1 when a caller would have heard of an error, the\n"
        "carrier raised an alert, or something expected was not heard.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("number", help="the number to call, as a caller dials it: 131")
    parser.add_argument(
        "--from", dest="caller", default=CALLER, metavar="NUMBER", help=f"who calls ({CALLER})"
    )
    parser.add_argument(
        "--script", metavar="FILE", help="actions from a file (- is standard input), unattended"
    )
    parser.add_argument("--fast", action="store_true", help="no real time: speech and timeouts pass at once")
    parser.add_argument("--json", action="store_true", help="print JSON lines, as with --script")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit codes: 0 well, 1 something failed in the call, 2 there was no call (no emulator, no such number)."""
    port = arguments.settings().emulator_port
    phone = Phone(emulator_url(port), arguments.caller, stepped=arguments.fast or bool(arguments.script))
    try:
        lines = _script(arguments.script) if arguments.script else None
        call = phone.dial(arguments.number)
        if lines is None:
            return talk(call, Keyboard(), arguments.json)
        return _unattended(call, lines)
    except Unreachable:
        print(unreachable(port), file=sys.stderr)
    except BrokenPipeError:
        raise  # whoever reads us has seen enough: app.py ends quietly
    except (PhoneError, OSError) as fault:
        print(f"call: {fault}", file=sys.stderr)
    return 2


def unreachable(port: int) -> str:
    return (
        f"No carrier emulator answers on port {port} of this machine (EMULATOR_PORT={port}).\n"
        "The telephone needs a running service: start it in another terminal with `make run`. If that runs with another\n"
        f"EMULATOR_PORT, give the same here: EMULATOR_PORT={port + 1} python app.py call 131"
    )


def act(call: Call, line: str) -> None:
    """Do one typed line on the telephone. Raises BadAction with what can be typed, PhoneError, OSError."""
    word, _, rest = line.partition(" ")
    rest = rest.strip()
    if _KEYS.fullmatch(line):
        call.press(line)
    elif line in ("hang up", "hangup"):
        call.hang_up()
    elif line == "silence":
        call.silence()
    elif word == "say" and rest.lower().endswith(".wav"):
        call.speak(Path(rest))
    elif word == "say" and rest:
        call.say(rest)
    elif word == "record" and rest:
        file, _, key = rest.rpartition(" ")
        known_key = bool(file) and key in ("#", "*", "hangup")
        speak = call.record if call.stepped else call.speak  # who types it early means: after the tone
        speak(Path(file if known_key else rest), ended_by=key if known_key else "")
    elif word == "wait" and re.fullmatch(r"\d+(\.\d+)?", rest):
        call.wait(float(rest))
    else:
        raise BadAction(f"{line!r} is nothing that a telephone does. It does:\n{HELP}")


# -- unattended


def _script(file: str) -> list[str]:
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    # "#" alone is a key; a comment has a space after it or stands after an action and two spaces.
    lines = (re.sub(r"^\s*#\s.*|\s{2,}#\s.*", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def _unattended(call: Call, lines: list[str]) -> int:
    """Run a script, a JSON line for each action: what was done, what was heard after it, how the call stands."""
    failures: list[str] = []
    _print_json(f"call {call.to}", call)
    for line in lines:
        if line.startswith("expect "):
            failures += _missing(call, line.removeprefix("expect ").strip())
            continue
        try:
            act(call, line)
        except (BadAction, PhoneError, OSError) as fault:
            failures.append(f"{line}: {fault}")
            break
        _print_json(line, call)
    if call.state != "ended":
        call.hang_up()
        _print_json("hang up", call)
    failures += troubles(call)
    print(
        json.dumps({"ended": call.status, "by": call.ended_by, "failures": failures}, ensure_ascii=False),
        flush=True,
    )
    return 1 if failures else 0


def _missing(call: Call, words: str) -> list[str]:
    heard = " ".join(item.text for item in call.heard)
    return [] if words.lower() in heard.lower() else [f"expected {words!r}, heard {heard!r}"]


def troubles(call: Call) -> list[str]:
    """What went wrong in a call: the carrier's apology, and its alerts."""
    apologies = [f"the caller heard: {item.text}" for item in call.transcript if item.kind == "carrier"]
    return apologies + [f"{a['error_code']} {a['alert_text']} ({a['request_url']})" for a in call.alerts]


def _print_json(action: str, call: Call) -> None:
    if not action and not call.heard:
        return
    heard = [asdict(item) for item in call.heard]
    shown = {"action": action, "heard": heard, "state": call.state, "status": call.status, "at": call.now}
    print(json.dumps(shown, ensure_ascii=False), flush=True)


# -- by hand


class Keyboard:
    """What is typed, a line at a time, for as long as there is any."""

    def __init__(self) -> None:
        self._typed, self._more = b"", True

    @property
    def ended(self) -> bool:
        """Has everything been read that there will ever be?"""
        return not self._more and b"\n" not in self._typed

    def line(self) -> str | None:
        """The next line; None when none came within a moment."""
        if b"\n" not in self._typed and self._more and select.select([sys.stdin], [], [], LOOK_SECONDS)[0]:
            read = os.read(sys.stdin.fileno(), 4096)
            self._more = bool(read)
            self._typed += read or b"\n"
        if b"\n" not in self._typed:
            if not self._more:
                time.sleep(LOOK_SECONDS)
            return None
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode(errors="replace").strip()


def talk(call: Call, keyboard: Keyboard, as_json: bool = False) -> int:
    """Do what is typed until the call or the input ends; 1 when something went wrong in the call."""
    show: Show = _print_json if as_json else _Screen()
    show(f"call {call.to}", call)
    try:
        for line in _typed(call, keyboard, show):
            if line == "help":
                print(HELP)
            elif line:
                try:
                    act(call, line)
                except (BadAction, PhoneError, OSError) as fault:
                    print(fault, file=sys.stderr)
                    continue
                show(line, call)
            if call.state == "ended":
                break
    except KeyboardInterrupt:
        pass
    if call.state != "ended":
        call.hang_up()
        show("hang up", call)
    failures = troubles(call)
    for failure in failures:
        print(f"! {failure}", file=sys.stderr)
    if not as_json:
        print(f"-- call ended ({call.status}, {call.ended_by})")
    return 1 if failures else 0


def _typed(call: Call, keyboard: Keyboard, show: Show) -> Iterator[str]:
    """Lines as they are typed; between them the line is listened to. Ends with the call or the end of input, but not in
    the middle of a sentence.
    """
    while call.state != "ended" and not (keyboard.ended and call.state != "speaking"):
        line = keyboard.line()
        if line is not None:
            yield line
        elif not call.stepped:
            call.look()
            show("", call)


class _Screen:
    """Prints what was heard, and how the call stands whenever that is another thing than before or something
    was done.
    """

    def __init__(self) -> None:
        self._state = "speaking"

    def __call__(self, action: str, call: Call) -> None:
        for item in call.heard:
            print(_sentence(item), flush=True)
        if call.state not in ("ended", "speaking") and (action or call.state != self._state):
            print(f"   [{call.state}]", flush=True)
        self._state = call.state


def _sentence(item: Heard) -> str:
    """One thing heard, as a person reads it: words with language and voice, everything else by its name."""
    if item.kind in ("say", "carrier"):
        tongue = ", ".join(part for part in (item.language, item.voice) if part)
        return f"> {item.text}   ({tongue})" if item.kind == "say" else f"! {item.text}   (the carrier)"
    return f"~ {item.kind}: {item.text}"
