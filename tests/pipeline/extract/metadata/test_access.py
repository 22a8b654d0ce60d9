"""Whether an article is free, and whole."""

import pytest

from pipeline.extract.body.blocks import Block
from pipeline.extract.metadata.access import is_free, is_truncated
from pipeline.extract.metadata.structured_data import StructuredData

CUT, WHOLE = "The river rose and the…", "The river rose, and then it fell."


@pytest.mark.parametrize(
    ("data", "free"),
    [
        (StructuredData(), None),
        (StructuredData(article={"isAccessibleForFree": True}), True),
        (StructuredData(article={"isAccessibleForFree": "http://schema.org/False"}), False),
        (StructuredData(article={"isAccessibleForFree": "perhaps"}), None),
        (StructuredData(nodes=({"@type": "WebPage", "isAccessibleForFree": "false"},)), False),
        (StructuredData(nodes=({"@type": "Person", "isAccessibleForFree": "false"},)), None),
        (StructuredData(meta={"article:content_tier": ("metered",)}), False),
        (StructuredData(meta={"article:content_tier": ("other",), "paywall": ("No",)}), True),
    ],
)
def test_a_page_says_whether_all_may_read_it(data: StructuredData, *, free: bool | None) -> None:
    assert is_free(data) is free


@pytest.mark.parametrize(
    ("free", "body", "last", "expected"),
    [
        (False, CUT, "", True),
        (None, CUT, "Subscribe to continue reading", True),
        (None, CUT, "", False),  # an ellipsis may be meant
        (True, CUT, "Subscribe to continue reading", False),
        (False, WHOLE, "Subscribe to continue reading", True),  # so short, and asking
        (False, WHOLE * 100, "Subscribe to continue reading", False),
        (None, WHOLE, "Subscribe to continue reading", False),
        (False, WHOLE, "", False),
    ],
)
def test_when_a_text_breaks_off(*, free: bool | None, body: str, last: str, expected: bool) -> None:
    assert (
        is_truncated(free=free, blocks=[Block("p", body), Block("p", last)], body=body) is expected
    )
