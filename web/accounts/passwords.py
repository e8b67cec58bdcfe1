"""Passwords: long ones, not the usual ones, kept as argon2id (OWASP Password Storage Cheat Sheet; ASVS 5.0, 6.2 and 11.4.2)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 128

# m = 19 MiB, t = 2, p = 1: the second of OWASP's equal choices, for a machine that answers telephones beside it.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# For logins that nobody has: an answer takes as long as one for a wrong password.
_NOBODYS = _HASHER.hash("nobody has this password, whatever is tried")


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
