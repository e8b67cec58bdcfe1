"""`python app.py speech`: writes down what callers left. `run` keeps one, unless SPEECH=no."""

from __future__ import annotations

import argparse
import os
import signal
from typing import TYPE_CHECKING

import logs

if TYPE_CHECKING:
    from audio.ears import Ears
    from jobs.choosing import Choices
    from sessions.gateway import Gateway


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "speech",
        description="Writes down recorded messages, offline, in child processes that give way to everything "
        "else. Recordings are claimed under a lease: several of these may run, and one that is killed loses "
        "nothing. Without a model messages wait, and `python app.py doctor` says so. With MENU_SPEECH=offline "
        "it also hears choices that are spoken in menus. TERM stops it.",
        epilog="example:\n  python app.py speech",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from audio.ears import Ears
    from audio.loading import recipes
    from commands.speech_models import models_of
    from jobs.scribe import Scribe
    from jobs.transcribing import Tools
    from sessions.voicemails.voicemails import Understanding
    from sms import grammar

    gateway: Gateway = arguments.gateway()
    settings = gateway.settings
    logs.set_up("speech", level=settings.log_level, scrubber=logs.for_settings(settings))
    workers = os.cpu_count() or 1
    models = models_of(settings)
    # One decode more than messages have: a caller who has spoken at a menu never waits for one.
    with Ears(recipes(models, workers + 1), workers) as ears:
        tools = Tools(gateway, ears, Understanding(grammar.topic, grammar.named))
        scribe = Scribe(tools, workers, _choices(gateway, ears))
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, scribe.stop)
        ears.warm(sorted({language for flow in gateway.services.services() for language in flow.languages}))
        scribe.run()
    return 0


def _choices(gateway: Gateway, ears: Ears) -> Choices | None:
    """Who listens to spoken menu choices; None where nobody is to."""
    from carrier.media import Media
    from jobs.choosing import LIMITS, Choices

    settings = gateway.settings
    if settings.menu_speech != "offline":
        return None
    account = (settings.account_sid, settings.auth_token, settings.carrier_api_url)
    return Choices(gateway, ears, Media(*account, settings.media_hosts, LIMITS))
