"""The formulas of domain section 3.2. Each is a quotient of two sums, and is shown with both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from desk.measures.sums import Sums

PERCENT, SECONDS, MEAN = "%", "s", ""
EMPTY = "–"


@dataclass(frozen=True)
class Figure:
    """One figure: ``part`` over ``whole``; ``unit`` is %, s or '' (a plain mean)."""

    part: float
    whole: float
    unit: str = PERCENT

    @property
    def value(self) -> float | None:
        """The quotient, a percentage times 100; None when there is nothing to divide by."""
        if not self.whole:
            return None
        return self.part / self.whole * (100 if self.unit == PERCENT else 1)

    def shown(self, decimals: int = 1) -> str:
        """
        >>> Figure(5, 20).shown(), Figure(0, 0).shown(), Figure(404, 12, SECONDS).shown()
        ('25.0 %', '–', '33.7 s')
        """
        value = self.value
        return EMPTY if value is None else f"{value:.{decimals}f} {self.unit}".rstrip()


class Formula(NamedTuple):
    """A formula with its name in both languages and, where one is usual, its target: (least, most) or None."""

    id: str
    en: str
    of: Callable[[Sums], Figure]
    least: float | None = None
    most: float | None = None


def _mean(total: float, count: float) -> Figure:
    return Figure(total, count, SECONDS)


FORMULAS: Mapping[str, Formula] = {
    "service_level": Formula(
        "tingkat layanan 80/20, ketat",
        "service level 80/20, strict",
        lambda s: Figure(s.answered_in_level, s.offered),
        least=80,
    ),
    "service_level_net": Formula(
        "tingkat layanan 80/20, tanpa panggilan putus ≤ 5 s",
        "service level 80/20, without short abandons",
        lambda s: Figure(s.answered_in_level, s.offered - s.abandoned_short),
        least=80,
    ),
    "service_level_regulation": Formula(
        "tingkat layanan Permenkominfo 16/2013 (30 s)",
        "service level after Permenkominfo 16/2013 (30 s)",
        lambda s: Figure(s.answered_in_regulation, s.offered - s.abandoned_short),
    ),
    "asa": Formula(
        "kecepatan jawab rata-rata",
        "average speed of answer",
        lambda s: _mean(s.wait_answered, s.answered),
        most=20,
    ),
    "abandonment": Formula(
        "tingkat pengabaian", "abandonment", lambda s: Figure(s.abandoned, s.offered), most=5
    ),
    "abandonment_net": Formula(
        "tingkat pengabaian, tanpa panggilan putus ≤ 5 s",
        "abandonment, without short ones",
        lambda s: Figure(s.abandoned - s.abandoned_short, s.offered - s.abandoned_short),
        most=5,
    ),
    "answer_rate": Formula("tingkat jawab", "answer rate", lambda s: Figure(s.answered, s.offered), least=95),
    "att": Formula("waktu bicara rata-rata", "average talk time", lambda s: _mean(s.talk, s.answered)),
    "hold": Formula("waktu tahan rata-rata", "average hold", lambda s: _mean(s.hold, s.answered)),
    "acw": Formula(
        "kerja pascapanggilan rata-rata", "average after-call work", lambda s: _mean(s.after_work, s.answered)
    ),
    "aht": Formula("waktu penanganan", "average handling time", lambda s: _mean(s.handled, s.answered)),
    "occupancy": Formula(
        "keterisian", "occupancy", lambda s: Figure(s.worked, s.worked + s.available), least=75, most=85
    ),
    "containment": Formula("swalayan", "containment", lambda s: Figure(s.contained, s.entered)),
    "menu_loss": Formula("hilang di menu", "left inside the menu", lambda s: Figure(s.left, s.entered)),
    "transfer": Formula("tingkat pemindahan", "transfer rate", lambda s: Figure(s.transferred, s.answered)),
    "escalation": Formula("tingkat eskalasi", "escalation rate", lambda s: Figure(s.escalated, s.answered)),
    "callback_kept": Formula(
        "panggilan balik ditepati",
        "call-backs kept",
        lambda s: Figure(s.callbacks_kept, s.callbacks + s.callbacks_outside),
        least=95,
    ),
    "csat": Formula(
        "kepuasan (nilai 3–4)",
        "satisfaction (3 or 4)",
        lambda s: Figure(s.ratings_good, s.ratings),
        least=85,
    ),
    "response": Formula(
        "tingkat tanggapan survei", "survey response rate", lambda s: Figure(s.ratings, s.asked)
    ),
}


def figures(sums: Sums) -> dict[str, Figure]:
    """Every formula over the same sums, by its name."""
    return {name: formula.of(sums) for name, formula in FORMULAS.items()}


def on_target(name: str, figure: Figure) -> bool | None:
    """Is the usual target met? None when there is no target, or nothing was measured."""
    formula, value = FORMULAS[name], figure.value
    if value is None or (formula.least is None and formula.most is None):
        return None
    return (formula.least is None or value >= formula.least) and (
        formula.most is None or value <= formula.most
    )
