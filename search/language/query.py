"""The query language: Lucene's syntax, parsed by luqum, checked, and turned into ``search.nodes``.

Words side by side must all occur (AND), as in every web search that people know; Lucene's own
default of OR would bury the article that has them all under those that have one.
"""

import re
from datetime import datetime

from search.errors import QueryError
from search.language.groups import NO_GROUPS, Groups
from search.language.lucene import parse_lucene
from search.language.reader import TOO_DEEP, Reader
from search.nodes import MatchAll, Node
from search.text import normalise

__all__ = ["QueryError", "parse"]

LONGEST_TEXT = 4000
_LEADING_APOSTROPHE = re.compile(r"(?<![^\s(:+-])'")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def parse(text: str, groups: Groups = NO_GROUPS, *, now: datetime | None = None) -> Node:
    """The meaning of a query; an empty one or ``*`` means every article.

    Args:
        text: the query.
        groups: the sources by their tags and collections; only looked into when the query names
            one.
        now: what ``now-2h``, ``today`` and ``newer:2h`` are reckoned from; without it they are
            errors.

    Raises:
        QueryError: it cannot be understood, names an unknown field, or would cost too much.
    """
    if "\0" in text:
        raise QueryError("A query cannot contain the character NUL.", text.index("\0"))
    if len(text) > LONGEST_TEXT:
        raise QueryError(
            f"A query can be {LONGEST_TEXT} characters long; this one has {len(text)}. "
            "Leave some of it out."
        )
    # luqum knows no word that begins with an apostrophe ('ndrangheta); the typographic one means
    # the same.
    text = _LEADING_APOSTROPHE.sub("’", normalise(text))
    if text.strip() in {"", "*", "*:*"}:
        return MatchAll()
    try:
        tree = parse_lucene(text)
    except RecursionError:
        raise QueryError(TOO_DEEP) from None
    except Exception as error:  # noqa: BLE001 - luqum also raises what Decimal, int and assert do
        raise _explained(text, error) from None
    return Reader(groups, now).read(tree, None, 0)


def _explained(text: str, error: Exception) -> QueryError:
    bare = _ESCAPED.sub("..", text)
    if bare.count('"') % 2:
        return QueryError(
            'A quotation mark (") has no partner; add the other one, or write \\".',
            bare.rindex('"'),
        )
    unquoted = re.sub(r'"[^"]*"', lambda match: "." * len(match[0]), bare)
    opened, closed = unquoted.count("("), unquoted.count(")")
    if opened != closed:
        return QueryError(f"The parentheses do not match: {opened} are opened, {closed} closed.")
    found = re.search(r"position (\d+)", str(error))
    if found and int(found[1]) < len(text):
        position = int(found[1])
        return QueryError(
            f"The query cannot be understood at “{text[position : position + 20]}”; "
            "to search for it as it is, put it in quotation marks.",
            position,
        )
    if "the end" in str(error):
        return QueryError(
            "The query ends too early: something is missing after the last word.", len(text)
        )
    return QueryError(
        "The query cannot be understood; put in quotation marks what you search for as it is."
    )
