"""The other systems of a test: a web server that answers look-ups with what the test says, in place of those that a flow names.

A flow's sources lead to it: each address is written anew in the files that the gateway of a test publishes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from sessions.services import Folder

STATUS = {"found": 200, "none": 404, "failed": 503}


@dataclass
class Systems:
    """What each source answers from now on: outcome and fields. One that was given nothing fails."""

    port: int
    given: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """As LOOKUP_HOSTS lists it."""
        return f"127.0.0.1:{self.port}"

    def answer(self, path: str) -> tuple[int, bytes]:
        """(HTTP status, body) of a question."""
        outcome, fields = self.given.get(path.split("/")[1], ("failed", {}))
        return STATUS[outcome], json.dumps(dict(fields)).encode() if outcome == "found" else b""

    def asked_by(self, folder: Folder) -> Folder:
        """The service with its sources here; the rest of each address stays, and so do the values that it asks with."""
        content = folder.files["flow.yaml"].decode()
        for source in folder.load().sources.values():
            if source.kind == "http":
                parts = urlsplit(source.url)
                rest = source.url.removeprefix(f"{parts.scheme}://{parts.netloc}")
                content = content.replace(source.url, f"http://{self.host}/{source.name}{rest}")
        return replace(folder, files={**folder.files, "flow.yaml": content.encode()})


@contextmanager
def answering(port: int) -> Iterator[Systems]:
    """The systems, from now until the block is left."""
    systems = Systems(port)

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = systems.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Not on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Asked)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield systems
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
