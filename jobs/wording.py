"""A transcript as it may be shown: masked line by line and written for the eye, with the times of what was masked.

A number is said in one breath or in several: it is looked for in all that one leg says, over the pieces that
the engine cut it into. The mask stands where the number begins.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from audio.transcript import Segment, Transcript
from desk.reading import read
from desk.redaction import Span, find, mask


@dataclass(frozen=True)
class Line:
    """One piece of what one leg said, masked. Seconds; ``label`` as in audio.transcript."""

    start: float
    end: float
    leg: int
    label: str
    text: str


@dataclass(frozen=True)
class Secret:
    """When something that was masked is heard, in seconds from the start, and on which leg."""

    start: float
    end: float
    leg: int
    kind: str
    certain: bool


@dataclass(frozen=True)
class Told:
    """What a transcript shows, and what it hides."""

    lines: tuple[Line, ...]
    secrets: tuple[Secret, ...]

    @property
    def masked(self) -> str:
        """All lines, one below the other where another leg speaks."""
        parts: list[str] = []
        for before, line in zip((None, *self.lines), self.lines, strict=False):
            if before is not None:
                parts.append(" " if before.leg == line.leg else "\n")
            parts.append(line.text)
        return "".join(parts)

    @property
    def lines_json(self) -> str:
        return json.dumps([asdict(line) for line in self.lines], ensure_ascii=False)

    @property
    def hidden_json(self) -> str:
        """Kind -> how often."""
        return json.dumps(dict(sorted(Counter(secret.kind for secret in self.secrets).items())))


@dataclass(frozen=True)
class _Piece:
    """A word, or a whole segment of an engine that gave no words, and where it stands in its leg's text."""

    text: str
    at: int
    start: float
    end: float
    segment: int


def told(transcript: Transcript, acronyms: Iterable[str] = ()) -> Told:
    """The transcript for everybody who may see it. ``acronyms``: the service's own, in capitals."""
    own = tuple(acronyms)
    lines: dict[int, Line] = {}
    secrets: list[Secret] = []
    for leg in sorted({segment.leg for segment in transcript.segments}):
        pieces = list(_pieces(transcript.segments, leg))
        said = " ".join(piece.text for piece in pieces)
        spans = find(said)
        for number, segment in enumerate(transcript.segments):
            if segment.leg == leg:
                text = _masked(said, spans, [piece for piece in pieces if piece.segment == number])
                # Again behind the reading: a number that was none while it was words may be one in figures.
                text = mask(read(text, transcript.language, own).text)
                lines[number] = Line(segment.start, segment.end, leg, segment.label, text)
        secrets += [_secret(span, pieces, leg) for span in spans]
    shown = tuple(lines[number] for number in sorted(lines) if lines[number].text)
    return Told(shown, tuple(sorted(secrets, key=lambda secret: secret.start)))


def _pieces(segments: tuple[Segment, ...], leg: int) -> Iterator[_Piece]:
    at = 0
    for number, segment in enumerate(segments):
        if segment.leg != leg:
            continue
        words = [(word.text.strip(), word.start, word.end) for word in segment.words]
        for text, start, end in words or [(segment.text.strip(), segment.start, segment.end)]:
            if text:
                yield _Piece(text, at, start, end, number)
                at += len(text) + 1


def _masked(said: str, spans: tuple[Span, ...], pieces: list[_Piece]) -> str:
    """The words of these pieces; of a span that began before them nothing is left."""
    if not pieces:
        return ""
    begin, end = pieces[0].at, pieces[-1].at + len(pieces[-1].text)
    shown, at = [], begin
    for span in spans:
        if span.end <= begin or span.start >= end:
            continue
        if span.start >= begin:
            secret = said[span.start : span.end]
            shown += [said[at : span.start], mask(secret, [Span(0, len(secret), span.kind, span.certain)])]
        at = min(span.end, end)
    # What a mask at the end of the line before left behind: ", thank you".
    return " ".join("".join([*shown, said[at:end]]).split()).lstrip(" ,.;:")


def _secret(span: Span, pieces: list[_Piece], leg: int) -> Secret:
    """From the first word that the span touches to the last one's end."""
    touched = [piece for piece in pieces if piece.at < span.end and piece.at + len(piece.text) > span.start]
    return Secret(touched[0].start, touched[-1].end, leg, span.kind, span.certain)
