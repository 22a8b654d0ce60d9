"""Tables of regular expressions, one a line; one that begins with ``|`` continues the last."""

import re

_CONTINUATION = re.compile(r"\s*\n\s*\|")


def patterns_of(table: str) -> list[str]:
    """The regular expressions of a table."""
    lines = _CONTINUATION.sub("|", table).splitlines()
    return [line.strip() for line in lines if line.strip()]


def any_of(table: str) -> str:
    """The regular expressions of a table as one that matches what any of them does."""
    return "|".join(f"(?:{pattern})" for pattern in patterns_of(table))
