"""The base of all records."""

import pytest
from pydantic import ValidationError

from pipeline.base import Record


class Sample(Record):
    name: str


def test_a_record_cannot_be_changed() -> None:
    sample = Sample(name="a")
    with pytest.raises(ValidationError, match="frozen"):
        sample.name = "b"
    assert sample.model_copy(update={"name": "b"}).name == "b"
    assert hash(sample) == hash(Sample(name="a"))


def test_a_record_takes_no_other_names() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Sample.model_validate({"name": "a", "other": 1})
