"""The second factor: one-time codes of a telephone's authenticator (RFC 6238), and recovery codes for who has lost it.

The key is kept sealed under the installation's secret, recovery codes as keyed hashes: a copy of the database is of no use.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta

import pyotp
import segno

from sessions.console import sealing
from sessions.gateway import Gateway
from store import invitations, users
from store.library import Connection
from store.times import text
from store.users import User

STEP_SECONDS = 30
RECOVERY_CODES = 10
_PURPOSE = "second factors"


def key_for(gateway: Gateway, session: str) -> str:
    """The key that a session is shown while a second factor is set up: the same until it is confirmed, and kept nowhere."""
    return base64.b32encode(sealing.derived(gateway, f"second factor of session {session}", 20)).decode()


def square(key: str, login: str) -> str:
    """What a telephone's camera reads: a QR code as the address of an image (data:image/svg+xml,...)."""
    address = pyotp.TOTP(key).provisioning_uri(name=login, issuer_name="Sambung")
    # Its own light ground: on a dark page a camera would read nothing.
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))


def moment(gateway: Gateway) -> datetime:
    """What telephones show: an authenticator knows nothing of a CLOCK that we are told for trying things out."""
    return gateway.clock() - timedelta(seconds=gateway.settings.clock_offset)


def step_of(key: str, code: str, now: datetime, after: int = 0) -> int | None:
    """The 30 seconds whose code this is: the present ones, those before or those after; None when it is none of theirs.

    ``after``: the step whose code was taken last. Each code is taken once (RFC 6238, 5.2).
    """
    clock, code = pyotp.TOTP(key), "".join(code.split())
    present = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in (present - 1, present, present + 1):
        same = hmac.compare_digest(clock.generate_otp(step).encode(), code.encode())
        if same and step > after:
            found = step
    return found


def set_up(gateway: Gateway, db: Connection, user: User, key: str, step: int) -> list[str]:
    """Keeps the key, whose code of ``step`` was shown; gives new recovery codes, to be read now or never."""
    users.change(db, user.id, totp_key=sealing.seal(gateway, _PURPOSE, user.id, key), totp_step=step)
    return new_codes(gateway, db, user)


def new_codes(gateway: Gateway, db: Connection, user: User) -> list[str]:
    """Ten recovery codes in place of those of before."""
    codes = [sealing.password(2, 5) for _ in range(RECOVERY_CODES)]
    invitations.set_codes(db, user.id, [_hash(gateway, user.id, code) for code in codes])
    return codes


def proved(gateway: Gateway, db: Connection, user: User, code: str) -> str:
    """'code' or 'recovery_code' when this proves that the person is there, '' when not. What was taken is used up."""
    plain = "".join(code.split()).lower()
    if plain.isdigit():
        current = users.load(
            db, user.id
        )  # as it stands in this transaction: two browsers may have the same code
        key = sealing.opened(gateway, _PURPOSE, user.id, current.totp_key) if current else ""
        step = step_of(key, plain, moment(gateway), current.totp_step) if current and key else None
        if step is None:
            return ""
        users.change(db, user.id, totp_step=step)
        return "code"
    return (
        "recovery_code"
        if invitations.use_code(db, user.id, _hash(gateway, user.id, plain), text(gateway.clock()))
        else ""
    )


def _hash(gateway: Gateway, user: str, code: str) -> str:
    return gateway.keyed("recovery_code", user, code)
