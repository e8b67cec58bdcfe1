"""How much of what people tell is masked, and how much that is masked had to be: recall and precision.

A secret counts as found when every letter and digit of it is covered; a span counts as right when it touches
a secret and reaches no more than three characters beyond. The sentences are made in tests/desk/told_secrets.py,
which knows nothing of the patterns.
"""

import sys
import time
from collections import defaultdict
from dataclasses import dataclass

from bench.table import table
from desk.redaction import Span, find
from tests.desk.told_secrets import Sentence, sentences

SLACK = 3  # characters: a full stop, a bracket, the + of a number


@dataclass
class Row:
    secrets: int = 0
    found: int = 0
    named: int = 0  # found, and of the right kind
    spans: int = 0
    right: int = 0

    def add(self, other: "Row") -> None:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def recall(self) -> float:
        return self.found / self.secrets if self.secrets else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.spans if self.spans else 1.0


def is_covered(sentence: Sentence, start: int, end: int, spans: tuple[Span, ...]) -> bool:
    return all(
        any(span.start <= at < span.end for span in spans)
        for at in range(start, end)
        if sentence.text[at].isalnum()
    )


def is_right(sentence: Sentence, span: Span) -> bool:
    touched = [(start, end) for start, end, _ in sentence.secrets if start < span.end and span.start < end]
    return bool(touched) and touched[0][0] - span.start <= SLACK and span.end - touched[-1][1] <= SLACK


def count(told: list[Sentence]) -> dict[tuple[str, str], Row]:
    """(form, kind) to its counts: secrets under their own kind, spans under the kind they were given."""
    rows: dict[tuple[str, str], Row] = defaultdict(Row)
    for sentence in told:
        spans = find(sentence.text)
        for start, end, kind in sentence.secrets:
            row = rows[sentence.form, kind]
            row.secrets += 1
            row.found += is_covered(sentence, start, end, spans)
            row.named += any(span.kind == kind and span.start < end and start < span.end for span in spans)
        for span in spans:
            rows[sentence.form, span.kind].spans += 1
            rows[sentence.form, span.kind].right += is_right(sentence, span)
    return rows


def total(rows: dict[tuple[str, str], Row], form: str) -> Row:
    """All kinds of one form together."""
    summed = Row()
    for (one, _), row in rows.items():
        if one == form:
            summed.add(row)
    return summed


def measure(many: int, seed: int) -> dict:
    told = sentences(many, seed)
    begun = time.perf_counter()
    rows = count(told)
    seconds = time.perf_counter() - begun
    print(f"{len({sentence.text for sentence in told})} different sentences read", file=sys.stderr)
    named = {
        form: {kind: vars(row) for (one, kind), row in sorted(rows.items()) if one == form}
        for form in ("written", "spoken")
    }
    summed = {form: total(rows, form) for form in named}
    return {
        "sentences": many,
        "seed": seed,
        "microseconds_a_sentence": round(seconds / many * 1e6),
        "kinds": named,
        "recall": {form: round(row.recall, 4) for form, row in summed.items()},
        "precision": {form: round(row.precision, 4) for form, row in summed.items()},
        "totals": {form: vars(row) for form, row in summed.items()},
    }


def report(found: dict) -> str:
    lines = [("", "secrets", "found", "recall", "right kind", "spans", "precision")]
    for form, kinds in found["kinds"].items():
        named = [(f"{form} {kind}", row) for kind, row in kinds.items()]
        for name, counts in [*named, (f"all {form}", found["totals"][form])]:
            row = Row(**counts)
            shown = (
                ("-", "-", "-", "-")
                if not row.secrets
                else (str(row.secrets), str(row.found), f"{row.recall:.3f}", str(row.named))
            )
            lines.append((name, *shown, str(row.spans), f"{row.precision:.3f}"))
    return (
        f"Redaction of {found['sentences']} made-up sentences (seed {found['seed']}), "
        f"{found['microseconds_a_sentence']} µs each\n\n{table(lines)}"
    )
