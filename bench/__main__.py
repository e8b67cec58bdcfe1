"""python -m bench [WHAT]: what MEASUREMENTS names; progress on stderr, figures on stdout."""

import argparse
import importlib
import json
import sys

# What can be measured -> its sizes, as options: measure(*sizes) and report(found) of the module of that name.
MEASUREMENTS = {
    "check": ("steps",),
    "engine": ("turns",),
    "router": ("decisions",),
    "webhooks": ("rounds", "seconds"),
    "consoles": ("rounds", "seconds"),
    "redaction": ("sentences", "seed"),
    "speech": ("guarded", "share"),
    "voicemail": ("rounds",),
}


def main(words: list[str]) -> int:
    arguments = _parser().parse_args(words)
    found = {}
    for name in [arguments.what] if arguments.what else list(MEASUREMENTS):
        bench = importlib.import_module(f"bench.{name}")
        found[name] = bench.measure(*(getattr(arguments, size) for size in MEASUREMENTS[name]))
        if not arguments.json:
            print(bench.report(found[name]), end="\n\n", flush=True)
    if arguments.json:
        print(json.dumps(found[arguments.what] if arguments.what else found, indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measures Sambung beside named baselines, and what it finds."
    )
    parser.add_argument("what", nargs="?", choices=tuple(MEASUREMENTS), help="one of them; without it, all")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        help="webhooks, consoles, voicemail: rounds of each side (%(default)s)",
    )
    parser.add_argument(
        "--seconds", type=float, default=6, help="webhooks, consoles: length of a round (%(default)s)"
    )
    parser.add_argument(
        "--steps", type=int, default=200, help="check: of the generated service (%(default)s)"
    )
    parser.add_argument(
        "--turns", type=int, default=2000, help="engine: turns in each of nine batches (%(default)s)"
    )
    parser.add_argument("--sentences", type=int, default=3000, help="redaction: how many (%(default)s)")
    parser.add_argument(
        "--seed", type=int, default=20260310, help="redaction: of the sentences (%(default)s)"
    )
    parser.add_argument(
        "--guarded", action="store_true", help="speech: also the plain engine with voice detection before it"
    )
    parser.add_argument(
        "--share", type=int, default=1, help="speech: every so-manieth clip only (%(default)s)"
    )
    parser.add_argument(
        "--decisions", type=int, default=40, help="router: decisions in each of nine batches (%(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
