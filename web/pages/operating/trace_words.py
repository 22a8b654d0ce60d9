"""The events of a trace in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.outcome import OUTCOME, sentence_of
from services.trace import STEPS, announcement


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event: when (seconds since the epoch, None for now), what, and what it carries."""

    at: float | None
    what: str
    more: str


def event_rows(events: Iterable[Mapping[str, Any]]) -> list[EventRow]:
    """The events of a URL as rows of a table."""
    return [EventRow(event.get("at"), str(event["event"]), _more(event)) for event in events]


def _more(event: Mapping[str, Any]) -> str:
    parts = []
    if link := event.get("link"):
        parts.append(announcement(link))
    if outcome := event.get("outcome"):
        parts.append(sentence_of(OUTCOME.validate_python(outcome)))
    if batch := event.get("batch"):
        parts.append(f"batch {batch}")
    if stages := event.get("stages"):
        parts.append(", ".join(_durations(stages, event.get("at"))))
    return "; ".join(parts)


def _durations(stages: Mapping[str, float], end: float | None) -> list[str]:
    """How long each step of the batch took, in their order."""
    known = {name: start for name, start in stages.items() if name in STEPS}
    steps = sorted(known.items(), key=lambda step: (step[1], STEPS.index(step[0])))
    ends = [start for _, start in steps[1:]] + [end]
    return [_step(name, start, after) for (name, start), after in zip(steps, ends, strict=True)]


def _step(name: str, start: float, after: float | None) -> str:
    words = name.removesuffix("_at").replace("_", " ")
    return f"{words} {max(0.0, after - start):.2f} s" if after else f"{words} under way"
