"""What only we and the carrier may know: the account, its token, SECRET_KEY and VAULT_KEY; given, or development's own.

In development without an account `python app.py run` makes account, token and secret key once, in INSTANCE/development.json,
and the vault's key beside INSTANCE, where every command finds them.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from environment import NotPrivate, Reader, private_text

DEVELOPMENT_FILE = "development.json"
# Twilio's accounts are AC and 32 hexadecimal digits, those of compatible carriers are UUIDs.
ACCOUNT = re.compile(r"AC[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VAULT_KEY = re.compile(r"[0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?")
VAULT_KEY_FORM = "32 bytes as base64 or as 64 hexadecimal digits (openssl rand -hex 32)"


@dataclass(frozen=True)
class Account:
    """An account at the carrier with our own key. ``emulated``: no carrier knows it. repr() hides what is secret."""

    sid: str = ""
    token: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    emulated: bool = False


def account(read: Reader, production: bool, instance: Path, make: bool) -> Account:
    """The account given, or development's own. One that is given by half is a fault anywhere."""
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
    sid = read.one("TWILIO_ACCOUNT_SID", ACCOUNT, "AC and 32 hexadecimal digits")
    token = read.secret("TWILIO_AUTH_TOKEN", at_least=16)
    key = read.secret("SECRET_KEY", at_least=32)
    given = any(read.is_set(name) for name in names)
    needed = (names if given or production else ()) + (("SECRET_KEY",) if production else ())
    for name in needed:
        if not read.is_set(name):
            read.missing(name)
    if production:
        return Account(sid, token, key)
    if make and not read.faults():
        try:
            make_development_credentials(instance)
        except OSError as problem:
            what = f"is {instance}, which cannot be written ({problem.strerror})"
            read.fault("INSTANCE", what, "a folder that this user may write in")
    made = _development(read, instance)
    if given:
        return Account(sid, token, key or made.secret_key)
    return Account(made.sid, made.token, key or made.secret_key, emulated=True)


def make_development_credentials(instance: Path) -> None:
    """Writes INSTANCE/development.json, mode 0600, unless it exists: credentials that no carrier knows."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = {
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "SECRET_KEY": secrets.token_hex(32),
    }
    _make_once(instance / DEVELOPMENT_FILE, json.dumps(made, indent=2))


def _make_once(path: Path, text: str) -> None:
    """Writes a file of mode 0600 unless there is one. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    try:
        # link, not rename: of two starts at once the first decides, and the second reads what it wrote.
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def development_key_file(instance: Path) -> Path:
    """Where development keeps its vault key: beside the instance, so that a copy of that opens nothing."""
    return instance.with_name(f"{instance.name}.key")


def vault_key(read: Reader, production: bool, instance: Path, make: bool) -> str:
    """The key given, or development's own, which is made once."""
    key = read.secret("VAULT_KEY", at_least=43)
    if key and not VAULT_KEY.fullmatch(key):
        read.fault("VAULT_KEY", f"has {len(key)} characters or odd ones", VAULT_KEY_FORM)
    if read.is_set("VAULT_KEY"):
        given = read.secret_file("VAULT_KEY")
        if given and Path(given).resolve().is_relative_to(instance.resolve()):
            read.fault(
                "VAULT_KEY", f"stands in {given}, inside INSTANCE", "a file elsewhere than what it opens"
            )
        return key
    if production:
        read.missing("VAULT_KEY")
        return ""
    path = development_key_file(instance)
    try:
        if make and not path.exists():
            _make_once(path, secrets.token_hex(32))
        key = private_text(path) if path.exists() else ""
    except NotPrivate as problem:
        read.fault("VAULT_KEY", f"stands in {path}, which {problem}", f"ours alone: chmod 600 {path}")
    except (OSError, UnicodeDecodeError) as problem:
        read.fault(
            "VAULT_KEY", f"cannot be made or read at {path} ({problem})", "set, or named by VAULT_KEY_FILE"
        )
    if key and not VAULT_KEY.fullmatch(key):
        read.fault("VAULT_KEY", f"stands damaged in {path}", VAULT_KEY_FORM)
    return key


def _development(read: Reader, instance: Path) -> Account:
    """What development.json holds, nothing when there is none. One that is damaged or open is a fault."""
    path = instance / DEVELOPMENT_FILE
    if not path.exists():
        return Account()
    try:
        made = json.loads(private_text(path))
        return Account(made["TWILIO_ACCOUNT_SID"], made["TWILIO_AUTH_TOKEN"], made["SECRET_KEY"])
    except NotPrivate as problem:
        read.fault("INSTANCE", f"holds a {DEVELOPMENT_FILE} which {problem}", f"ours alone: chmod 600 {path}")
    except (OSError, ValueError, KeyError, TypeError):
        read.fault(
            "INSTANCE", f"holds a damaged {DEVELOPMENT_FILE}", f"without it: remove {path}, start again"
        )
    return Account()
