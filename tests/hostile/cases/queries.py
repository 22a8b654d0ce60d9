"""Queries as somebody types them."""

from functools import partial

from search.language.query import QueryError, parse
from tests.hostile.case import Case

YES, NO = "understood", "refused"

QUERIES: dict[str, tuple[str, str]] = {
    "5,000 characters": ("a" * 5_000, NO),
    "4,000 characters": ("a" * 4_000, YES),
    "1,900 brackets": ("(" * 1_900 + "a" + ")" * 1_900, NO),
    "brackets that never close": ("(" * 4_000, NO),
    "2,000 ORs": (" OR ".join("a" * 2_000), NO),
    "300 ORs": (" OR ".join("a" * 300), NO),
    "999 NOTs": ("NOT " * 999 + "a", NO),
    "dashes": ("-" * 3_999 + "a", NO),
    "plus signs": ("+" * 4_000, NO),
    "quotes": ('"' * 3_999, NO),
    "backslashes": ("\\" * 3_999, NO),
    "colons": (":" * 4_000, NO),
    "fields in fields": ("a:" * 2_000, NO),
    "open ranges": ("{a TO " * 600, NO),
    "a star first": ("*foo", NO),
    "stars": ("*" * 4_000, NO),
    "question marks": ("?a" * 2_000, NO),
    "a NUL": ("a\0b", NO),
    "a lone surrogate": ("a\ud800", YES),
    "a change of direction": ("\u202eabc", YES),
    "weights": ("a^" * 2_000, NO),
    "a weight of 400 digits": ("a^" + "9" * 400, NO),
    "fuzzy words": ("a~" * 2_000, NO),
    "a regular expression": ("/(a+)+$/", NO),
    "a script": ("<script>alert(1)</script>", NO),
    "a number of 3,000 digits": ("word_count:" + "9" * 3_000, NO),
    "a date in year 0": ("published:[0000-01-01 TO *]", NO),
    "a date in year 9999": ("published:[* TO 9999-12-31]", NO),
}


def got(query: str) -> str:
    try:
        parse(query)
    except QueryError:
        return NO
    return YES


CASES = tuple(
    Case("queries", name, partial(got, query), expected)
    for name, (query, expected) in QUERIES.items()
)
