"""What queries mean, and what is said of those that mean nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.errors import QueryError
from search.language.query import parse
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

NOW = datetime(2017, 12, 5, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "  ", "*", "*:*"])
def test_nothing_or_a_star_means_everything(text: str) -> None:
    assert parse(text) == MatchAll()


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("fox", Term(None, "fox")),
        ("quick fox", And((Term(None, "quick"), Term(None, "fox")))),
        ("quick AND fox", And((Term(None, "quick"), Term(None, "fox")))),
        ("a OR b", Or((Term(None, "a"), Term(None, "b")))),
        ("a b OR c", And((Term(None, "a"), Or((Term(None, "b"), Term(None, "c")))))),
        ("a AND b OR c", Or((And((Term(None, "a"), Term(None, "b"))), Term(None, "c")))),
        ("a -b", And((Term(None, "a"), Not(Term(None, "b"))))),
        ("+a NOT b", And((Term(None, "a"), Not(Term(None, "b"))))),
        ('"quick fox"', Phrase(None, "quick fox")),
        (r'"say \"hi\""', Phrase(None, 'say "hi"')),
        ("title:fox", Term("title", "fox")),
        ("Title:fox", Term("title", "fox")),
        ("title:(a OR b)", Or((Term("title", "a"), Term("title", "b")))),
        ("title:(a -b)", And((Term("title", "a"), Not(Term("title", "b"))))),
        ("lang:EN", Term("language", "en")),
        ("authors:doe", Term("author", "doe")),
        ("source:BBC", Term("source", "BBC")),
        ("russ*", Prefix(None, "russ")),
        (r"a\*", Term(None, "a*")),
        (r"a\:b", Term(None, "a:b")),
        ("'ndrangheta", Term(None, "’ndrangheta")),
        ("l'homme", Term(None, "l'homme")),
        ("and", Term(None, "and")),
        ("TO", Term(None, "TO")),
        ("cafe\u0301", Term(None, "café")),
        ("modified:*", Exists("modified")),
        ("word_count:5", Range("word_count", 5, 6)),
        ("word_count:[-5 TO 5}", Range("word_count", -5, 5)),
        ("word_count:>5", Range("word_count", 6, None)),
        ("word_count:<=5", Range("word_count", None, 6)),
        (
            "published:2017",
            Range("published", datetime(2017, 1, 1, tzinfo=UTC), datetime(2018, 1, 1, tzinfo=UTC)),
        ),
        ("published:[2017-02 TO *]", Range("published", datetime(2017, 2, 1, tzinfo=UTC), None)),
        ("published:{2017-12 TO *]", Range("published", datetime(2018, 1, 1, tzinfo=UTC), None)),
        ("published:<2017-12-02", Range("published", None, datetime(2017, 12, 2, tzinfo=UTC))),
        ("title.exact:foxes", Term("title.exact", "foxes")),
        ("Body.Exact:(a OR bc*)", Or((Term("body.exact", "a"), Prefix("body.exact", "bc")))),
        ('authors.exact:"Jane Doe"', Term("author.exact", "Jane Doe")),
        ("author:*", Exists("author.exact")),
        ('"quick fox"~3', Phrase(None, "quick fox", 3)),
        ('title:"quick fox"~3', Phrase("title", "quick fox", 3)),
        ("kremlin~", Fuzzy(None, "kremlin", 1)),
        ("ministers~", Fuzzy(None, "ministers", 2)),
        ("ministers~1", Fuzzy(None, "ministers", 1)),
        ("title:(kremlin~1)", Fuzzy("title", "kremlin", 1)),
        ("fox^3", Boost(Term(None, "fox"), 3.0)),
        ("(a b)^0.5", Boost(And((Term(None, "a"), Term(None, "b"))), 0.5)),
        ('title:"a b"^2', Boost(Phrase("title", "a b"), 2.0)),
        ("wom?n", Pattern(None, "wom?n")),
        ("co*r", Pattern(None, "co*r")),
        ("co*r*", Pattern(None, "co*r*")),
        ("host:WWW.*.uk", Pattern("host", "www.*.uk")),
        ("dated:Sure", Term("dated", "sure")),
        ('has:"image"', Term("has", "image")),
        ("is:(copy OR updated)", Or((Term("is", "copy"), Term("is", "updated")))),
        (
            "published:[now-7d TO now]",
            Range(
                "published",
                datetime(2017, 11, 28, 12, 30, tzinfo=UTC),
                datetime(2017, 12, 5, 12, 30, 0, 1000, tzinfo=UTC),
            ),
        ),
        (
            "published:>now-2h",
            Range("published", datetime(2017, 12, 5, 10, 30, 0, 1000, tzinfo=UTC), None),
        ),
        (
            "published:today",
            Range(
                "published", datetime(2017, 12, 5, tzinfo=UTC), datetime(2017, 12, 6, tzinfo=UTC)
            ),
        ),
        (
            "published:yesterday",
            Range(
                "published", datetime(2017, 12, 4, tzinfo=UTC), datetime(2017, 12, 5, tzinfo=UTC)
            ),
        ),
        ("newer:2h", Range("published", datetime(2017, 12, 5, 10, 30, tzinfo=UTC), None)),
        ("older:1M", Range("published", None, datetime(2017, 11, 5, 12, 30, tzinfo=UTC))),
    ],
)
def test_meanings(text: str, node: Node) -> None:
    assert parse(text, now=NOW) == node


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("qqqq:red", "There is no field “qqqq”. The fields are agency, author, body, ", 0),
        ("fox qqqq:red", "To search for “qqqq:” as it is", 4),
        ("  qqqq:red", "no field “qqqq”", 2),
        ("title:body:fox", "a field cannot contain another", 6),
        ("title:(a body:b)", "“body:” stands inside “title:”", 9),
        ("(fox", "parentheses do not match: 1 are opened, 0 closed", None),
        ("fox)", "parentheses do not match", None),
        ('say "fox', "quotation mark", 4),
        ("fox AND", "ends too early", 7),
        ("fox (OR) dog", r"cannot be understood at “OR\) dog”", 5),
        ("*fox", "at least 2 letters must stand before .*; write “fox\\*”", 0),
        ("?fox", "at least 2 letters must stand before .*; write “fox\\*”", 0),
        ("f*x", "at least 2 letters", 0),
        ("f*", "at least 2 letters", 0),
        ("l'h*me", "letters and digits only, not “'”", 0),
        (r"fo\\*x*y", "cannot have a backslash", 0),
        ("source_tag:wo?ld", "only one \\* at its end", 11),
        ("fo*x~", "either ~ or wildcards", 0),
        ("fox~", "needs 4 letters for ~", 0),
        ("foxes~2", "1, or 2 in a word of 8 letters", 0),
        ("ministers~3", "how many letters may differ", 0),
        ("source:example~", "“source” has no words in a text: ~ after a word", 7),
        ('source:"a b"~2', "“source” has no words in a text: ~ after a phrase", 7),
        ('"a b"~101', "whole number from 0 to 100", 0),
        ("fox^0", "more than 0 and at most 100", 0),
        ("fox^101", "more than 0 and at most 100", 0),
        ("is:new", "“is:new” does not exist; .* copy, original", 3),
        ("has:im*", "stands one of image", 4),
        ("newer:soon", "how long ago, such as newer:2h", 6),
        ("older:99999y", "how long ago", 6),
        ('newer:"2h"', "how long ago", 6),
        ("published:now-2h", "is one moment; write published:>now-2h", 10),
        ("published:now-9999y", "one moment", 10),
        ("published:>now-9999y", "is no date", 10),
        ("published:>now-2q", "is no date", 10),
        ("titel:fox", "no field “titel”. Did you mean “title”?", 0),
        ("source.exact:bbc", "“source:” is always compared exactly", 0),
        ("title.exakt:fox", "no field “title.exakt”", 0),
        ("title:*", "only fields with exact values", 6),
        ("/fox/", "Regular expressions", 0),
        ("fox^2.2.2", "cannot be understood", None),
        ("[a TO b]", "Ranges are for the fields published, modified, first_seen, word_count", 0),
        ("title:[a TO b]", "Ranges are for", 6),
        ("published:2017-13", "is no date", 10),
        ("published:[2017-02-30 TO *]", "is no date", 11),
        ("published:9999", "is no date", 10),
        ("published:2017*", "no beginnings", 10),
        ("word_count:many", "whole numbers", 11),
        ("word_count:99999999999999999999", "whole numbers", 11),
        ("a\0b", "NUL", 1),
        ("a " * 2001, "4000 characters.*Leave some", None),
        ("a " * 201, "200 words", 400),
        ("(" * 25 + "a" + ")" * 25, "nested more than 20", 21),
        ("NOT " * 900 + "a", "nested more than 20", 84),
    ],
)
def test_what_is_wrong_is_said_and_where(text: str, message: str, position: int | None) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        parse(text, now=NOW)
    assert caught.value.position == position


def test_words_that_stand_for_many_are_few() -> None:
    assert isinstance(parse("wom?n " * 10 + "kremlin~ " * 10), And)
    with pytest.raises(QueryError, match="20 words with ~") as caught:
        parse("kremlin~ " * 21)
    assert caught.value.position == 180


@pytest.mark.parametrize("text", ["published:today", "published:>now-2h", "newer:2h"])
def test_without_a_clock_nothing_is_relative(text: str) -> None:
    with pytest.raises(QueryError):
        parse(text)


def test_two_hundred_clauses_are_allowed() -> None:
    node = parse("a " * 200)
    assert isinstance(node, And)
    assert len(node.parts) == 200


_PIECES = st.sampled_from(
    [
        *"()[]{}\"'\\/~^:+-*?<>=!&|.,0123456789ax \0\n\u00ad\u0301中\ud800",
        *(
            "AND",
            " OR ",
            " NOT ",
            " TO ",
            "title:",
            "published:",
            "word_count:",
            "lang:",
            "2017-12-01",
            "T10:00:00Z",
        ),
        *(
            "fox*",
            '"a b"',
            "~1.1.1",
            "^9.9.9",
            "~2",
            "^0.5",
            "now-7d",
            "newer:",
            "is:",
            "title.exact:",
        ),
    ]
)


@given(st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=40).map("".join)))
@example("\\")
@example("a\\")
@example("title:\\")
@example('"\\')
@example("published:[\\ TO *]")
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    try:
        outcome: Node | QueryError = parse(text, now=NOW)
    except QueryError as error:
        outcome = error
    if isinstance(outcome, QueryError):
        assert str(outcome).endswith(".")
        assert outcome.position is None or 0 <= outcome.position <= len(text)
    else:
        assert isinstance(outcome, Node)
