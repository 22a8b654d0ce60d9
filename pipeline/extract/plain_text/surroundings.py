"""What the lines around a text say of it: section, authors, dates."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.extract.body.repair import is_sentence
from pipeline.extract.metadata.bylines import BYLINE_START, is_person, names_in, opening_byline
from pipeline.extract.metadata.dates import SHOWN_DATE
from pipeline.extract.metadata.sections import HOME, is_section
from pipeline.extract.plain_text.lines import LABEL, is_tool, weight
from pipeline.extract.plain_text.titles import FAR
from pipeline.text.cleaning import letters

MAX_META = 120
"""Characters of a line with author or date."""

MAX_STEPS = 6

_STEP = re.compile(r"[>»›→|]|(?<=\s)/(?=\s)")
_PIECES = re.compile(r"[·•|]")


class Surroundings(NamedTuple):
    """The lines above the title, and between title and text."""

    above: list[str]
    under: list[str]


def find_dates(around: Surroundings) -> tuple[str, ...]:
    """The dates in lines near the title."""
    short = (line for line in (*around.above, *around.under) if len(line) <= MAX_META)
    found = (SHOWN_DATE.search(line) for line in short)
    return tuple(match[0] for match in found if match)


def find_authors(around: Surroundings) -> tuple[str, ...]:
    """Names in lines that begin like a byline, else in a line under the title that holds names.

    Labels look like names ("Breaking News"), so that the latter count only between title and text,
    beside a date or a share bar.
    """
    lines = (*around.above, *around.under)
    named = tuple(dict.fromkeys(name for line in lines for name in _byline(line)))
    return named or _bare_byline(around.under)


def find_section(lines: list[str], top: int, title: str) -> str | None:
    """The section by the breadcrumb: on one line around the title, or over the lines above it.

    Else beside a date.
    """
    above = lines[max(0, top - 4) : top]
    trail_lines = lines[max(0, top - FAR) : top + 4]
    for trail in (_crumbs(trail_lines, title), _crumb_lines(above), _beside_date(above)):
        named = [step for step in trail if is_section(step, title)]
        if named:
            return named[-1]
    return None


def _byline(line: str) -> Iterator[str]:
    if len(line) > MAX_META or is_sentence(line) or not BYLINE_START.match(line):
        return
    piece = _PIECES.split(SHOWN_DATE.sub("|", line))[0].rstrip()
    yield from (name for name in names_in([piece]) if is_person(name))


def _bare_byline(under: Sequence[str]) -> tuple[str, ...]:
    for at, line in enumerate(under):
        if weight(line) != LABEL or not any(map(_is_mark, under[max(0, at - 1) : at + 2])):
            continue
        names = opening_byline(SHOWN_DATE.split(line)[0].strip(" |·•-–—,"))
        if names:
            return names
    return ()


def _is_mark(line: str) -> bool:
    """True for a share bar or a line with a date."""
    return is_tool(line) or SHOWN_DATE.search(line) is not None


def _steps(line: str) -> list[str]:
    """The parts of a line between the separators that it begins with.

    Others may stand in the title that ends it.
    """
    found = _STEP.search(line)
    if not found:
        return [line]
    return [step.strip() for step in line.split(found[0])]


def _crumbs(lines: list[str], title: str) -> list[str]:
    """The steps of a line that ends with the title or begins with the front page.

    "Home / World / Flood in Kelby".
    """
    for line in reversed(lines):
        before = line.removesuffix(title)
        steps = [step for step in _steps(before) if step]
        if not steps or len(_steps(line)) <= 1 or len(steps) > MAX_STEPS:
            continue
        if before != line or letters(steps[0]) in HOME:
            return steps
    return []


def _crumb_lines(above: list[str]) -> list[str]:
    """The lines between "Home" and the title."""
    homes = [at for at, line in enumerate(above) if letters(line) in HOME]
    return above[homes[-1] + 1 :] if homes else []


def _beside_date(above: list[str]) -> list[str]:
    """What stands before the date on the line above the title: "Sport | 15/11/2026"."""
    if not above or not SHOWN_DATE.search(above[-1]):
        return []
    steps = _steps(above[-1])
    if len(steps) <= 1 or SHOWN_DATE.search(steps[0]):
        return []
    return steps[:1]
