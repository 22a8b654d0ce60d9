"""Every way to count gives one number; one that does not is found."""

from dataclasses import replace

import pytest

from services.articles.search import search
from services.counts.audit import audit_counts
from services.counts.days import Counting
from tests.support.data.corpus import corpus


@pytest.mark.parametrize("copies", [False, True])
@pytest.mark.parametrize("query", ["", "fox", "source:post OR cat", "nothing", "kremlin -the"])
def test_all_ways_agree(counting: Counting, query: str, *, copies: bool) -> None:
    counting.index.put(corpus())
    audit = audit_counts(replace(counting, copies=copies), query, {})
    assert set(audit.counts) == {"search", "count", "timeline", "batch", "facets"}
    assert set(audit.counts.values()) == {search(counting.index, query, copies=copies).total}
    assert audit.agrees


def test_a_way_that_differs_is_found(counting: Counting) -> None:
    audit = audit_counts(counting, "fox", {"other": lambda: 10})
    assert not audit.agrees
    assert (audit.counts["search"], audit.counts["other"]) == (12, 10)


def test_an_index_that_grows_meanwhile_is_counted_again(counting: Counting) -> None:
    answers = iter([10, 12])
    assert audit_counts(counting, "fox", {"other": lambda: next(answers)}).agrees
