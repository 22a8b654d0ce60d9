"""The bounds of a request."""

import pytest

from search.nodes import MatchAll
from search.request import SearchRequest


@pytest.mark.parametrize(
    "request_",
    [{"limit": 0}, {"limit": 100, "offset": 9900}, {"facet_size": 0}, {"facet_size": 1000}],
)
def test_what_can_be_asked(request_: dict[str, int]) -> None:
    SearchRequest(MatchAll(), **request_)  # type: ignore[arg-type]  # only numbers are given


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"limit": -1}, "limit must be 0 to 100"),
        ({"limit": 101}, "limit must be 0 to 100"),
        ({"offset": -1}, "can be paged to 10000"),
        ({"offset": 9991}, "can be paged to 10000, not to 10001"),
        ({"facet_size": -1}, "facet_size"),
        ({"facet_size": 1001}, "facet_size"),
    ],
)
def test_what_cannot_be_asked(request_: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SearchRequest(MatchAll(), **request_)  # type: ignore[arg-type]  # only numbers are given
