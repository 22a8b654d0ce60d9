"""Queries as people, pastes and attackers write them: an answer or a sentence, always soon."""

import time

import pytest

from search.errors import QueryError
from search.language.query import parse
from search.nodes import Node
from search.plan import plan
from storage.tantivy.folder import open_index
from storage.tantivy.query import build
from storage.words import ANALYSIS

LITERAL = [
    "",
    " ",
    "\t\n",
    "...",
    "—",
    "😀",
    "👩\u200d👩\u200d👧 family",
    "\u202eabc\u202c",
    "\u200fשלום\u200e world",
    "السلام عليكم",
    "a\u0301\u0301\u0301",
    "\ufeffkremlin",
    "\ud800",
    "C++ or C#",
    "rock & roll",
    "AT&T",
    "1,000.50 €",
    "50%",
    "user@example.org",
    "#hashtag",
    "O'Brien's",
    "'quoted'",
    "“curly”",
    "«guillemets»",
    "don't",
    r"\(escaped\)",
    r"back\\slash",
    "a" * 4000,
    'title:""',
    '""',
    "--double",
    "TO",
    "and or not",
    "../../etc/passwd",
    "%00",
    "&nbsp;",
    "kremlin" + " kremlin" * 199,
    "((((((((kremlin))))))))",
    "-kremlin",
    "NOT NOT kremlin",
    "🇩🇪 Bundestag",
    "نا\u200cنا",
    "１２３ ＡＢＣ",
    "\u1100\u1161\u11a8",
]
WRONG = [
    '"unbalanced',
    'a "b" "c',
    "(",
    ")",
    "(a",
    "a))",
    "[a TO",
    "published:[2017 TO",
    "a\0b",
    "OR",
    "AND AND",
    "a OR",
    "NOT",
    "a OR OR b",
    " OR ".join(["word"] * 2000),
    " OR ".join(["w"] * 201),
    "*foo",
    "?foo",
    "*",
    "**",
    "f*",
    "fo**",
    "(" * 500 + "a" + ")" * 500,
    "a:" * 300 + "b",
    "x" * 100_000,
    "~",
    "~2",
    "^",
    "^5",
    "word^",
    "word^-1",
    "word^1e9",
    "word~99",
    '"a b"~99999',
    "title:",
    "title: ",
    ":x",
    "a:b:c",
    "colour:red",
    "published:soon",
    "published:2017-99-99",
    "published:[now TO tomorrow]",
    "newer:",
    "newer:1q",
    "is:nothing",
    "has:",
    "dated:maybe",
    "source_tag:nobody",
    "http://news.example/a?b=c",
    "/regex/",
    "\\",
    "a\\",
    "{a TO b}",
    "word_count:1.5",
    "<script>alert(1)</script>",
    "'; DROP TABLE articles; --",
]
"""Some of them are understood; those that are not get a sentence."""


@pytest.mark.parametrize("query", LITERAL)
def test_odd_text_is_searched_for_as_it_is(query: str) -> None:
    _answered(parse(query))


@pytest.mark.parametrize("query", WRONG, ids=lambda query: query[:30])
def test_a_wrong_query_gets_a_sentence_or_an_answer(query: str) -> None:
    begun = time.monotonic()
    wrong = None
    try:
        _answered(parse(query))
    except QueryError as error:
        wrong = error
    assert time.monotonic() - begun < 2
    if wrong:
        sentence = str(wrong)
        assert sentence[0].isupper() or sentence.startswith("“")
        assert sentence.endswith(".")
        assert len(sentence) < 700
        assert wrong.position is None or 0 <= wrong.position <= len(query)


def _answered(node: Node) -> None:
    index = open_index(None, 1.0)
    index.reload()
    asked = build(plan(node, ANALYSIS), index.schema, copies=False)
    assert index.searcher().search(asked, 1).hits == []
