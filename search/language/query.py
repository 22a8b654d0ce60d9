"""The query language: Lucene's syntax, parsed by luqum, checked, and turned into ``search.nodes``.

Words side by side must all occur (AND), as in every web search that people know; Lucene's own
default of OR would bury the article that has them all under those that have one.
"""

import re
from collections.abc import Callable
from typing import Any

from luqum import tree as luqum

from search.errors import QueryError
from search.fields import ALIASES, FIELDS, SOURCE_GROUPS, Field, FieldKind
from search.language.bounds import Bound, between
from search.language.groups import NO_GROUPS, Groups, sources_in
from search.language.lucene import parse_lucene
from search.nodes import And, Exists, MatchAll, Node, Not, Or, Phrase, Prefix, Range, Term
from search.text import normalise

__all__ = [
    "And",
    "Exists",
    "MatchAll",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "QueryError",
    "Range",
    "Term",
    "parse",
]

LONGEST_TEXT = 4000
MOST_CLAUSES = 200
DEEPEST_NESTING = 20
"""Elasticsearch stops at 30, some of which are ours."""

SHORTEST_PREFIX = 2

_LEADING_APOSTROPHE = re.compile(r"(?<![^\s(:+-])'")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNSUPPORTED = {
    luqum.Regex: "Regular expressions (/…/) are not supported; "
    "put an address that has slashes in quotation marks.",
    luqum.Fuzzy: "Fuzzy words (~) are not supported.",
    luqum.Proximity: "Words near each other (~) are not supported; a phrase in quotation marks is.",
    luqum.Boost: "Weights (^) are not supported.",
}


def parse(text: str, groups: Groups = NO_GROUPS) -> Node:
    """The meaning of a query; an empty one or ``*`` means every article.

    Args:
        text: the query.
        groups: the sources by their tags and collections; only looked into when the query names
            one.

    Raises:
        QueryError: it cannot be understood, names an unknown field, or would cost too much.
    """
    if "\0" in text:
        raise QueryError("A query cannot contain the character NUL.", text.index("\0"))
    if len(text) > LONGEST_TEXT:
        raise QueryError(
            f"A query can be {LONGEST_TEXT} characters long; this one has {len(text)}."
        )
    # luqum knows no word that begins with an apostrophe ('ndrangheta); the typographic one means
    # the same.
    text = _LEADING_APOSTROPHE.sub("’", normalise(text))
    if text.strip() in {"", "*", "*:*"}:
        return MatchAll()
    try:
        tree = parse_lucene(text)
    except Exception as error:  # noqa: BLE001 - luqum also raises what Decimal, int and assert do
        raise _explained(text, error) from None
    return _Reader(groups).read(tree, None, 0)


def _explained(text: str, error: Exception) -> QueryError:
    bare = _ESCAPED.sub("..", text)
    if bare.count('"') % 2:
        return QueryError('A quotation mark (") has no partner.', bare.rindex('"'))
    unquoted = re.sub(r'"[^"]*"', lambda match: "." * len(match[0]), bare)
    opened, closed = unquoted.count("("), unquoted.count(")")
    if opened != closed:
        return QueryError(f"The parentheses do not match: {opened} are opened, {closed} closed.")
    found = re.search(r"position (\d+)", str(error))
    if found and int(found[1]) < len(text):
        position = int(found[1])
        return QueryError(
            f"The query cannot be understood at “{text[position : position + 20]}”.", position
        )
    if "the end" in str(error):
        return QueryError(
            "The query ends too early: something is missing after the last word.", len(text)
        )
    return QueryError("The query cannot be understood.")


