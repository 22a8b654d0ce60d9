"""What a backend has to do: a query with its words split into tokens and its fields spelled out.

Both backends translate this small tree and nothing else, which keeps their results alike. Only
``Words`` scores; exact values, ranges and negations decide what matches and add nothing.
"""

from dataclasses import dataclass

from search.fields import EVERYWHERE, FIELDS, FieldKind
from search.nodes import And, Exists, MatchAll, Node, Not, OneOf, Or, Phrase, Prefix, Range, Term
from search.text import Tokenize


@dataclass(frozen=True, slots=True)
class Words:
    """Tokens in a row, in any of ``fields`` (each with its weight).

    With ``prefix`` the one token is a beginning.
    """

    fields: tuple[tuple[str, float], ...]
    tokens: tuple[str, ...]
    prefix: bool = False

    def ranked(self, field: str) -> bool:
        """Whether a match in this field is scored by BM25, or by the field's weight alone."""
        return not self.prefix and FIELDS[field].ranked


@dataclass(frozen=True, slots=True)
class Exact:
    """A whole value, or with ``prefix`` its beginning."""

    field: str
    value: str
    prefix: bool = False


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


def plan(query: Node, tokenize: Tokenize) -> Plan:
    """How to answer ``query``.

    Words without a single letter or digit are passed over, like punctuation in a text.
    """
    return _plan(query, tokenize) or Nothing()


def _plan(node: Node, tokenize: Tokenize) -> Plan | None:
    match node:
        case And(parts):
            return _all(parts, tokenize)
        case Or(parts):
            options = tuple(option for part in parts if (option := _plan(part, tokenize)))
            return AnyOf(options) if options else None
        case Not():
            return _all((node,), tokenize)
        case Term() | Phrase() | Prefix():
            return _words(node, tokenize)
        case _:
            return node


def _all(parts: tuple[Node, ...], tokenize: Tokenize) -> Plan | None:
    wanted: list[Plan] = []
    without: list[Plan] = []
    for part in parts:
        group, inner = (without, part.part) if isinstance(part, Not) else (wanted, part)
        if planned := _plan(inner, tokenize):
            group.append(planned)
    if not wanted and not without:
        return None
    if len(wanted) == 1 and not without:
        return wanted[0]
    return AllOf(tuple(wanted), tuple(without))


def _words(node: Term | Phrase | Prefix, tokenize: Tokenize) -> Plan | None:
    prefix = isinstance(node, Prefix)
    if node.field is not None and FIELDS[node.field].kind is FieldKind.EXACT:
        return Exact(node.field, node.text, prefix)
    fields = EVERYWHERE if node.field is None else ((node.field, 1.0),)
    tokens = tuple(token.text for token in tokenize(node.text))
    if not tokens:
        return None
    if not prefix or len(tokens) == 1:
        return Words(fields, tokens, prefix)
    head, last = tokens[:-1], tokens[-1]
    if len(last) == 1:
        # A letter of an unspaced script (中国*): the phrase already finds it inside longer words.
        return Words(fields, tokens)
    return AllOf((Words(fields, head), Words(fields, (last,), prefix=True)))


def positive_words(planned: Plan) -> tuple[Words, ...]:
    """The words that a match can be recognised by: all that are not negated."""
    match planned:
        case Words():
            return (planned,)
        case AllOf(parts) | AnyOf(parts):
            return tuple(words for part in parts for words in positive_words(part))
        case _:
            return ()
