"""Tables of regular expressions, one a line; one that begins with ``|`` continues the last."""

import re

_CONTINUATION = re.compile(r"(?<!\s)[^\S\n]*\n\s*\|")


def patterns_of(table: str) -> list[str]:
    """The regular expressions of a table."""
    lines = _CONTINUATION.sub("|", table).splitlines()
    return [line.strip() for line in lines if line.strip()]


def any_of(table: str) -> str:
    r"""The regular expressions of a table as one that matches what any of them does.

    Those for the beginning of a text are tried there only, as one group: a long text has many other
    places. What follows ``^\W*`` must begin with a character of a word: what may stand before it is
    read once.
    """
    patterns = _shared(r"^", _shared(r"^\W*", patterns_of(table)))
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _shared(start: str, patterns: list[str]) -> list[str]:
    """The patterns, those with this start as one."""
    rests = [pattern.removeprefix(start) for pattern in patterns if pattern.startswith(start)]
    others = [pattern for pattern in patterns if not pattern.startswith(start)]
    once = start.replace("*", "*+")
    return [f"{once}(?:{'|'.join(rests)})", *others] if rests else others
