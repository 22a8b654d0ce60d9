"""Selectors of an operator."""

import pytest
from lxml import html
from pydantic import ValidationError

from pipeline.overrides import Overrides, compiled


def test_a_selector_finds_elements() -> None:
    page = html.fromstring('<div><p class="lead">a</p><p>b</p></div>')
    found = compiled("div > p.lead")(page)
    assert isinstance(found, list)
    assert found == [page[0]]


@pytest.mark.parametrize("selector", ["p[", "p::before:", "..", "div >"])
def test_what_is_no_selector_is_named(selector: str) -> None:
    with pytest.raises(ValueError, match="is not a CSS selector"):
        compiled(selector)
    with pytest.raises(ValidationError, match="is not a CSS selector"):
        Overrides(title=selector)


def test_without_a_selector_nothing_is_overridden() -> None:
    assert Overrides() == Overrides(body=None, remove=())
