"""A transcript as subtitles: SubRip (.srt) and WebVTT (.vtt), in cues that one can read while listening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from audio.transcript import LOW, Segment, Transcript, Word

# Two lines of 42 letters, at most six seconds: the usual measure of broadcasters.
LINE, LINES, LONGEST, PAUSE = 42, 2, 6.0, 1.0
SHORTEST = 0.7
DOUBTFUL = "[?] "  # before what should be listened to


@dataclass(frozen=True)
class Cue:
    """A moment's text, seconds from the start. ``leg`` as in Segment."""

    start: float
    end: float
    text: str
    leg: int = 0


def srt(transcript: Transcript) -> str:
    """SubRip: numbered cues, a comma before the milliseconds."""
    told = [
        f"{number}\n{_time(cue.start, ',')} --> {_time(cue.end, ',')}\n{_named(cue, transcript)}\n"
        for number, cue in enumerate(cues(transcript), 1)
    ]
    return "\n".join(told)


def vtt(transcript: Transcript) -> str:
    """WebVTT, w3.org/TR/webvtt1: says of itself that a machine made it."""
    note = f"NOTE machine-made by {transcript.engine}, confidence {transcript.confidence}"
    told = [
        f"{_time(cue.start, '.')} --> {_time(cue.end, '.')}\n{_escaped(_named(cue, transcript))}\n"
        for cue in cues(transcript)
    ]
    return "\n".join(["WEBVTT\n", f"{note}\n", *told])


def cues(transcript: Transcript) -> list[Cue]:
    """Every segment in readable pieces, by the times of its words, in the order of their beginnings."""
    found = [cue for segment in transcript.segments for cue in _cues(segment)]
    return sorted(found, key=lambda cue: (cue.start, cue.leg))


def _cues(segment: Segment) -> Iterator[Cue]:
    mark = DOUBTFUL if segment.label == LOW else ""
    if not segment.words:
        yield Cue(segment.start, max(segment.end, segment.start + SHORTEST), mark + segment.text, segment.leg)
        return
    between = " " if " " in segment.text.strip() else ""  # languages that write no spaces have none here
    held: list[Word] = []
    for word in segment.words:
        if held and _full(held, word, mark, between):
            yield _cue(held, mark, between, segment.leg)
            held = []
        held.append(word)
    yield _cue(held, mark, between, segment.leg)


def _full(held: list[Word], word: Word, mark: str, between: str) -> bool:
    text = mark + between.join(one.text for one in (*held, word))
    return (
        len(wrap(text, LINE, break_long_words=False)) > LINES
        or len(text.split(" ")[-1])
        > LINE  # a language without spaces: one line, where there is no place to break
        or word.end - held[0].start > LONGEST
        or word.start - held[-1].end > PAUSE
    )


def _cue(words: list[Word], mark: str, between: str, leg: int) -> Cue:
    start = words[0].start
    text = mark + between.join(word.text for word in words)
    return Cue(start, max(words[-1].end, start + SHORTEST), _lines(text), leg)


def _lines(text: str) -> str:
    """Broken where its longer line is shortest, when it does not fit on one."""
    if len(text) <= LINE or " " not in text:
        return text
    spaces = [at for at, letter in enumerate(text) if letter == " "]
    at = min(spaces, key=lambda space: max(space, len(text) - space - 1))
    return f"{text[:at]}\n{text[at + 1 :]}"


def _named(cue: Cue, transcript: Transcript) -> str:
    """Of a recording with two channels: which one speaks."""
    both = len({segment.leg for segment in transcript.segments}) > 1
    return f"{cue.leg + 1}: {cue.text}" if both else cue.text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(seconds: float, point: str) -> str:
    """HH:MM:SS and milliseconds.

    >>> _time(3661.0425, ","), _time(59.9996, ".")
    ('01:01:01,042', '00:01:00.000')
    """
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"
