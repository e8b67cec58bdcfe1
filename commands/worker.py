"""`python app.py worker`: does what is owed after the answer. `run` keeps one; more may be started beside it."""

from __future__ import annotations

import argparse

import logs
from carrier.client import Carrier
from sms import reply


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "worker",
        description="Sends texts and places calls, fetches recordings, fires timers, empties the spool. Rows "
        "are claimed under a lease: several workers may run, and one that is killed loses nothing. TERM stops "
        "it after what it is doing.",
        epilog="example:\n  python app.py worker",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from jobs import worker
    from sessions import chores
    from sms.routes import incoming

    gateway = arguments.gateway()
    settings = gateway.settings
    logs.set_up("worker", level=settings.log_level, scrubber=logs.for_settings(settings))
    carrier = Carrier(settings.account_sid, settings.auth_token, settings.carrier_api_url)
    worker.run(
        settings,
        gateway.store,
        carrier,
        gateway.clock,
        handlers=chores.timers(gateway, reply.render),
        closed=lambda db, call: chores.call_is_over(gateway, db, call),
        flush=lambda: chores.housekeeping(gateway, incoming),
    )
    return 0
