"""Turns a plan into Elasticsearch's query DSL."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from search.fields import FIELDS
from search.nodes import Exists, MatchAll, OneOf, Range
from search.plan import STEM_WEIGHT, AllOf, AnyOf, Exact, Match, Nothing, Plan, Words
from search.text import Stems
from storage.elasticsearch import template

_TIE_BREAKER = 0.3
"""How much the other fields add to the best one; as in ``storage.tantivy.query``."""

Query = dict[str, Any]

COPIES: Query = {"exists": {"field": "duplicate_of.article"}}
ORIGINALS: Query = {"bool": {"must_not": [COPIES]}}


def build(plan: Plan, *, copies: bool) -> Query:
    """The query; without ``copies`` it passes over articles that are copies of others."""
    query = _build(plan)
    return query if copies else {"bool": {"must": [query], "must_not": [COPIES]}}


def fresher(query: Query, spans: Iterable[tuple[Range, float]]) -> Query:
    """The query, whose hits are worth more in each of the spans."""
    bonuses = [_filter(_range(span), worth) for span, worth in spans]
    return {"bool": {"must": [query], "should": bonuses}}


def _build(plan: Plan) -> Query:
    match plan:
        case Words():
            return _words(plan)
        case AllOf(parts, without):
            wanted = [_build(part) for part in parts] or [_filter({"match_all": {}})]
            return {"bool": {"must": wanted, "must_not": [_build(part) for part in without]}}
        case AnyOf(parts):
            return {"bool": {"should": [_build(part) for part in parts], "minimum_should_match": 1}}
        case OneOf(field, values):
            terms: list[Query] = [{"terms": {name: list(values)}} for name in FIELDS[field].paths]
            return _filter(_any_of(terms))
        case _:
            return _filter(_exact(plan))


def _words(words: Words) -> Query:
    options = [
        _in_field(words, field, name, weight)
        for field, weight in words.fields
        for name in FIELDS[field].paths
        if words.tokens
    ]
    if words.stems:
        options += [
            _by_stem(words.stems, field, weight * STEM_WEIGHT, ranked=words.ranked(field))
            for field, weight in words.fields
            if words.stemmed(field)
        ]
    return _best_of(options)


def _best_of(options: list[Query]) -> Query:
    if len(options) == 1:
        return options[0]
    return {"dis_max": {"queries": options, "tie_breaker": _TIE_BREAKER}}


def _in_field(words: Words, field: str, name: str, weight: float) -> Query:
    if not words.ranked(field):
        return _filter(_matching(words, name, 1.0), weight)
    return _matching(words, name, weight)


def _matching(words: Words, name: str, weight: float) -> Query:
    first = words.tokens[0]
    match words.match:
        case Match.PREFIX:
            return {"prefix": {name: {"value": first}}}
        case Match.PATTERN:
            return _pattern(name, first)
        case Match.FUZZY:
            # All words so near, and not only the most similar fifty.
            fuzzy = {"value": first, "fuzziness": words.slack, "rewrite": "constant_score"}
            return {"fuzzy": {name: fuzzy}}
        case _ if len(words.tokens) == 1:
            return {"term": {name: {"value": first, "boost": weight}}}
        case _:
            return _phrase(words, name, weight)


def _phrase(words: Words, name: str, weight: float) -> Query:
    # The tokens are folded already; the analyzer is to keep them as they are.
    phrase: Query = {"query": " ".join(words.tokens), "analyzer": "whitespace", "boost": weight}
    if words.slack:
        phrase["slop"] = words.slack
    return {"match_phrase": {name: phrase}}


def _by_stem(stems: Stems, field: str, weight: float, *, ranked: bool) -> Query:
    """What has a stem in its language; it is worth more the rarer the stem is in all."""
    name = template.stems_of(field)
    those: Query = {"terms": {name: list(stems.tagged)}}
    if not ranked:
        return _filter(those, weight)
    rare: list[Query] = [{"term": {name: {"value": stem, "boost": weight}}} for stem in stems.bare]
    return {"bool": {"must": [_filter(those)], "should": [_best_of(rare)]}}


def _pattern(name: str, text: str) -> Query:
    # The letters between need no escape but the backslash, which no word has.
    escaped = text.replace("\\", "\\\\")
    return {"wildcard": {name: {"value": escaped, "rewrite": "constant_score"}}}


def _exact(plan: Exact | Range | Exists | MatchAll | Nothing) -> Query:
    match plan:
        case Exact():
            return _any_of([_exact_value(plan, name) for name in template.paths(plan.field)])
        case Range():
            return _range(plan)
        case Exists(field):
            return _any_of([{"exists": {"field": name}} for name in template.paths(field)])
        case MatchAll():
            return {"match_all": {}}
        case Nothing():
            return {"match_none": {}}


def _exact_value(plan: Exact, name: str) -> Query:
    if plan.match is Match.PATTERN:
        return _pattern(name, plan.value)
    kind = "prefix" if plan.match is Match.PREFIX else "term"
    return {kind: {name: {"value": plan.value}}}


def _any_of(options: list[Query]) -> Query:
    return (
        options[0]
        if len(options) == 1
        else {"bool": {"should": options, "minimum_should_match": 1}}
    )


def _range(plan: Range) -> Query:
    bounds = {"gte": plan.lower, "lt": plan.upper}
    shown = {
        name: bound.isoformat() if isinstance(bound, datetime) else bound
        for name, bound in bounds.items()
        if bound is not None
    }
    return {"range": {plan.field: shown}}


def _filter(query: Query, score: float = 0.0) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}
