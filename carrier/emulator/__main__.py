"""``python -m carrier.emulator``: the stand-in for Twilio as a process of its own."""

import argparse
import json
import logging
import signal
import sys
import threading
from pathlib import Path

from carrier.emulator import numbers
from carrier.emulator.exchange import Exchange
from carrier.emulator.server import Server


def main(argv: list[str] | None = None) -> int:
    """Serve until interrupted. Exit codes: 0 stopped, 2 something given is wrong (said on stderr)."""
    args = _arguments(argv)
    logging.basicConfig(level=args.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        token = Path(args.auth_token_file).read_text().strip()
        exchange = Exchange(
            args.account_sid, token, Path(args.state), args.public_url or f"http://{args.host}:{args.port}"
        )
        if args.numbers:
            for entry in json.loads(Path(args.numbers).read_text()):
                exchange.numbers.put(numbers.from_json(entry), keep=False)
        exchange.mailbox.start(Path(args.state))
        server = Server((args.host, args.port), exchange)
    except (OSError, ValueError, TypeError) as fault:
        print(f"carrier emulator cannot start: {fault}", file=sys.stderr)
        return 2
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    server.server_close()
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m carrier.emulator", description="A stand-in for Twilio on this machine."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument(
        "--public-url", default="", help="where others reach this process (recordings' URLs begin with it)"
    )
    parser.add_argument("--account-sid", required=True)
    parser.add_argument("--auth-token-file", required=True, metavar="FILE")
    parser.add_argument("--state", required=True, metavar="DIR", help="numbers and recordings are kept here")
    parser.add_argument(
        "--numbers", metavar="FILE.json", help="service numbers to know from the start: a list of objects"
    )
    parser.add_argument("--log-level", default="warning")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
