"""How values are written on a page: numbers, times, languages. The Jinja filters."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from babel import Locale
from babel.dates import format_timedelta
from babel.numbers import format_decimal

from pipeline.sources.durations import span

_LOCALE = Locale("en")
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "yi", "sd", "ug", "ckb", "dv"})


def number(value: float) -> str:
    """A number with its thousands apart: ``12,345``."""
    return format_decimal(value, locale=_LOCALE)


def percent(part: float, *, digits: int = 1) -> str:
    """A share (0 to 1) in percent: ``3.4 %``."""
    return f"{part * 100:.{digits}f} %"


def as_moment(value: datetime | float | None) -> datetime | None:
    """A moment, from one or from seconds since the epoch, in UTC."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromtimestamp(value, UTC)


def exact(value: datetime | float | None) -> str:
    """A moment to the minute with its zone: ``2026-04-03 18:30 UTC``."""
    moment = as_moment(value)
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def iso(value: datetime | float | None) -> str:
    """A moment as HTML's ``datetime`` attribute has it."""
    moment = as_moment(value)
    return moment.isoformat(timespec="seconds") if moment else ""


def ago(value: datetime | float | None, now: datetime | None = None) -> str:
    """A moment as people say it: ``5 minutes ago``; a day and more as its date."""
    moment = as_moment(value)
    if moment is None:
        return "no date"
    difference = (now or datetime.now(UTC)) - moment
    seconds = difference.total_seconds()
    if 0 <= seconds < 45:  # noqa: PLR2004 - from there on it is a minute
        return "just now"
    if 0 <= seconds < 86_400:  # noqa: PLR2004 - a day
        return f"{format_timedelta(difference, locale=_LOCALE)} ago"
    return f"{moment.day} {moment.strftime('%b %Y')}"


def since(value: float | None, now: float) -> str:
    """Seconds since the epoch as the time that has passed: ``5m ago``."""
    return "never" if value is None else f"{span(max(0.0, now - value))} ago"


def until(value: float | None, now: float) -> str:
    """Seconds since the epoch as the time to come: ``in 5m``."""
    if value is None:
        return "not planned"
    return "now" if value <= now else f"in {span(value - now)}"


def language_name(code: str | None) -> str:
    """The English name of a language code; the code itself where it has none."""
    if not code:
        return ""
    return str(_LOCALE.languages.get(code.replace("-", "_"), code))


def country_name(code: str) -> str:
    """The English name of a country's code (ISO 3166-1); the code itself where it has none."""
    return str(_LOCALE.territories.get(code.upper(), code))


def direction(code: str | None) -> str:
    """The ``dir`` of a text in this language; ``auto`` where it is not known."""
    if not code:
        return "auto"
    return "rtl" if code.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: ``1 copy``, ``1,200 copies``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "number": number,
    "percent": percent,
    "exact": exact,
    "iso": iso,
    "ago": ago,
    "since": since,
    "until": until,
    "language_name": language_name,
    "direction": direction,
    "plural": plural,
    "span": span,
}
"""By their names in templates."""
