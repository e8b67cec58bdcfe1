"""A server that does nothing but answer: python -m bench.trivial PORT. What the load generator reaches here is its own limit."""

import select
import socket
import sys

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 900\r\n\r\n" + b"<Gather/>".ljust(900)


def serve(port: int) -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    lines: dict[int, socket.socket] = {}
    while True:
        for number, _ in poll.poll():
            if number == listener.fileno():
                line, _ = listener.accept()
                lines[line.fileno()] = line
                poll.register(line, select.EPOLLIN)
            # A request of ours is smaller than one packet of the loopback: it comes whole.
            elif lines[number].recv(65536):
                lines[number].sendall(ANSWER)
            else:
                poll.unregister(number)
                lines.pop(number).close()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
