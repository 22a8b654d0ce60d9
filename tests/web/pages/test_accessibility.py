"""axe-core on every page, on a wide window and on a phone, in both themes."""

import pytest
from playwright.sync_api import Browser

from tests.support.browser import visit
from tests.support.data.pages_corpus import id_of
from tests.web.pages.conftest import Newsroom

PATHS = (
    "/",
    "/search?q=ferry",
    "/search?q=harbour&f=source:harbour&from=2026-03-01&to=2026-03-31",
    "/search?q=nothingmatchesthis",
    '/search?q="unbalanced',
    "/compare?q=ferry&q=harbour",
    f"/articles/{id_of('ferry')}",
    f"/articles/{id_of('ferry')}/versions/2",
    f"/articles/{id_of('port')}",
    "/articles/none",
    "/sources",
    "/sources/harbour",
    "/sources/add",
    "/sources/subscriptions",
    "/pipeline",
    "/pipeline/dead",
    "/pipeline/rejected/not_an_article",
    "/trace?url=https://news.example/ferry",
    "/help",
    "/login",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(browser: Browser, newsroom: Newsroom, width: int, theme: str) -> None:
    with visit(browser, newsroom.base, width=width, color_scheme=theme) as made:
        found = []
        for path in PATHS:
            made.go(path)
            found += [f"{path}: {line}" for line in made.accessibility()]
        assert found == []
        assert made.problems() == []


@pytest.mark.parametrize("width", [320, 390, 820])
def test_nothing_is_wider_than_the_window(browser: Browser, newsroom: Newsroom, width: int) -> None:
    with visit(browser, newsroom.base, width=width) as made:
        wider = []
        for path in PATHS:
            made.go(path)
            if made.page.evaluate("document.documentElement.scrollWidth") > width:
                wider.append(path)
        assert wider == []
