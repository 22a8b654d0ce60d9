"""How busy the stages are, as small lines with their last value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workers.chain.run import STAGES

_WIDTH, _HEIGHT = 120.0, 20.0


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage.

    Attributes:
        stage: its name.
        points: its line, as SVG has it.
        last: URLs in the last whole minute.
        total: URLs in all minutes.
        most: URLs in the busiest minute.
    """

    stage: str
    points: str
    last: int
    total: int
    most: int


def stage_rows(rates: Mapping[str, Sequence[int]]) -> list[StageRow]:
    """All stages in their order, also those that had nothing to do."""
    return [_row(stage.name, rates.get(stage.name, (0, 0))) for stage in STAGES]


def _row(stage: str, counts: Sequence[int]) -> StageRow:
    whole = counts[:-1]  # the current minute has only begun
    most = max(whole, default=0)
    step = _WIDTH / max(1, len(whole) - 1)
    points = [
        f"{place * step:.1f},{_HEIGHT - (_HEIGHT * count / most if most else 0.0):.1f}"
        for place, count in enumerate(whole)
    ]
    last = whole[-1] if whole else 0
    return StageRow(stage, " ".join(points), last, sum(whole), most)
