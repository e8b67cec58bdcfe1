"""`python app.py worker`: does what is owed after the answer. `run` keeps one; more may be started beside it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

import logs
from carrier.client import Carrier
from carrier.media import Media
from sms import reply
from store.vault import VaultFault

if TYPE_CHECKING:
    from jobs.post import Post
    from jobs.worker import Worker
    from sessions.gateway import Gateway
    from settings import Settings


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
    try:
        worker.run(worker_of(gateway))
    except VaultFault as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


def worker_of(gateway: Gateway) -> Worker:
    """The worker of this installation, not running yet. Raises VaultFault when recordings could not be sealed."""
    from jobs import worker
    from jobs.mails import Mailing
    from jobs.untold import Ours
    from sessions import chores
    from sessions.calls import calls
    from sms.routes import incoming, untold

    settings: Any = gateway.settings
    return worker.worker_of(
        settings,
        gateway.store,
        Carrier(settings.account_sid, settings.auth_token, settings.carrier_api_url),
        gateway.clock,
        handlers=chores.timers(gateway, reply.render),
        closed=lambda db, call: chores.call_is_over(gateway, db, call),
        flush=lambda: chores.housekeeping(gateway, incoming),
        told=lambda report: calls.recording(gateway, report),
        ours=Ours(
            text_numbers=gateway.services.text_numbers,
            text=lambda form: untold(gateway, form),
            message=lambda form: calls.untold_message(gateway, form),
        ),
        vault=gateway.vault,
        fetched=lambda db, recording: chores.recording_is_here(gateway, db, recording),
        mailing=Mailing(gateway, post_of(settings)),
        media=Media(
            settings.account_sid, settings.auth_token, settings.carrier_api_url, settings.media_hosts
        ),
    )


def post_of(settings: Settings) -> Post | None:
    """The mail server of these settings, without an account and unless one is given the emulator's mailbox; None for none."""
    from jobs.post import PLAIN, Post

    if settings.smtp_host:
        return Post(
            settings.smtp_host, lambda: settings.smtp_port, settings.smtp_security, settings.mail_from,
            settings.smtp_user, settings.smtp_password,
        )  # fmt: skip
    if not settings.emulated:
        return None
    return Post("127.0.0.1", lambda: int(settings.mailbox.read_text()), PLAIN, settings.mail_from)
