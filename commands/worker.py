"""`python app.py worker`: does what is owed after the answer. `run` keeps one; more may be started beside it."""

from __future__ import annotations

import argparse
import sys

import logs
from carrier.client import Carrier
from carrier.media import Media
from sms import reply
from store.vault import VaultFault


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
    from sessions import calls, chores
    from sms.routes import incoming

    gateway = arguments.gateway()
    settings = gateway.settings
    logs.set_up("worker", level=settings.log_level, scrubber=logs.for_settings(settings))
    try:
        vault = gateway.vault
    except VaultFault as fault:
        print(fault, file=sys.stderr)
        return 2
    carrier = Carrier(settings.account_sid, settings.auth_token, settings.carrier_api_url)
    worker.run(
        settings,
        gateway.store,
        carrier,
        gateway.clock,
        handlers=chores.timers(gateway, reply.render),
        closed=lambda db, call: chores.call_is_over(gateway, db, call),
        flush=lambda: chores.housekeeping(gateway, incoming),
        told=lambda report: calls.recording(gateway, report),
        vault=vault,
        fetched=lambda db, recording: chores.recording_is_here(gateway, db, recording),
        media=Media(
            settings.account_sid, settings.auth_token, settings.carrier_api_url, settings.media_hosts
        ),
    )
    return 0
