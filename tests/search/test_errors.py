"""An error names the place in the query when that is known."""

import pytest

from search.errors import QueryError
from search.language.query import parse


def test_it_is_a_value_error_with_a_sentence() -> None:
    error = QueryError("No field.", 3)
    assert isinstance(error, ValueError)
    assert (str(error), error.position) == ("No field.", 3)
    assert QueryError("No field.").position is None


@pytest.mark.parametrize("query", ["unknown:x", '"open', "(a", "a^0", "a\0"])
def test_every_mistake_is_one_and_its_sentence_ends(query: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert str(caught.value).endswith(".")
