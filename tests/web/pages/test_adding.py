"""Adding a source by a site's address, in the sample newsroom."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from demo.network import LoopbackNetwork
from demo.server import NewsroomServer
from services.access.keys import add_key
from storage.redis.access.api_keys import Scope
from tests.support.browser import Visit, visit
from tests.support.running_api import api_on, settings_in
from workers.resources import Resources


@pytest.fixture
def signed_in(
    browser: Browser, tmp_path: Path, redis_url: str, namespace: str
) -> Iterator[tuple[Visit, Resources]]:
    settings = settings_in(tmp_path, redis_url, namespace)
    with NewsroomServer() as server:
        resources = Resources(settings, LoopbackNetwork(server.hosts))
        key = add_key(resources.stores.api_keys, "ada", Scope.WRITE, now=0.0)
        with api_on(resources) as api, visit(browser, f"http://localhost:{api.port}") as made:
            made.go("/login?next=/sources/add")
            made.page.get_by_label("Password or key").fill(key.token)
            made.page.get_by_role("main").get_by_role("button", name="Sign in").click()
            yield made, resources
            assert made.problems() == []


def test_what_is_there_is_shown_before_it_is_watched(
    signed_in: tuple[Visit, Resources],
) -> None:
    made, resources = signed_in
    page = made.page
    page.get_by_label("Address").fill("http://stadtbote.example")
    page.get_by_role("button", name="Look what is there").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("to watch", timeout=30_000)
    assert resources.registry.all() == {}
    assert page.get_by_role("checkbox").first.is_checked()
    page.get_by_label("Name").fill("Der Stadtbote")
    page.get_by_label("Tags").fill("local, german")
    page.get_by_role("button", name="Watch what is chosen").click()
    expect(page.get_by_role("status")).to_contain_text("was added", timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Der Stadtbote")
    (source,) = resources.registry.all().values()
    assert source.tags == ("local", "german")

    made.go("/sources/add")
    page.get_by_label("Address").fill("http://stadtbote.example")
    page.get_by_role("button", name="Look what is there").click()
    expect(page.get_by_text(f"already watched as {source.id}")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Please"),
        ("no address", "not an absolute URL"),
        ("http://nowhere.example", "nowhere.example"),
        ("http://127.0.0.1/", "127.0.0.1"),
    ],
)
def test_an_address_that_cannot_be_looked_at_says_why(
    signed_in: tuple[Visit, Resources], address: str, words: str
) -> None:
    made, _ = signed_in
    page = made.page
    page.get_by_label("Address").fill(address)
    page.get_by_role("button", name="Look what is there").click()
    if not address:  # the browser asks for it itself
        assert page.evaluate("document.querySelector('#address').validity.valueMissing")
        return
    expect(page.get_by_role("alert")).to_contain_text(words, timeout=30_000)


def test_the_page_itself_is_watched_where_that_is_chosen(
    signed_in: tuple[Visit, Resources],
) -> None:
    made, resources = signed_in
    page = made.page
    page.get_by_label("Address").fill("http://stadtbote.example")
    page.get_by_role("button", name="Look what is there").click()
    page.get_by_role("checkbox").first.uncheck(timeout=30_000)
    page.get_by_label("The page itself").check()
    page.get_by_role("button", name="Watch what is chosen").click()
    expect(page.get_by_role("status")).to_contain_text("was added", timeout=30_000)
    (source,) = resources.registry.all().values()
    assert source.kind == "section"