class _Reader:
    """Turns luqum's tree into ours and counts what it costs."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._clauses = 0
        self._kinds: dict[type, Callable[[Any, Field | None, int], Node]] = {
            luqum.UnknownOperation: self._and,
            luqum.AndOperation: self._and,
            luqum.OrOperation: self._or,
            luqum.Not: self._not,
            luqum.Prohibit: self._not,
            luqum.Plus: self._inner,
            luqum.Group: self._inner,
            luqum.FieldGroup: self._inner,
            luqum.SearchField: self._field,
            luqum.Word: self._word,
            luqum.Phrase: self._phrase,
            luqum.Range: self._range,
            luqum.From: self._from,
            luqum.To: self._to,
        }

    def read(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401 - luqum has no types
        if depth > DEEPEST_NESTING:
            raise QueryError(
                f"The query is nested more than {DEEPEST_NESTING} levels deep.", tree.pos
            )
        reader = self._kinds.get(type(tree))
        if reader is None:
            raise QueryError(
                _UNSUPPORTED.get(type(tree), "This syntax is not supported."), tree.pos
            )
        return reader(tree, field, depth)

    def _and(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401
        return And(tuple(self.read(child, field, depth + 1) for child in tree.children))

    def _or(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401
        return Or(tuple(self.read(child, field, depth + 1) for child in tree.children))

    def _not(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401
        return Not(self.read(tree.children[0], field, depth + 1))

    def _inner(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401
        return self.read(tree.children[0], field, depth + 1)

    def _field(self, tree: Any, outer: Field | None, depth: int) -> Node:  # noqa: ANN401
        name = _ESCAPED.sub(r"\1", tree.name).lower()
        if outer is not None:
            raise QueryError(
                f"“{name}:” stands inside “{outer.name}:”; a field cannot contain another.",
                tree.pos,
            )
        field = FIELDS.get(ALIASES.get(name, name)) or SOURCE_GROUPS.get(name)
        if field is None:
            known = ", ".join(sorted([*FIELDS, *SOURCE_GROUPS]))
            raise QueryError(f"There is no field “{name}”. The fields are {known}.", tree.pos)
        return self.read(tree.expr, field, depth + 1)

    def _count(self, tree: Any) -> None:  # noqa: ANN401
        self._clauses += 1
        if self._clauses > MOST_CLAUSES:
            raise QueryError(
                f"A query can have {MOST_CLAUSES} words, phrases and ranges; this one has more.",
                tree.pos,
            )

    def _word(self, tree: Any, field: Field | None, _depth: int) -> Node:  # noqa: ANN401
        self._count(tree)
        text = _ESCAPED.sub(r"\1", tree.value)
        wildcards = [
            match.start() for match in re.finditer(r"[*?]", _ESCAPED.sub("..", tree.value))
        ]
        if not wildcards:
            return self._value(Term, text, field, tree.pos)
        if tree.value == "*":
            return self._any(field, tree.pos)
        if wildcards != [len(tree.value) - 1] or not tree.value.endswith("*"):
            raise QueryError(
                f"“{tree.value}”: a wildcard is allowed as one * at the end of a word only.",
                tree.pos,
            )
        if len(text) - 1 < SHORTEST_PREFIX:
            raise QueryError(
                f"“{tree.value}”: at least {SHORTEST_PREFIX} letters must stand before the *.",
                tree.pos,
            )
        return self._value(Prefix, text[:-1], field, tree.pos)

    def _any(self, field: Field | None, position: int) -> Node:
        if field is None:
            return MatchAll()
        if field.name in SOURCE_GROUPS:
            return sources_in(self._groups, field.name, "", prefix=True, position=position)
        if field.kind is FieldKind.TEXT:
            raise QueryError(
                f"“{field.name}:*” is not supported: "
                "only fields with exact values can be asked so.",
                position,
            )
        return Exists(field.name)

    def _phrase(self, tree: Any, field: Field | None, _depth: int) -> Node:  # noqa: ANN401
        self._count(tree)
        return self._value(Phrase, _ESCAPED.sub(r"\1", tree.value[1:-1]), field, tree.pos)

    def _value(
        self,
        make: type[Term] | type[Phrase] | type[Prefix],
        text: str,
        field: Field | None,
        position: int,
    ) -> Node:
        if field is None:
            return make(None, text)
        if field.name in SOURCE_GROUPS:
            is_prefix = make is Prefix
            return sources_in(self._groups, field.name, text, prefix=is_prefix, position=position)
        if field.kind in {FieldKind.MOMENT, FieldKind.NUMBER}:
            if make is Prefix:
                raise QueryError(
                    f"“{field.name}” has no beginnings to search; use a range such as [2017 TO *].",
                    position,
                )
            bound = Bound(text, included=True, position=position)
            return between(field.name, field.kind, bound, bound)
        return make(field.name, text.lower() if field.lowercase else text)

    def _range(self, tree: Any, field: Field | None, _depth: int) -> Node:  # noqa: ANN401
        low = Bound(_end(tree.low), included=tree.include_low, position=tree.low.pos)
        high = Bound(_end(tree.high), included=tree.include_high, position=tree.high.pos)
        return self._between(tree, field, low, high)

    def _from(self, tree: Any, field: Field | None, _depth: int) -> Node:  # noqa: ANN401
        low = Bound(_end(tree.a), included=tree.include, position=tree.pos)
        return self._between(tree, field, low, Bound("*", included=True, position=None))

    def _to(self, tree: Any, field: Field | None, _depth: int) -> Node:  # noqa: ANN401
        high = Bound(_end(tree.a), included=tree.include, position=tree.pos)
        return self._between(tree, field, Bound("*", included=True, position=None), high)

    def _between(self, tree: Any, field: Field | None, low: Bound, high: Bound) -> Node:  # noqa: ANN401
        self._count(tree)
        if field is None or field.kind not in {FieldKind.MOMENT, FieldKind.NUMBER}:
            names = ", ".join(
                name
                for name, known in FIELDS.items()
                if known.kind in {FieldKind.MOMENT, FieldKind.NUMBER}
            )
            raise QueryError(f"Ranges are for the fields {names}.", tree.pos)
        if low.text == high.text == "*":
            return Exists(field.name)
        return between(field.name, field.kind, low, high)


def _end(tree: Any) -> str:  # noqa: ANN401
    """The text of a range's end: a word, a phrase, or a word after a minus."""
    if isinstance(tree, luqum.Prohibit):
        return f"-{_end(tree.a)}"
    text = tree.value[1:-1] if isinstance(tree, luqum.Phrase) else tree.value
    return _ESCAPED.sub(r"\1", text)
