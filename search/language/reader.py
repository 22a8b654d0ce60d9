"""Turns luqum's tree of a query into ``search.nodes``, and bounds what it costs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from luqum import tree as luqum

from search.errors import QueryError
from search.fields import EXACT, FIELDS, SOURCE_GROUPS, Field, FieldKind, find
from search.language import words
from search.language.bounds import Bound, between
from search.language.groups import Groups, sources_in
from search.language.relative import UNITS, ago, is_relative
from search.language.values import AGES, exact, need_words, no_field
from search.nodes import (
    And,
    Boost,
    Exists,
    Fuzzy,
    MatchAll,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Range,
    Term,
)

MOST_CLAUSES = 200
MOST_EXPANDED = 20
"""Words with ``~``, or with wildcards inside: each stands for many words of the index."""

DEEPEST_NESTING = 20
"""Elasticsearch stops at 30, some of which are ours."""

TOO_DEEP = (
    f"The query is nested more than {DEEPEST_NESTING} levels deep; "
    "take out parentheses that are not needed."
)

_InField = Term | Phrase | Prefix | Pattern | Fuzzy

_COMPARED = frozenset({FieldKind.MOMENT, FieldKind.NUMBER})
_REGEX = (
    "Regular expressions (/…/) are not supported; put an address that has slashes in quotation "
    "marks, and write a part of a word as beg*, w?rd or word~."
)


class Reader:
    """Turns luqum's tree into ours and counts what it costs."""

    def __init__(self, groups: Groups, now: datetime | None) -> None:
        self._groups = groups
        self._now = now
        self._clauses = 0
        self._expanded = 0
        self._kinds: dict[type, Callable[[Any, Field | None, int], Node]] = {
            luqum.UnknownOperation: self._and,
            luqum.AndOperation: self._and,
            luqum.OrOperation: self._or,
            luqum.Not: self._not,
            luqum.Prohibit: self._not,
            luqum.Plus: self._inner,
            luqum.Group: self._inner,
            luqum.FieldGroup: self._inner,
            luqum.Boost: self._boost,
            luqum.SearchField: self._field,
            luqum.Word: self._word,
            luqum.Phrase: self._phrase,
            luqum.Fuzzy: self._fuzzy,
            luqum.Proximity: self._near,
            luqum.Range: self._range,
            luqum.From: self._from,
            luqum.To: self._to,
        }

    def read(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401 - luqum has no types
        """The meaning of a part of the tree.

        Args:
            tree: the part.
            field: what it stands in; None for everywhere.
            depth: how deep it stands.

        Raises:
            QueryError: it means nothing, or would cost too much.
        """
        if depth > DEEPEST_NESTING:
            raise QueryError(TOO_DEEP, tree.pos)
        reader = self._kinds.get(type(tree))
        if reader is None:
            is_regex = isinstance(tree, luqum.Regex)
            raise QueryError(_REGEX if is_regex else "This syntax is not supported.", tree.pos)
        return reader(tree, field, depth)

    def _and(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401
        return And(tuple(self.read(child, field, depth + 1) for child in tree.children))

    def _or(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401
        return Or(tuple(self.read(child, field, depth + 1) for child in tree.children))

    def _not(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401
        return Not(self.read(tree.children[0], field, depth + 1))

    def _inner(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401
        return self.read(tree.children[0], field, depth + 1)

    def _boost(self, tree: Any, field: Field | None, depth: int) -> Node:  # noqa: ANN401
        weight = words.read_weight(tree.force, tree.pos)
        return Boost(self.read(tree.expr, field, depth + 1), weight)

    def _field(self, tree: Any, outer: Field | None, depth: int) -> Node:  # noqa: ANN401
        name = words.unescaped(tree.name).lower()
        if outer is not None:
            raise QueryError(
                f"“{name}:” stands inside “{outer.name}:”; a field cannot contain another. "
                "Close the parenthesis before it.",
                tree.pos,
            )
        if name in AGES:
            return self._age(name, tree.expr)
        field = find(name) or SOURCE_GROUPS.get(name)
        if field is None:
            raise QueryError(no_field(name), tree.pos)
        return self.read(tree.expr, field, depth + 1)

    def _age(self, name: str, tree: Any) -> Node:  # noqa: ANN401
        self._count(tree)
        moment = self._ago(tree.value) if isinstance(tree, luqum.Word) else None
        if moment is None:
            raise QueryError(
                f"After “{name}:” stands how long ago, such as {name}:2h or {name}:30d "
                f"({UNITS}); a date is written published:>2017-12-01.",
                tree.pos,
            )
        if name == "newer":
            return Range("published", moment, None)
        return Range("published", None, moment)

    def _ago(self, text: str) -> datetime | None:
        try:
            return ago(text, self._now) if self._now else None
        except OverflowError:
            return None

    def _count(self, tree: Any) -> None:  # noqa: ANN401
        self._clauses += 1
        if self._clauses > MOST_CLAUSES:
            raise QueryError(
                f"A query can have {MOST_CLAUSES} words, phrases and ranges; this one has more. "
                "Leave some out.",
                tree.pos,
            )

    def _count_expanded(self, tree: Any) -> None:  # noqa: ANN401
        self._expanded += 1
        if self._expanded > MOST_EXPANDED:
            raise QueryError(
                f"A query can have {MOST_EXPANDED} words with ~, or with * or ? inside; "
                "this one has more.",
                tree.pos,
            )

    def _word(self, tree: Any, field: Field | None, _depth: int) -> Node:  # noqa: ANN401
        self._count(tree)
        if tree.value == "*":
            return self._any(field, tree.pos)
        return self._placed(words.read_word(tree.value, _name(field), tree.pos), tree, field)

    def _phrase(self, tree: Any, field: Field | None, _depth: int) -> Node:  # noqa: ANN401
        self._count(tree)
        text = words.unescaped(tree.value[1:-1])
        return self._placed(Phrase(_name(field), text), tree, field)

    def _fuzzy(self, tree: Any, field: Field | None, _depth: int) -> Node:  # noqa: ANN401
        self._count(tree)
        need_words(tree, field, "~ after a word")
        node = words.read_fuzzy(tree.term.value, float(tree.degree), _name(field), tree.pos)
        return self._placed(node, tree, field)

    def _near(self, tree: Any, field: Field | None, _depth: int) -> Node:  # noqa: ANN401
        self._count(tree)
        need_words(tree, field, "~ after a phrase")
        return words.read_near(tree.term.value, float(tree.degree), _name(field), tree.pos)

    def _any(self, field: Field | None, position: int) -> Node:
        if field is None:
            return MatchAll()
        if field.name in SOURCE_GROUPS:
            return sources_in(self._groups, field.name, "", prefix=True, position=position)
        if field.whole:
            return Exists(f"{field.name}{EXACT}")
        if field.kind is FieldKind.TEXT:
            raise QueryError(
                f"“{field.name}:*” is not supported: "
                "only fields with exact values can be asked so.",
                position,
            )
        return Exists(field.name)

    def _placed(self, node: _InField, tree: Any, field: Field | None) -> Node:  # noqa: ANN401
        """A word or phrase in its field: there it may mean a group, a date, or an exact value."""
        if isinstance(node, Pattern | Fuzzy):
            self._count_expanded(tree)
        if field is None or field.kind is FieldKind.TEXT:
            if isinstance(node, Pattern):
                words.check_pattern(node.text, tree.pos)
            return node
        if field.name in SOURCE_GROUPS:
            if isinstance(node, Pattern):
                raise QueryError(
                    f"“{node.text}”: only one * at its end is possible here.", tree.pos
                )
            is_prefix = isinstance(node, Prefix)
            return sources_in(
                self._groups, field.name, node.text, prefix=is_prefix, position=tree.pos
            )
        if field.kind in _COMPARED:
            return self._value(node, field, tree.pos)
        return exact(node, field, tree.pos)

    def _value(self, node: Node, field: Field, position: int) -> Node:
        """A date or a number alone."""
        if not isinstance(node, Term | Phrase):
            raise QueryError(
                f"“{field.name}” has no beginnings to search; use a range such as [2017 TO *].",
                position,
            )
        if self._now and is_relative(node.text) and node.text.startswith("now"):
            raise QueryError(
                f"“{node.text}” is one moment; write {field.name}:>{node.text} or "
                f"{field.name}:[{node.text} TO now].",
                position,
            )
        bound = Bound(node.text, included=True, position=position)
        return between(field.name, field.kind, bound, bound, self._now)

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
        if field is None or field.kind not in _COMPARED:
            names = ", ".join(name for name, known in FIELDS.items() if known.kind in _COMPARED)
            raise QueryError(f"Ranges are for the fields {names}.", tree.pos)
        if low.text == high.text == "*":
            return Exists(field.name)
        return between(field.name, field.kind, low, high, self._now)


def _name(field: Field | None) -> str | None:
    return field.name if field else None


def _end(tree: Any) -> str:  # noqa: ANN401
    """The text of a range's end: a word, a phrase, or a word after a minus."""
    if isinstance(tree, luqum.Prohibit):
        return f"-{_end(tree.a)}"
    return words.unescaped(tree.value[1:-1] if isinstance(tree, luqum.Phrase) else tree.value)
