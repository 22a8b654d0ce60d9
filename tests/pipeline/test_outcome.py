"""Outcomes cross the wire as JSON and come back as they were."""

import pytest
from pydantic import ValidationError

from pipeline.outcome import (
    OUTCOME,
    Dead,
    Duplicate,
    Fault,
    Indexed,
    Reason,
    Rejected,
    Retry,
    Terminal,
)


@pytest.mark.parametrize(
    "outcome",
    [
        Indexed(article="1", copy_of="0"),
        Duplicate(article="1", rule="same_text"),
        Rejected(reason=Reason.ROBOTS, detail="robots.txt forbids it"),
        Dead(error="no answer"),
        Retry(error="busy", after=5.0, host_wide=True, counts=False, fault=Fault.TIMEOUT),
    ],
)
def test_each_outcome_survives_json_by_its_kind(outcome: Terminal | Retry) -> None:
    text = OUTCOME.dump_json(outcome)
    assert f'"kind":"{type(outcome).__name__.lower()}"'.encode() in text
    assert OUTCOME.validate_json(text) == outcome


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValidationError):
        OUTCOME.validate_json('{"kind": "lost"}')
