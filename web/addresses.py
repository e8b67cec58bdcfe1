"""Addresses: where a visitor comes from, and where a link may lead."""

import ipaddress

from flask import request


def safe_path(path: str) -> str:
    """Where to go on, as far as it is a page of ours; '/' else: a link must not lead people to another site."""
    plain = (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isprintable()
        and "\\" not in path
    )
    return path if plain else "/"


def address(trusted: str) -> str:
    """The address of whoever asks: what our own proxy says it is, when it came through one (FORWARDED_ALLOW_IPS)."""
    peer = request.remote_addr or ""
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    return forwarded[-1] if forwarded and _listed(peer, trusted) else peer


def _listed(peer: str, trusted: str) -> bool:
    if "*" in trusted:
        return True
    try:
        one = ipaddress.ip_address(peer)
        return any(one in ipaddress.ip_network(entry.strip(), strict=False) for entry in trusted.split(","))
    except ValueError:
        return False
