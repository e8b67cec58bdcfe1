"""Short secrets at rest: sealed under a key of our own, each purpose another one. Who has the database alone cannot open them."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sessions.gateway import Gateway

_NONCE_BYTES = 12
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letter that is taken for another


def seal(gateway: Gateway, purpose: str, bound: str, secret: str) -> str:
    """The secret as hex. ``bound`` is whose it is: under another's name it cannot be opened."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return (nonce + _cipher(gateway, purpose).encrypt(nonce, secret.encode(), bound.encode())).hex()


def opened(gateway: Gateway, purpose: str, bound: str, sealed: str) -> str:
    """The secret; '' when there is none, or it was sealed under another key or for somebody else."""
    raw = bytes.fromhex(sealed)
    try:
        cipher = _cipher(gateway, purpose)
        return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound.encode()).decode()
    except (InvalidTag, ValueError):
        return ""


def password(groups: int, letters: int) -> str:
    """Something to be said or typed once, about five bits a letter: password(2, 5) is like 'k7m2p-9qrst'."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(letters)) for _ in range(groups))


def _cipher(gateway: Gateway, purpose: str) -> AESGCM:
    return AESGCM(derived(gateway, purpose, 32))


def derived(gateway: Gateway, purpose: str, length: int) -> bytes:
    """A key for this purpose alone, made of SECRET_KEY."""
    secret = gateway.settings.secret_key.encode()
    return HKDF(hashes.SHA256(), length, None, f"sambung {purpose}".encode()).derive(secret)
