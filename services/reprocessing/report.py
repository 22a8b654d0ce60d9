"""What reading archived pages again would change, or has changed."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_KEPT_BY_THE_INDEX = frozenset({"first_seen", "fetched_at", "version", "duplicate_of"})
"""Fields that do not follow from the page."""

_LONGEST = 200
"""Characters of a value that a report shows."""


class Effect(StrEnum):
    """What becomes of an archived page whose result differs.

    ``moved`` and ``refused`` are reported and never applied: both would take an article away.
    """

    CHANGED = "changed"
    ADDED = "added"
    REFUSED = "refused"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One page whose result differs from what is there.

    Attributes:
        id: of the article; for ``added``, of the new one.
        url: of the page.
        effect: what it comes to.
        fields: by name, the value before and after, as JSON has them, cut where they are long; for
            ``refused``, ``verdict`` with the reason.
    """

    id: str
    url: str
    effect: Effect
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(slots=True)
class Reprocessing:
    """Counts of a run.

    Attributes:
        pages: archived pages that an article, or a refusal, came from.
        same: of these, whose result is the same.
        effects: of these, those that differ, by effect.
        fields: how often each field differs.
        applied: changes that were written.
        not_applied: changes that were to be written and were not, by the reason.
        passed_over: pages that were not compared, by the reason.
    """

    pages: int = 0
    same: int = 0
    effects: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    applied: int = 0
    not_applied: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)

    def count(self, change: Change) -> None:
        """Count a change."""
        self.effects[change.effect.value] += 1
        self.fields.update(list(change.fields))


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields of two articles, as JSON has them, that follow from the page and differ."""
    names = [name for name in after if name not in _KEPT_BY_THE_INDEX]
    return {
        name: (_short(before.get(name)), _short(after[name]))
        for name in names
        if before.get(name) != after[name]
    }


def _short(value: object) -> object:
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}…"
    return value
