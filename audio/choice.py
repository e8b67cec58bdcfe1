"""What came of listening for one of a few phrases: light, for those who only pass it on."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Choice"]


@dataclass(frozen=True)
class Choice:
    """The phrase that fits best, and how well. ``key`` is None when nobody spoke or none fits well enough.

    ``score`` is -inf when nobody spoke; ``scores`` has every key's, best phrase of each.
    """

    key: str | None
    score: float
    scores: Mapping[str, float]

    def to_json(self) -> str:
        """JSON that has no infinity.

        >>> Choice(None, -math.inf, {}).to_json()
        '{"key": null, "score": null, "scores": {}}'
        """
        score = self.score if math.isfinite(self.score) else None
        return json.dumps({"key": self.key, "score": score, "scores": dict(self.scores)})

    @classmethod
    def from_json(cls, text: str) -> Choice:
        """The choice that to_json gave.

        >>> Choice.from_json(Choice(None, -math.inf, {}).to_json()) == Choice(None, -math.inf, {})
        True
        """
        told = json.loads(text)
        score = -math.inf if told["score"] is None else float(told["score"])
        return cls(told["key"], score, told["scores"])
