"""Turns a plan into Elasticsearch's query DSL."""

from datetime import datetime
from typing import Any

from search.fields import FIELDS
from search.nodes import Exists, MatchAll, OneOf, Range
from search.plan import AllOf, AnyOf, Exact, Nothing, Plan, Words

_TIE_BREAKER = 0.3
"""How much the other fields add to the best one; as in ``storage.tantivy.query``."""

_COPY = {"exists": {"field": "duplicate_of.article"}}

Query = dict[str, Any]


def build(plan: Plan, *, copies: bool) -> Query:
    """The query; without ``copies`` it passes over articles that are copies of others."""
    query = _build(plan)
    return query if copies else {"bool": {"must": [query], "must_not": [_COPY]}}


def copies_of(plan: Plan) -> Query:
    """The query that finds only the copies, which ``build`` passes over."""
    return {"bool": {"filter": [_build(plan), _COPY]}}


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
    ]
    return (
        options[0]
        if len(options) == 1
        else {"dis_max": {"queries": options, "tie_breaker": _TIE_BREAKER}}
    )


def _in_field(words: Words, field: str, name: str, weight: float) -> Query:
    query: Query
    if words.prefix:
        query = {"prefix": {name: {"value": words.tokens[0]}}}
    elif len(words.tokens) == 1:
        query = {"term": {name: {"value": words.tokens[0], "boost": weight}}}
    else:
        # The tokens are folded already; the analyzer is to keep them as they are.
        phrase: Query = {"query": " ".join(words.tokens), "analyzer": "whitespace", "boost": weight}
        query = {"match_phrase": {name: phrase}}
    return query if words.ranked(field) else _filter(query, weight)


def _exact(plan: Exact | Range | Exists | MatchAll | Nothing) -> Query:
    match plan:
        case Exact(field, value, prefix):
            kind = "prefix" if prefix else "term"
            return _any_of([{kind: {name: {"value": value}}} for name in FIELDS[field].paths])
        case Range():
            return _range(plan)
        case Exists(field):
            return _any_of([{"exists": {"field": name}} for name in FIELDS[field].paths])
        case MatchAll():
            return {"match_all": {}}
        case Nothing():
            return {"match_none": {}}


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
