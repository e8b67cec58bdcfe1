"""Mail servers that fail as real ones do, line by line."""

from __future__ import annotations

import socketserver


class _Session(socketserver.StreamRequestHandler):
    server: Breaking

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"RCPT" and self.server.how.isdigit():
                self._say(f"{self.server.how} 5.1.1 <secret@address> is not here")
            elif word == b"DATA":
                self._say("354 go on")
                self._message()
                return
            else:
                self._say("250 fine")
                if word == b"QUIT":
                    return

    def _message(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.taken.append(b"".join(lines))  # and the line breaks before the answer

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class Breaking(socketserver.ThreadingTCPServer):
    """``how``: 'hang up' after the message, or the code that a recipient is refused with."""

    daemon_threads = True

    def __init__(self, how: str) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.how, self.taken = how, list[bytes]()

    @property
    def port(self) -> int:
        return int(self.server_address[1])
