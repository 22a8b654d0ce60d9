"""Moments in addresses: ISO 8601, with a zone or as a day."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, WithJsonSchema

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"[+-]?[\d.]+(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def _moment(value: str) -> object:
    """A day as its first moment in UTC. Numbers are refused: nobody could tell their unit."""
    if _DAY.fullmatch(value):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if _NUMBER.fullmatch(value.strip()):
        raise ValueError("expected a day such as 2017-12-01, or a moment with its zone")
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("expected a moment of the years 1 to 9999 in UTC") from None


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    AfterValidator(_in_utc),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ]
        }
    ),
]
"""``2017-12-01``, which begins in UTC, or ``2017-12-01T18:30:00Z``; it comes in UTC."""
