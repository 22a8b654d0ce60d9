"""The dates that a reader sees near the headline of an article."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from lxml.etree import _Element

from pipeline.extract.metadata.own_parts import is_elsewhere
from pipeline.text.cleaning import one_line, text_of
from pipeline.text.dates.calendars import in_gregorian
from pipeline.text.dates.reading import SHOWN_DATE

NEAR, ABOVE = 1500, 400
"""Characters of text below and above the headline among which its date stands."""

MAX_LINE = 120
MAX_BESIDE = 50
"""Characters of a line with a date, and of what stands in it beside the date."""

MIN_SHOWN, MIN_RUNNING = 6, 150
"""Characters of a date, and of a paragraph of running text."""

MAX_SHOWN = 100
"""Dates of a page; on one with more, none of them stands out."""

_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "select", "option", "title"})
_DATE_CLASS = re.compile(r"(?<!up)date|datum|fecha|publi|time", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
# A word before a full stop; "a.m." and "Uhr." are shorter.
_SENTENCE_END = re.compile(r"[^\W\d_]{4}[.!?]$")
# What a reader is told of a later change, in the languages of most pages.
_CHANGED = re.compile(
    r"updat|modif|chang|revis|aktuali|änder|mis(?:e)? à jour|actuali|aggiorn|atualiz"
    r"|bijgewerkt|oppdater|uppdater|обновл|изменен|更新|수정|تحديث|güncel",
    re.IGNORECASE,
)


class Shown(NamedTuple):
    """A date on a page.

    Attributes:
        text: that begins with the date; a machine's where the element has one.
        element: that shows it.
        distance: characters of text between it and the headline, those above it counted thrice;
            infinite where it is far away.
        marked: its element says that it is a date.
    """

    text: str
    element: _Element
    distance: float
    marked: bool


def shown_dates(tree: _Element, headline: _Element | None) -> Iterator[list[Shown]]:
    """What may be dates of the article, the likeliest first: those near the headline, then all.

    Dates of later changes are none.
    """
    walk = _Walk(tree, headline)
    for look in (walk.near, walk.all):
        own = [shown for shown in look() if _is_own(shown, headline)]
        yield sorted(own, key=lambda shown: (shown.distance, not shown.marked))


def _is_own(shown: Shown, headline: _Element | None) -> bool:
    name = shown.element.get("class") or ""
    is_of_change = bool(_CHANGED.search(name)) and not _DATE_CLASS.search(name)
    if is_of_change or shown.element.get("itemprop") == "dateModified":
        return False
    return not is_elsewhere(shown.element, headline)


class _Walk:
    """Counts the text of a page, and notes where it shows dates."""

    def __init__(self, tree: _Element, headline: _Element | None) -> None:
        body = tree.find("body")
        self.elements = (tree if body is None else body).iter()
        self.headline = headline
        self.position = 0
        self.above = self.below = -1
        self.noted: list[tuple[int, str, _Element, bool]] = []

    def near(self) -> Iterator[Shown]:
        """The dates near the headline."""
        for element in self.elements:
            self._visit(element)
            if self.below >= 0 and self.position > self.below + NEAR:
                break
        return (shown for shown in self._found() if shown.distance < math.inf)

    def all(self) -> Iterator[Shown]:
        """The dates on the whole page; none on a page with very many, which is a list."""
        for element in self.elements:
            self._visit(element)
            if len(self.noted) > MAX_SHOWN:
                return iter(())
        return self._found()

    def _visit(self, element: _Element) -> None:
        """Its own text, what follows it, and the dates in them.

        What follows an element counts before what is in it, which is near enough for distances.
        """
        if element is self.headline:
            self.above = self.position
            self.below = self.position + len(text_of(element))
        if isinstance(element.tag, str) and element.tag not in _SILENT:
            self._note_marked(element)
            self._read(element.text, element)
        if element.tail:
            self._read(element.tail, element.getparent())

    def _found(self) -> Iterator[Shown]:
        around = () if self.headline is None else (*self.headline.iterancestors(),)[:-2]
        for position, text, element, marked in self.noted:
            # What shares nothing with the headline but the page is the page's: today's date.
            is_above = position < self.above and bool(around)
            if not is_above or around[-1] in element.iterancestors():
                yield Shown(text, element, self._distance(position), marked)

    def _distance(self, position: int) -> float:
        if position >= self.below:
            distance = position - self.below
            return distance if distance <= NEAR else math.inf
        distance = self.above - position
        return 3 * distance if distance <= ABOVE else math.inf

    def _note_marked(self, element: _Element) -> None:
        value = _machine_value(element)
        if value:
            self.noted.append((self.position, value, element, True))
        elif len(element) and _DATE_CLASS.search(element.get("class") or ""):
            self._note(text_of(element), element)

    def _read(self, text: str | None, element: _Element | None) -> None:
        text = text.strip() if text else ""
        size = len(text)
        if size >= MIN_SHOWN and element is not None and _DIGIT.search(text):
            self._note(text, element)
        if self.below < 0 and size >= MIN_RUNNING and self.headline is None:
            self.above = self.below = self.position
        self.position += size

    def _note(self, text: str, element: _Element) -> None:
        dated = _dated(one_line(text[:MAX_LINE]), is_whole=len(text) <= MAX_LINE)
        if dated:
            self.noted.append((self.position, dated, element, False))


def _dated(line: str, *, is_whole: bool) -> str:
    """A line from its first date on that is not that of a change; "" where it shows none.

    It begins with the date, or is one with a few words, which are no sentence.
    """
    line = in_gregorian(line)
    places = [(found.start(), found.end()) for found in SHOWN_DATE.finditer(line)]
    for (_, before), (start, end) in pairwise([(0, 0), *places]):
        if _CHANGED.search(line[before:start]):
            continue
        is_sentence = _SENTENCE_END.search(line, end) is not None
        is_label = is_whole and not is_sentence and len(line) - (end - start) <= MAX_BESIDE
        return line[start:] if start == 0 or is_label else ""
    return ""


def _machine_value(element: _Element) -> str:
    """What an element that is a date says to machines; its text where it says nothing."""
    is_date = element.tag == "time" or element.get("itemprop") == "datePublished"
    if is_date or element.tag == "abbr" or _DATE_CLASS.search(element.get("class") or ""):
        stated = filter(None, map(element.get, ("datetime", "content", "title")))
        return next(stated, text_of(element) if is_date else "")
    return ""
