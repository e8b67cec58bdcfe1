"""`python app.py phone +628115550117`: be an agent, or whoever is called: a telephone in the terminal that rings."""

from __future__ import annotations

import argparse
import sys

from carrier.phone import Call, Phone, PhoneError, Unreachable, emulator_url
from commands.call import HELP, Keyboard, talk, unreachable

RINGING = "answer, or decline"


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "phone",
        help="be an agent: a telephone in the terminal that rings",
        description="Is the telephone of this number at the carrier emulator that `make run` starts: an agent's, or the one of "
        "who is called back. When it rings, type answer or decline; then, as in a call:\n\n" + HELP,
        epilog="examples:\n"
        "  python app.py phone +628115550117            the number that the roster has for an agent\n"
        "  python app.py phone +6281234567890           the caller of `python app.py call`, for a callback\n\n"
        "Ctrl-C puts it away: calls to it ring on, and are missed.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("number", help="its number, as the roster or the caller has it: +628115550117")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit codes: 0 put away, 2 there is no emulator."""
    port = arguments.settings().emulator_port
    phone, keyboard = Phone(emulator_url(port), arguments.number, stepped=False), Keyboard()
    try:
        phone.incoming()
        print(f"The telephone {arguments.number} is at hand. Ctrl-C puts it away.", flush=True)
        while not keyboard.ended:
            _one_call(phone, keyboard)
    except Unreachable:
        print(unreachable(port), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def _one_call(phone: Phone, keyboard: Keyboard) -> None:
    """Wait for a call and do with it what is typed."""
    call = phone.incoming()
    while call is None and not keyboard.ended:
        line = keyboard.line()
        call = phone.incoming()
        if line and call is None:
            print("Nobody calls. It rings here when somebody does.", flush=True)
        elif line and call is not None:
            _answer(call, keyboard, line)
            return
    if call is not None:
        _answer(call, keyboard, "")


def _answer(call: Call, keyboard: Keyboard, line: str | None) -> None:
    if call.state == "ringing":
        print(f"* rings: {call.from_} calls. Type: {RINGING}", flush=True)
    while call.state == "ringing":
        try:
            if line == "answer":
                call.pick_up()  # what is heard from now on is shown by talk()
            elif line == "decline":
                call.decline("busy")
            elif keyboard.ended:
                return
            else:
                if line:
                    print(f"{line!r} does nothing while it rings. Type: {RINGING}", flush=True)
                line = keyboard.line()
                call.look()
        except PhoneError as fault:  # it has stopped in this very moment
            print(f"phone: {fault}", file=sys.stderr)
            call.look()
    if call.state == "ended":
        print(f"-- it rings no more ({call.status})", flush=True)
    else:
        talk(call, keyboard)
