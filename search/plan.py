"""What a backend has to do: a query with its words split into tokens and its fields spelled out.

Both backends translate this small tree and nothing else, which keeps their results alike. Only
``Words`` scores; exact values, ranges and negations decide what matches and add nothing.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from search.errors import QueryError
from search.fields import EVERYWHERE, EXACT, FieldKind, find, indexed_field
from search.nodes import (
    And,
    Boost,
    Exists,
    Fuzzy,
    MatchAll,
    Node,
    Not,
    OneOf,
    Or,
    Pattern,
    Phrase,
    Prefix,
    Range,
    Term,
)
from search.text import Analysis, Stems

MOST_NEAR = 6
"""Words that can be asked for near each other."""

STEM_WEIGHT = 0.5
"""What a word that only shares the stem is worth, against the very word."""


class Match(StrEnum):
    """How the words of an article are compared with the tokens."""

    ROW = "row"
    """They are these, in a row."""

    NEAR = "near"
    """They are these two, and in a row when they are moved by ``slack`` places in all."""

    PREFIX = "prefix"
    """One begins with the one token."""

    PATTERN = "pattern"
    """One fits the one token, in which ``*`` stands for any letters and ``?`` for one."""

    FUZZY = "fuzzy"
    """One becomes the one token when ``slack`` letters are changed."""


@dataclass(frozen=True, slots=True)
class Words:
    """Tokens in any of ``fields`` (each with its weight).

    Attributes:
        fields: names of ``FIELDS``, each with its weight.
        tokens: folded words; none where only the stems are looked for.
        match: how they are compared.
        stems: of the one word; an article that has one of these in its language matches too.
        slack: how much may differ, for ``NEAR`` and ``FUZZY``.
    """

    fields: tuple[tuple[str, float], ...]
    tokens: tuple[str, ...]
    match: Match = Match.ROW
    stems: Stems | None = None
    slack: int = 0

    def ranked(self, field: str) -> bool:
        """Whether a match in this field is scored by BM25, or by the field's weight alone."""
        return self.match is Match.ROW and indexed_field(field).ranked

    def stemmed(self, field: str) -> bool:
        """Whether the stems are looked for in this field too."""
        return self.stems is not None and indexed_field(field).stemmed


