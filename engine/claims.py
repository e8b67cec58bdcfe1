"""Numbers that two services claim: a caller can reach only one of them, so no publication may leave it to chance."""

from collections.abc import Iterable, Iterator

from engine.check import ERROR, Finding, place_in
from engine.flow import Flow
from engine.numbers import called_key


def claimed_twice(flows: Iterable[Flow]) -> Iterator[Finding]:
    """A finding at the second claim of each number, by telephone and by text apart, whatever the spelling."""
    owners: dict[tuple[str, str], Flow] = {}
    for flow in flows:
        for channel, numbers in (("voice", flow.voice_numbers), ("text", flow.text_numbers)):
            for number in numbers:
                owner = owners.setdefault((channel, called_key(number.spelling)), flow)
                if owner.id != flow.id:
                    what = f"the {channel} number {number.spelling!r} is also that of {owner.id}"
                    yield Finding(
                        place_in(flow, number.place),
                        number.place.line,
                        number.place.column,
                        "number-of-two-services",
                        ERROR,
                        what,
                        "Keep it in one of them",
                    )
