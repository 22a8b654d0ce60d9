"""Turns a plan into a Tantivy query."""

from collections.abc import Iterable

import tantivy

from search.nodes import Exists, MatchAll, OneOf, Range
from search.plan import STEM_WEIGHT, AllOf, AnyOf, Exact, Match, Nothing, Plan, Words
from search.text import Stems
from search.traits import COPY
from storage.documents import milliseconds
from storage.tantivy.schema import indexed_name, stems_of

_TIE_BREAKER = 0.3
"""How much the other fields add to the best one; as in ``storage.elasticsearch.query``."""

_Occur = tantivy.Occur


def build(plan: Plan, schema: tantivy.Schema, *, copies: bool) -> tantivy.Query:
    """The query; without ``copies`` it passes over articles that are copies of others."""
    query = _Builder(schema).build(plan)
    if copies:
        return query
    return tantivy.Query.boolean_query([(_Occur.Must, query), (_Occur.MustNot, _copy(schema))])


def fresher(
    query: tantivy.Query, schema: tantivy.Schema, spans: Iterable[tuple[Range, float]]
) -> tantivy.Query:
    """The query, whose hits are worth more in each of the spans."""
    builder = _Builder(schema)
    bonuses = [
        (_Occur.Should, tantivy.Query.const_score_query(builder.exact(span), worth))
        for span, worth in spans
    ]
    return tantivy.Query.boolean_query([(_Occur.Must, query), *bonuses])


def copies_of(plan: Plan, schema: tantivy.Schema) -> tantivy.Query:
    """The query that finds only the copies, which ``build`` passes over."""
    query = _Builder(schema).build(plan)
    return tantivy.Query.boolean_query([(_Occur.Must, query), (_Occur.Must, _copy(schema))])


def id_beginning(text: str, schema: tantivy.Schema) -> tantivy.Query:
    """The query that finds the articles whose ids begin so."""
    return _beginning(schema, "id", text)


def _copy(schema: tantivy.Schema) -> tantivy.Query:
    return tantivy.Query.term_query(schema, "is", COPY)


class _Builder:
    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def build(self, plan: Plan) -> tantivy.Query:
        match plan:
            case Words():
                return self._words(plan)
            case AllOf():
                return self._all(plan)
            case AnyOf(parts):
                return tantivy.Query.boolean_query(
                    [(_Occur.Should, self.build(part)) for part in parts]
                )
            case OneOf(field, values):
                return _filter(tantivy.Query.term_set_query(self._schema, field, list(values)))
            case _:
                return _filter(self.exact(plan))

    def _words(self, words: Words) -> tantivy.Query:
        options = (
            [self._in_field(words, field, weight) for field, weight in words.fields]
            if words.tokens
            else []
        )
        if words.stems:
            options += [
                self._by_stem(words.stems, field, weight * STEM_WEIGHT, ranked=words.ranked(field))
                for field, weight in words.fields
                if words.stemmed(field)
            ]
        return _best_of(options)

    def _in_field(self, words: Words, field: str, weight: float) -> tantivy.Query:
        query = self._matching(words, field)
        if words.ranked(field):
            return tantivy.Query.boost_query(query, weight)
        return tantivy.Query.const_score_query(query, weight)

    def _matching(self, words: Words, field: str) -> tantivy.Query:
        schema, first = self._schema, words.tokens[0]
        match words.match:
            case Match.PREFIX:
                return _beginning(schema, field, first)
            case Match.PATTERN:
                return _pattern(schema, field, first)
            case Match.FUZZY:
                return tantivy.Query.fuzzy_term_query(schema, field, first, words.slack)
            case _ if len(words.tokens) == 1:
                return tantivy.Query.term_query(schema, field, first)
            case _:
                return tantivy.Query.phrase_query(schema, field, list(words.tokens), words.slack)

    def _by_stem(self, stems: Stems, field: str, weight: float, *, ranked: bool) -> tantivy.Query:
        """What has a stem in its language; it is worth more the rarer the stem is in all."""
        name = stems_of(field)
        # Few terms, of which most are not there: a tenth of the time of a term set.
        those = tantivy.Query.boolean_query(
            [
                (_Occur.Should, tantivy.Query.term_query(self._schema, name, stem, "basic"))
                for stem in stems.tagged
            ]
        )
        if not ranked:
            return tantivy.Query.const_score_query(those, weight)
        rare = [
            tantivy.Query.boost_query(
                tantivy.Query.term_query(self._schema, name, stem, index_option="freq"), weight
            )
            for stem in stems.bare
        ]
        return tantivy.Query.boolean_query(
            [(_Occur.Must, _filter(those)), (_Occur.Should, _best_of(rare))]
        )

    def _all(self, plan: AllOf) -> tantivy.Query:
        # A boolean query of negations alone would match nothing.
        wanted = [self.build(part) for part in plan.parts] or [_filter(tantivy.Query.all_query())]
        clauses = [(_Occur.Must, part) for part in wanted]
        return tantivy.Query.boolean_query(
            clauses + [(_Occur.MustNot, self.build(p)) for p in plan.without]
        )

    def exact(self, plan: Exact | Range | Exists | MatchAll | Nothing) -> tantivy.Query:
        """What decides without a score."""
        match plan:
            case Exact():
                return self._exact_value(plan)
            case Range():
                return self._range(plan)
            case Exists(field):
                return tantivy.Query.exists_query(indexed_name(field))
            case MatchAll():
                return tantivy.Query.all_query()
            case Nothing():
                return tantivy.Query.empty_query()

    def _exact_value(self, plan: Exact) -> tantivy.Query:
        name = indexed_name(plan.field)
        match plan.match:
            case Match.PREFIX:
                return _beginning(self._schema, name, plan.value)
            case Match.PATTERN:
                return _pattern(self._schema, name, plan.value)
            case _:
                return tantivy.Query.term_query(self._schema, name, plan.value)

    def _range(self, plan: Range) -> tantivy.Query:
        lower, upper = (
            bound if bound is None or isinstance(bound, int) else milliseconds(bound)
            for bound in (plan.lower, plan.upper)
        )
        return tantivy.Query.range_query(
            self._schema,
            plan.field,
            tantivy.FieldType.Integer,
            lower,
            upper,
            include_upper=upper is None,
        )


def _filter(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)


def _best_of(options: list[tantivy.Query]) -> tantivy.Query:
    if len(options) == 1:
        return options[0]
    return tantivy.Query.disjunction_max_query(options, _TIE_BREAKER)


def _beginning(schema: tantivy.Schema, field: str, text: str) -> tantivy.Query:
    return tantivy.Query.regex_query(schema, field, f"{_literal(text)}(?s:.)*")


def _pattern(schema: tantivy.Schema, field: str, text: str) -> tantivy.Query:
    forms = {"*": "(?s:.)*", "?": "(?s:.)"}
    return tantivy.Query.regex_query(
        schema, field, "".join(forms.get(c) or _literal(c) for c in text)
    )


def _literal(text: str) -> str:
    return "".join(c if c.isalnum() else f"\\x{{{ord(c):x}}}" for c in text)