@dataclass(frozen=True, slots=True)
class Exact:
    """A whole value, the beginning of one, or a pattern that it fits.

    ``field`` is a name of ``search.fields.find``.
    """

    field: str
    value: str
    match: Match = Match.ROW


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part matches, and no part of ``without`` does."""

    parts: tuple["Plan", ...]
    without: tuple["Plan", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part matches."""

    parts: tuple["Plan", ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No article."""


Plan = Words | Exact | OneOf | Range | Exists | MatchAll | AllOf | AnyOf | Nothing


def plan(query: Node, analysis: Analysis) -> Plan:
    """How to answer ``query``.

    Words without a single letter or digit are passed over, like punctuation in a text.

    Raises:
        QueryError: a pattern is not one word, or a fuzzy one is several.
    """
    return _Planner(analysis).plan(query, 1.0) or Nothing()


class _Planner:
    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis

    def plan(self, node: Node, weight: float) -> Plan | None:
        """How to answer a node whose words are worth ``weight``; None when it has no words."""
        match node:
            case And(parts):
                return self._all(parts, weight)
            case Or(parts):
                options = tuple(option for part in parts if (option := self.plan(part, weight)))
                return AnyOf(options) if options else None
            case Not():
                return self._all((node,), weight)
            case Boost(part, factor):
                return self.plan(part, weight * factor)
            case Term() | Phrase() | Prefix() | Pattern() | Fuzzy():
                return self._value(node, weight)
            case _:
                return node

    def _all(self, parts: tuple[Node, ...], weight: float) -> Plan | None:
        wanted: list[Plan] = []
        without: list[Plan] = []
        for part in parts:
            group, inner = (without, part.part) if isinstance(part, Not) else (wanted, part)
            if planned := self.plan(inner, weight):
                group.append(planned)
        if not wanted and not without:
            return None
        if len(wanted) == 1 and not without:
            return wanted[0]
        return AllOf(tuple(wanted), tuple(without))

    def _value(self, node: Term | Phrase | Prefix | Pattern | Fuzzy, weight: float) -> Plan | None:
        field = find(node.field) if node.field else None
        if field is not None and field.kind is FieldKind.EXACT:
            return Exact(field.name, node.text, _EXACT_MATCHES.get(type(node), Match.ROW))
        name = field.name.removesuffix(EXACT) if field else None
        fields = EVERYWHERE if name is None else ((name, 1.0),)
        words = Words(tuple((each, part * weight) for each, part in fields), ())
        match node:
            case Prefix(_, text):
                return self._prefix(words, text)
            case Pattern(_, text):
                return replace(words, tokens=(self._pattern(text),), match=Match.PATTERN)
            case Fuzzy():
                return self._fuzzy(words, node)
            case _:
                return self._row(words, node, is_exact=node.field != name)

    def _row(self, words: Words, node: Term | Phrase, *, is_exact: bool) -> Plan | None:
        tokens = self._tokens(node.text)
        if not tokens:
            return None
        if isinstance(node, Phrase):
            different = tuple(dict.fromkeys(tokens)) if node.slop else tokens
            if node.slop and len(different) > 1:
                return _near(words, different, node)
            return replace(words, tokens=different)
        row = replace(words, tokens=tokens)
        return row if is_exact else self._with_stems(row, node.text)

    def _tokens(self, text: str) -> tuple[str, ...]:
        return tuple(token.text for token in self._analysis.tokenize(text))

    def _with_stems(self, words: Words, text: str) -> Words:
        has_stems = any(indexed_field(name).stemmed for name, _ in words.fields)
        if len(words.tokens) > 1 or not has_stems:
            return words
        (token,) = self._analysis.tokenize(text)
        return replace(words, stems=self._analysis.stems_asked(text[token.start : token.end]))

    def _prefix(self, words: Words, text: str) -> Plan | None:
        tokens = self._tokens(text)
        if not tokens:
            return None
        head, last = tokens[:-1], tokens[-1]
        if not head:
            return replace(words, tokens=tokens, match=Match.PREFIX)
        if len(last) == 1:
            # A letter of an unspaced script (中国*): the phrase already finds it inside longer
            # words.
            return replace(words, tokens=tokens)
        beginning = replace(words, tokens=(last,), match=Match.PREFIX)
        return AllOf((replace(words, tokens=head), beginning))

    def _pattern(self, text: str) -> str:
        """The pattern with its letters folded."""
        return "".join(
            piece if piece in {"*", "?"} else self._one_token(piece, text)
            for piece in re.split(r"([*?])", text)
            if piece
        )

    def _fuzzy(self, words: Words, node: Fuzzy) -> Words:
        token = self._one_token(node.text, f"{node.text}~")
        return replace(words, tokens=(token,), match=Match.FUZZY, slack=node.distance)

    def _one_token(self, text: str, written: str) -> str:
        tokens = self._tokens(text)
        if len(tokens) != 1:
            raise QueryError(
                f"“{written}” is not one word; ~ and wildcards inside are for single words "
                "of scripts that are written with spaces."
            )
        return tokens[0]


_EXACT_MATCHES = {Prefix: Match.PREFIX, Pattern: Match.PATTERN}


def _near(words: Words, tokens: tuple[str, ...], node: Phrase) -> Plan:
    """All words in one field, every two of them near each other.

    Pairs, since Lucene and Tantivy count the moves of three words differently.

    Raises:
        QueryError: there are too many words.
    """
    if len(tokens) > MOST_NEAR:
        raise QueryError(
            f'“"{node.text}"~{node.slop}” has {len(tokens)} words; at most {MOST_NEAR} can be '
            "near each other."
        )
    pairs = [
        (tokens[i], tokens[j], node.slop + j - i - 1)
        for i, j in combinations(range(len(tokens)), 2)
    ]
    in_each = [
        AllOf(
            tuple(
                Words((field,), (one, other), Match.NEAR, slack=slack)
                for one, other, slack in pairs
            )
        )
        for field in words.fields
    ]
    return in_each[0] if len(in_each) == 1 else AnyOf(tuple(in_each))


def positive_words(planned: Plan) -> tuple[Words, ...]:
    """The words that a match can be recognised by: all that are not negated."""
    match planned:
        case Words():
            return (planned,)
        case AllOf(parts) | AnyOf(parts):
            return tuple(words for part in parts for words in positive_words(part))
        case _:
            return ()


def ranks(planned: Plan) -> bool:
    """Whether scores can differ among the hits. Where all are worth the same, dates order them."""
    match planned:
        case Words(fields):
            scored = any(planned.ranked(name) for name, _ in fields)
            return scored or len(fields) > 1 or planned.stems is not None
        case AllOf(parts):
            return any(ranks(part) for part in parts)
        case AnyOf(parts):
            return any(positive_words(part) for part in parts)
        case _:
            return False
