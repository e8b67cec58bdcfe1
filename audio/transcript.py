"""What was said in a recording: a machine's reading of it, with times and how sure the machine was.

Frozen values and JSON both ways. Times are seconds from the start of the recording. Whoever shows one marks
it as machine-made.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

HIGH, MEDIUM, LOW, NONE = "high", "medium", "low", "none"
LABELS = (HIGH, MEDIUM, LOW)  # surest first
LEFT_OUT = "…"  # the text of a segment in which somebody speaks and no words could be made of it

# Raised when a field changes its meaning: old transcripts are then read by an old reader, never guessed at.
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Word:
    """One word as written, punctuation included. ``probability`` is the engine's own, 0 to 1."""

    start: float
    end: float
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or so of one speaker, with how far to trust it.

    ``label`` is high, medium or low; low says: listen to the recording. ``leg`` is 0 in a recording of one
    channel; of two, 0 is the left one. ``score`` is what the label was read from: Whisper's average log
    probability or the mean of Vosk's word confidences; None when unknown.
    """

    start: float
    end: float
    text: str
    label: str
    words: tuple[Word, ...] = ()
    leg: int = 0
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything that one engine heard in one recording, segments by time.

    ``speech_seconds`` is how much of ``seconds`` was taken for speech, all legs together. Silence, tones and
    music give no segments; that is an answer, not a fault.
    """

    language: str
    engine: str
    model_sha256: str
    speech_seconds: float
    seconds: float
    segments: tuple[Segment, ...] = ()

    @property
    def text(self) -> str:
        """The words, on one line as long as one leg speaks. "" when nothing was said."""
        parts: list[str] = []
        for before, segment in zip((None, *self.segments), self.segments, strict=False):
            if before is not None:
                parts.append(" " if before.leg == segment.leg else "\n")
            parts.append(segment.text)
        return "".join(parts)

    @property
    def confidence(self) -> str:
        """The label of the least sure segment: a reader must not take a doubtful number for a sure one.

        "none" when nothing was said.
        """
        return max((segment.label for segment in self.segments), key=LABELS.index, default=NONE)

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Transcript:
        """What to_json wrote. Raises ValueError for anything else."""
        try:
            fields = json.loads(text)
            if fields.pop("format") != FORMAT:
                raise ValueError("a transcript of another format")
            return cls(**{**fields, "segments": tuple(_segment(each) for each in fields["segments"])})
        except (AttributeError, KeyError, TypeError) as problem:
            raise ValueError(f"not a transcript: {problem}") from problem


def _segment(fields: dict[str, Any]) -> Segment:
    if fields["label"] not in LABELS:
        raise ValueError(f"not a transcript: label {fields['label']!r}")
    return Segment(**{**fields, "words": tuple(Word(**word) for word in fields["words"])})
