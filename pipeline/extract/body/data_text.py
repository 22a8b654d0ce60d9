"""The article's text where a page has it only in its data.

JSON-LD's ``articleBody`` and the states of web frameworks (``__NEXT_DATA__``,
``Fusion.globalContent``, ``window.__INITIAL_STATE__``) hold the article as an object with its
headline. Its text is the longest run of prose in that object, as one string of HTML or as a list of
paragraphs.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from lxml.etree import _Element

from pipeline.text.cleaning import letters, plain
from pipeline.text.lengths import text_length

MIN_SCRIPT = 300
MAX_SCRIPT = 3_000_000
"""Characters of a script that is read."""

MAX_STARTS = 20
"""Assignments of one script that are tried."""

MAX_OBJECTS = 20_000
MAX_DEPTH = 12
PROSE = 60
"""Characters, by ``text_length``, from which a string with spaces is prose."""

MAX_RUN = 2_000
MIN_TITLE = 12
"""Letters of a title by which an object is known as the article's."""

_START = re.compile(r"=\s{0,5}(?:JSON\.parse\(\s{0,5}(?=\")|(?=[\[{]))")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*+[ >/]")


_Found = tuple[str, str]  # a string behind the name of its property


def text_in_data(tree: _Element, titles: Sequence[str]) -> str:
    """The article's text as HTML, by the object that has one of the titles; "" without one."""
    known = {letters(title) for title in titles}
    known = {title for title in known if len(title) >= MIN_TITLE}
    if not known:
        return ""
    best: list[str] = []
    for document in _documents(tree):
        for node in _objects_of(document, known):
            run = _longest_run(node)
            if _size(run) > _size(best):
                best = run
    return f"<article>{''.join(map(_as_html, best))}</article>" if best else ""


def _as_html(text: str) -> str:
    """A string of the data as paragraphs; many hold HTML already."""
    if _TAG.search(text):
        return text
    lines = filter(None, map(str.strip, text.split("\n")))
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _documents(tree: _Element) -> Iterator[object]:
    """The JSON of a page's scripts, bare or assigned to a variable."""
    for script in tree.iter("script"):
        text = script.text or ""
        if len(text) not in range(MIN_SCRIPT, MAX_SCRIPT):
            continue
        if "json" in (script.get("type") or ""):
            yield from _decoded(text, len(text) - len(text.lstrip()))
        else:
            yield from _assigned(text)


def _assigned(text: str) -> Iterator[object]:
    at = 0
    for _ in range(MAX_STARTS):
        start = _START.search(text, at)
        if start is None:
            return
        at = start.end()
        for value in _decoded(text, start.end()):
            if isinstance(value, str):  # JSON.parse("…")
                yield from _decoded(value, 0)
            else:
                yield value


def _decoded(text: str, at: int) -> Iterator[object]:
    try:
        yield json.JSONDecoder(strict=False).raw_decode(text, at)[0]
    except (ValueError, RecursionError):
        return


def _objects_of(document: object, known: set[str]) -> Iterator[dict[str, object]]:
    """The objects that have a title of the article, outer ones first."""
    level: list[object] = [document]
    budget = MAX_OBJECTS
    while level and budget > 0:
        below: list[object] = []
        for value in level:
            budget -= 1
            if isinstance(value, dict):
                if _has_title(value, known):
                    yield value
                below += value.values()
            elif isinstance(value, list):
                below += value
        level = [value for value in below if isinstance(value, dict | list)]


def _has_title(node: dict[str, object], known: set[str]) -> bool:
    """Whether a string of the object or of one in it is a title (``headlines: {basic: …}``)."""
    values = list(node.values())
    for value in node.values():
        if isinstance(value, dict):
            values += value.values()
    shortest = min(map(len, known))
    texts = (value for value in values if isinstance(value, str))
    titles = (text for text in texts if shortest <= len(text) < MAX_RUN)
    return any(letters(plain(text)) in known for text in titles)


def _longest_run(node: dict[str, object]) -> list[str]:
    """The strings of the property with the most prose, in the page's order."""
    runs = (_own_strings(name, value) for name, value in node.items())
    return max(runs, key=_size, default=[])


def _own_strings(name: str, value: object) -> list[str]:
    """The strings under the name that most of a property's prose has."""
    found = list(_strings(name, value, MAX_DEPTH))[:MAX_RUN]
    sizes: Counter[str] = Counter()
    for owner, text in found:
        sizes[owner] += text_length(text) if _is_prose(text) else 0
    if not sizes or not sizes.total():
        return []
    main = sizes.most_common(1)[0][0]
    return [text for owner, text in found if owner == main and text.strip()]


def _strings(name: str, value: object, depth: int) -> Iterator[_Found]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list) and depth:
        for item in value:
            yield from _strings(name, item, depth - 1)
    elif isinstance(value, dict) and depth:
        for inner, item in value.items():
            yield from _strings(inner, item, depth - 1)


def _is_prose(text: str) -> bool:
    words = text.count(" ")
    return text_length(text) >= PROSE and (words >= PROSE // 10 or text_length(text) > len(text))


def _size(run: Sequence[str]) -> int:
    return sum(text_length(plain(text)) for text in run if _is_prose(text))
