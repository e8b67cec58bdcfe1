"""Service numbers: what the account owns and where each leads."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from carrier.emulator import sids


@dataclass(slots=True)
class ServiceNumber:
    """One IncomingPhoneNumber. ``aliases`` are other spellings that people dial (``131`` for ``+6221131``)."""

    phone_number: str
    sid: str = ""
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    status_callback_event: list[str] = field(default_factory=lambda: ["completed"])
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    aliases: list[str] = field(default_factory=list)
    date_created: str = ""

    def __post_init__(self) -> None:
        self.sid = self.sid or sids.fixed_sid("PN", self.phone_number)
        self.friendly_name = self.friendly_name or self.phone_number
        self.date_created = self.date_created or sids.rfc2822(sids.now()) or ""

    def answers_to(self, dialled: str) -> bool:
        wanted = sids.key(dialled)
        return any(sids.key(number) == wanted for number in (self.phone_number, *self.aliases))


SETTABLE = frozenset(f.name for f in fields(ServiceNumber)) - {"sid", "date_created", "phone_number"}


def from_json(entry: Mapping[str, Any]) -> ServiceNumber:
    """A number as a file or REST gives it. ValueError names an unknown field and those there are."""
    known = {f.name for f in fields(ServiceNumber)}
    unknown = set(entry) - known
    if unknown or "phone_number" not in entry:
        wrong = f"has unknown fields {sorted(unknown)}" if unknown else "has no phone_number"
        raise ValueError(
            f"number {entry.get('phone_number', '?')}: {wrong}. A number has {', '.join(sorted(known))}."
        )
    return ServiceNumber(**entry)


class Numbers:
    """All service numbers; those made or changed through REST are kept in ``path`` (JSON) over a restart."""

    def __init__(self, path: Path):
        self._path = path
        self._all: dict[str, ServiceNumber] = {}
        self._kept: set[str] = set()
        self._dialled: dict[str, ServiceNumber | None] = {}
        if path.exists():
            for entry in json.loads(path.read_text()):
                number = from_json(entry)
                self._all[number.sid] = number
                self._kept.add(number.sid)

    def put(self, number: ServiceNumber, *, keep: bool = True) -> None:
        """Add a number, or take its new settings. Without ``keep`` it lives as long as this process: whoever
        started it with a file of numbers gives that file again.
        """
        self._all[number.sid] = number
        self._dialled.clear()
        if keep:
            self._kept.add(number.sid)
            self._save()

    def _save(self) -> None:
        kept = [asdict(number) for number in self if number.sid in self._kept]
        partial = self._path.with_suffix(".part")
        partial.write_text(json.dumps(kept, indent=1))
        partial.replace(self._path)

    def get(self, sid: str) -> ServiceNumber | None:
        return self._all.get(sid)

    def find(self, dialled: str) -> ServiceNumber | None:
        """The number somebody dialled, in any of its spellings; None when it is not ours."""
        if dialled not in self._dialled:
            self._dialled[dialled] = next(
                (number for number in self._all.values() if number.answers_to(dialled)), None
            )
        return self._dialled[dialled]

    def remove(self, sid: str) -> None:
        self._all.pop(sid, None)
        self._dialled.clear()
        self._save()

    def __iter__(self) -> Iterator[ServiceNumber]:
        return iter(list(self._all.values()))
