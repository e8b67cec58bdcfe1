"""Passwords: long ones, not the usual ones, kept as argon2id (OWASP Password Storage Cheat Sheet; ASVS 5.0, 6.2 and 11.4.2)."""

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 128
COMMON = Path(__file__).with_name("common_passwords.txt")

# m = 19 MiB, t = 2, p = 1: the second of OWASP's equal choices, for a machine that answers telephones beside it.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# For logins that nobody has: an answer takes as long as one for a wrong password.
_NOBODYS = _HASHER.hash("nobody has this password, whatever is tried")


@cache
def common() -> frozenset[str]:
    """The passwords that are refused because many people use them."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def fault(password: str, *about: str) -> str:
    """What is wrong with a new password: the word for it (web/words/accounts.yaml), '' when nothing is.

    ``about``: login and name, which are what somebody would try first. Any characters and any mixture are fine.
    """
    plain = password.casefold()
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    repeats = (plain + plain).find(plain, 1) < len(plain)
    if plain in common() or repeats or len(set(plain)) < 4:
        return "password_common"
    known = [word.casefold() for text in about for word in (text, *text.split()) if len(word) >= 4]
    if any(word in plain and len(plain.replace(word, "")) < 8 for word in (*known, "sambung")):
        return "password_near"
    return ""


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(password)


def right(kept: str, password: str) -> bool:
    """Is this the password? ``kept`` may be '': then the answer is no, after the same time."""
    try:
        return _HASHER.verify(kept or _NOBODYS, password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Was it hashed with other costs than today's? Whoever signs in with it gets it hashed anew."""
    return _HASHER.check_needs_rehash(kept)
