"""Where a name leads, before anything is sent there.

Whoever can make a server fetch an address of his choice reaches what only the server can reach (OWASP,
server-side request forgery). So a name is resolved here, every address of it is looked at, and the connection
goes to an address that was looked at: a second resolution could give another.
"""

from __future__ import annotations

import ipaddress
import socket

# Names that no public resolver answers: who lists one knows that it is inside.
_INSIDE = (".internal", ".local", ".lan", ".home.arpa", ".localhost", ".test")


class NoAddress(Exception):
    """The name is not known, or leads to a place inside; the text says which."""


class PlaceInside(NoAddress):
    """An address of this machine or of its own networks."""


def resolved(host: str, port: int) -> list[str]:
    """All addresses of a host, those of IPv4 first. Raises NoAddress."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise NoAddress(f"{host}: the name is not known") from None
    return sorted(found, key=lambda each: (":" in each, each))


def checked(host: str, port: int) -> list[str]:
    """All addresses of a host. Raises NoAddress, and PlaceInside if a single one is not public."""
    found = resolved(host, port)
    for each in found:
        if not public(each):
            raise PlaceInside(f"{host}: leads to an address inside ({each})")
    return found


def named_inside(host: str) -> bool:
    """Is it plain from the name that an address inside is meant: an address, localhost, a name inside?"""
    try:
        ipaddress.ip_address(host)
        return True
    except ValueError:
        return "." not in host or host.endswith(_INSIDE)


def public(address: str) -> bool:
    """May anybody reach it?  Private, loopback, link-local, multicast and reserved addresses are not public."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)  # ::ffff:127.0.0.1 is 127.0.0.1
    return (mapped or found).is_global and not (mapped or found).is_multicast
