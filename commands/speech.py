"""`python app.py speech`: writes down what callers left. `run` keeps one, unless SPEECH=no."""

from __future__ import annotations

import argparse
import os
import signal

import logs


def register(subparsers) -> None:
    parser = subparsers.add_parser(
        "speech",
        description="Writes down recorded messages, offline, in child processes that give way to everything "
        "else. Recordings are claimed under a lease: several of these may run, and one that is killed loses "
        "nothing. Without a model messages wait, and `python app.py doctor` says so. TERM stops it.",
        epilog="example:\n  python app.py speech",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from audio.ears import Ears
    from audio.loading import recipes
    from audio.models import Models
    from jobs.scribe import Scribe
    from jobs.transcribing import Tools
    from sessions.voicemails import Understanding
    from sms import grammar

    gateway = arguments.gateway()
    settings = gateway.settings
    logs.set_up("speech", level=settings.log_level, scrubber=logs.for_settings(settings))
    workers = os.cpu_count() or 1
    models = Models(settings.models, settings.speech_model_dir, settings.vosk_models)
    with Ears(recipes(models, workers), workers) as ears:
        scribe = Scribe(Tools(gateway, ears, Understanding(grammar.topic, grammar.named)), workers)
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, scribe.stop)
        ears.warm(sorted({language for flow in gateway.services.services() for language in flow.languages}))
        scribe.run()
    return 0
