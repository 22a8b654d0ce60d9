"""Time zones as they are written behind a time of day."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# Minutes east of Greenwich. Names that mean several zones (IST, AST) are left out; those of RFC
# 5322 §4.3 are in.
ZONES = {
    "GMT": 0, "UTC": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60,
    "CET": 60, "MEZ": 60, "MET": 60, "CEST": 120, "MESZ": 120, "MEST": 120,
    "EET": 120, "EEST": 180, "MSK": 180,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600,
    "NST": -210, "NDT": -150, "BRT": -180, "ART": -180,
    "SAST": 120, "PKT": 300, "WIB": 420, "HKT": 480, "AWST": 480, "JST": 540, "KST": 540,
    "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
}  # fmt: skip
# Names of North America that mean standard or summer time, whichever it is.
_PLACES = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}  # fmt: skip
_OFFSET = re.compile(
    r"(?:[A-Z]{1,5}\s?)?(?P<sign>\+|--?|−)(?P<hours>\d\d?)"
    r"(?::?(?P<minutes>\d\d)(?::00)?)?(?![\d:.])",
    re.IGNORECASE,
)
_NAME = re.compile(r"\[?(?P<name>[A-Z_]+(?:/[A-Z_+-]+)*)\]?", re.IGNORECASE)
_NOUGHT = re.compile(r"00(?:00)?")
# What repeats an offset or explains a name: "Z", "CEST", "(Coordinated Universal Time)".
_NOTE = re.compile(r"(?:\s?[A-Z]{1,5})?(?:\s?\([^)]*\)|\s?\[[^\]]*\])?", re.IGNORECASE)
_FARTHEST = 15 * 60


def time_zone_of(text: str) -> tzinfo | None:
    """The zone that a text names: by its offset, else by its name.

    UTC for no text, and for a name that is unknown or means several zones. None for what is no
    zone, or an offset that no place has.
    """
    text = text.strip(" ,;.:")
    if not text or _NOUGHT.fullmatch(text):
        return UTC
    if (found := _OFFSET.match(text)) and _NOTE.fullmatch(text, found.end()):
        return _by_offset(found)
    if (found := _NAME.match(text)) and _NOTE.fullmatch(text, found.end()):
        return _by_name(found["name"])
    return None


def _by_offset(found: re.Match[str]) -> timezone | None:
    minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
    if minutes > _FARTHEST:
        return None
    return timezone(timedelta(minutes=minutes if found["sign"] == "+" else -minutes))


def _by_name(name: str) -> tzinfo:
    place = _PLACES.get(name.upper(), name)
    if "/" in place:
        try:
            return ZoneInfo(place)
        except (KeyError, ValueError, OSError):  # no such place, or a folder of them
            return UTC
    return timezone(timedelta(minutes=ZONES.get(name.upper(), 0)))
