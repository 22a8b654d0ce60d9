"""Tables of regular expressions, one a line; one that begins with ``|`` continues the last."""

import re

_CONTINUATION = re.compile(r"(?<!\s)[^\S\n]*\n\s*\|")


def patterns_of(table: str) -> list[str]:
    """The regular expressions of a table."""
    lines = _CONTINUATION.sub("|", table).splitlines()
    return [line.strip() for line in lines if line.strip()]


def any_of(table: str) -> str:
    """The regular expressions of a table as one that matches what any of them does.

    Those for the beginning of a text are tried there only, as one group: a long text has many other
    places.
    """
    patterns = patterns_of(table)
    first = [pattern.removeprefix("^") for pattern in patterns if pattern.startswith("^")]
    anywhere = [f"(?:{pattern})" for pattern in patterns if not pattern.startswith("^")]
    return "|".join([f"^(?:{'|'.join(first)})", *anywhere] if first else anywhere)
