"""python -m bench [webhooks | engine]: progress on stderr, figures on stdout."""

import argparse
import json
import sys


def main(words: list[str]) -> int:
    arguments = _parser().parse_args(words)
    found = {}
    for name in [arguments.what] if arguments.what else ["engine", "webhooks"]:
        if name == "engine":
            from bench import engine

            found[name], told = _run(engine, arguments.turns)
        else:
            from bench import webhooks

            found[name], told = _run(webhooks, arguments.rounds, arguments.seconds)
        if not arguments.json:
            print(told, end="\n\n", flush=True)
    if arguments.json:
        print(json.dumps(found[arguments.what] if arguments.what else found, indent=1))
    return 0


def _run(bench, *sizes) -> tuple[dict, str]:
    found = bench.measure(*sizes)
    return found, bench.report(found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measures Sambung beside named baselines."
    )
    parser.add_argument(
        "what", nargs="?", choices=("webhooks", "engine"), help="one of them; without it, all"
    )
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--rounds", type=int, default=5, help="webhooks: rounds of each side (%(default)s)")
    parser.add_argument("--seconds", type=float, default=6, help="webhooks: length of a round (%(default)s)")
    parser.add_argument(
        "--turns", type=int, default=2000, help="engine: turns in each of nine batches (%(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
