"""Numbers that two services claim: a caller can reach only one of them, so no publication may leave it to chance."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.check import ERROR, Finding
from engine.flow import Flow, Number
from engine.numbers import called_key


@dataclass(frozen=True)
class Claims:
    """The numbers of a service: as much of its flow as this takes."""

    id: str
    voice_numbers: tuple[Number, ...]
    text_numbers: tuple[Number, ...]


def claimed_twice(flows: Iterable[Flow | Claims]) -> Iterator[Finding]:
    """A finding at the second claim of each number, by telephone and by text apart, whatever the spelling."""
    owners: dict[tuple[str, str], Flow | Claims] = {}
    for flow in flows:
        for channel, numbers in (("voice", flow.voice_numbers), ("text", flow.text_numbers)):
            for number in numbers:
                owner = owners.setdefault((channel, called_key(number.spelling)), flow)
                if owner.id != flow.id:
                    what = f"the {channel} number {number.spelling!r} is also that of {owner.id}"
                    yield Finding(
                        f"{flow.id}/{number.place.file or 'flow.yaml'}",
                        number.place.line,
                        number.place.column,
                        "number-of-two-services",
                        ERROR,
                        what,
                        "Keep it in one of them",
                    )
