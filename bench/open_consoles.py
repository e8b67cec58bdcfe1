"""Consoles that people have open, a process for itself: python -m bench.open_consoles FILE, result as JSON when its input ends.

FILE: {port, cookie, tokens: [...], pieces: [[path, every so many seconds], ...]}. Each token is a console: a thread
that asks for every piece at its time with the ETag that it has, as web/static/refresh.js does.
"""

import http.client
import json
import random
import sys
import threading
import time
from collections import Counter
from pathlib import Path

PATIENCE_SECONDS = 30


class Console:
    """One open page."""

    def __init__(self, asked: dict, token: str) -> None:
        self._wire = http.client.HTTPConnection("127.0.0.1", asked["port"], timeout=PATIENCE_SECONDS)
        self._headers = {"Cookie": f"{asked['cookie']}={token}", "X-Refresh": "idle"}
        self._pieces = asked["pieces"]
        self._tags: dict[str, str] = {}
        self.answers: Counter[int | str] = Counter()
        self.took: list[float] = []

    def keep_fresh(self, over: threading.Event) -> None:
        """Until it is over. A first wait of chance: people do not open pages all at once."""
        due = [(time.monotonic() + random.random() * every, path, every) for path, every in self._pieces]
        while not over.is_set():
            at, path, every = min(due)
            if over.wait(max(0.0, at - time.monotonic())):
                return
            self._ask(path)
            due[due.index((at, path, every))] = (time.monotonic() + every, path, every)

    def _ask(self, path: str) -> None:
        begun = time.perf_counter()
        tag = {"If-None-Match": self._tags[path]} if path in self._tags else {}
        try:
            self._wire.request("GET", path, headers={**self._headers, **tag})
            answer = self._wire.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._wire.close()  # it connects anew
            self.answers["lost"] += 1
            return
        self._tags[path] = answer.headers.get("ETag", "")
        self.answers[answer.status] += 1
        self.took.append(time.perf_counter() - begun)


def main(file: str) -> None:
    asked = json.loads(Path(file).read_text())
    over, consoles = threading.Event(), [Console(asked, token) for token in asked["tokens"]]
    threads = [threading.Thread(target=one.keep_fresh, args=(over,), daemon=True) for one in consoles]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    took = sorted(one for console in consoles for one in console.took)
    answers: Counter[int | str] = sum((console.answers for console in consoles), Counter())
    found = {"answers": answers, "p99": took[int(len(took) * 0.99)] if took else 0.0}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
