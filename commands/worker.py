"""`python app.py worker`: does what is owed after the answer. `run` keeps one; more may be started beside
it.
"""

from __future__ import annotations

import argparse

import logs


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

    gateway = arguments.gateway()
    settings = gateway.settings
    logs.set_up("worker", level=settings.log_level, scrubber=logs.for_settings(settings))
    return worker.main(gateway)
