"""The files of a service as somebody edits them on a page: read, and written only over what that person has seen.

Its tables (data/NAME.csv) and the pieces that it shares with others (common/NAME.yaml) are among them. A file is its bytes:
comments, order and blanks are the author's, nothing is ever written anew from what was understood.
"""

import hashlib
import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from engine.load.yaml_nodes import MAX_BYTES
from sessions.gateway import Gateway
from sessions.publishing import publishing
from sessions.services import COMMON
from store import audit
from store.times import text as stamp

# What may be edited beside flow.yaml; new ones of these may be begun.
NAMES = ("flow.yaml", "texts.yaml", "promises.yaml", "desk.yaml")
_TEST = re.compile(r"tests/[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.yaml\Z", re.ASCII)
TABLE = re.compile(r"data/[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.csv\Z", re.ASCII)
PIECE = re.compile(rf"{COMMON}[A-Za-z0-9][A-Za-z0-9_-]{{0,59}}\.yaml\Z", re.ASCII)
_SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\Z", re.ASCII)
_SMALLER = {False: "Split the service", True: "Edit so long a table in the folder"}
NOBODY_YET = ""  # the digest of a file that is not there


class Changed(Exception):
    """Somebody saved the file since. ``now`` is what stands there; nothing was written."""

    def __init__(self, now: "File") -> None:
        self.now = now
        super().__init__(f"{now.name} has been changed since")


class NotWritten(Exception):
    """The disk or the owner of the folder refused. The text says what and the way out."""


@dataclass(frozen=True)
class File:
    """One file: ``text`` as typed, with the line ends of the file; ``digest`` names exactly these bytes."""

    name: str
    text: str
    digest: str


_writing = (
    threading.Lock()
)  # one console a machine; a command or a person with an editor is seen by the digest


def names(flows: Path, service: str) -> list[str]:
    """The files of a service that can be edited, flow.yaml first. [] when there is no such service."""
    folder = _folder(flows, service)
    if folder is None:
        return []
    tests = sorted(f"tests/{path.name}" for path in (folder / "tests").glob("*.yaml"))
    tables = sorted(f"data/{path.name}" for path in (folder / "data").glob("*.csv"))
    own = (name for name in NAMES if (folder / name).is_file())
    return [*own, *filter(TABLE.match, tables), *filter(_TEST.match, tests)]


def pieces(flows: Path) -> list[str]:
    """The pieces that every service may run."""
    found = (f"{COMMON}{path.name}" for path in (flows / COMMON).glob("*.yaml"))
    return sorted(filter(PIECE.match, found))


def path_of(flows: Path, service: str, name: str) -> Path | None:
    """Where a file stands, whether or not it is there; None when it is none of a service's."""
    folder = _folder(flows, service)
    if folder is None:
        return None
    if PIECE.match(name):
        return flows / name
    return folder / name if name in NAMES or _TEST.match(name) or TABLE.match(name) else None


def read(flows: Path, service: str, name: str) -> File | None:
    """A file as it stands; empty when it could be begun; None when it is none of a service's. Raises UnicodeDecodeError."""
    path = path_of(flows, service, name)
    if path is None:
        return None
    content = path.read_bytes() if path.is_file() else None
    return File(name, (content or b"").decode(), NOBODY_YET if content is None else _digest(content))


def save(gateway: Gateway, flows: Path, service: str, name: str, typed: str, seen: str, who: str) -> File:
    """Writes what was typed over what was seen, whole or not at all, with a line in the audit.

    ``typed`` may have a form's line ends; the file keeps its own. Raises Changed, NotWritten, LookupError.
    """
    with _writing:
        there, path = read(flows, service, name), path_of(flows, service, name)
        if there is None or path is None:
            raise LookupError(f"{service}/{name} is no file of a service")
        content = _with_its_ends(typed, there.text).encode()
        if there.digest == _digest(content):
            return there  # what should stand there does
        if there.digest != seen:
            raise Changed(there)
        if len(content) > MAX_BYTES:
            raise NotWritten(
                f"{name} is longer than {MAX_BYTES // 1024} kB. {_SMALLER[bool(TABLE.match(name))]}"
            )
        _replace(path, content)
    now = stamp(gateway.clock())
    with gateway.store.write() as db:
        detail = f'{{"file": "{name}", "content": "{_digest(content)[:16]}"}}'
        subject = publishing.FLOW + (publishing.PIECES if PIECE.match(name) else service)
        audit.write(db, at=now, who=who, action="flow_file_saved", subject=subject, detail=detail)
    return File(name, content.decode(), _digest(content))


def _folder(flows: Path, service: str) -> Path | None:
    folder = flows / service
    return folder if _SERVICE.match(service) and (folder / "flow.yaml").is_file() else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _with_its_ends(typed: str, before: str) -> str:
    """Forms send every line end as CR LF."""
    plain = typed.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in before else plain


def _replace(path: Path, content: bytes) -> None:
    """Raises NotWritten; then the old file stands there as it was."""
    beside = path.with_name(f".{path.name}.saving")
    try:
        path.parent.mkdir(exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise NotWritten(
            f"{path} could not be written ({fault.strerror}). Give the folder to the user that runs the console"
        ) from fault
