"""A web process over a small newsroom, and a browser before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from config.settings import Settings
from pipeline.outcome import Dead, Indexed, Reason, Rejected
from services.access.keys import add_key
from services.access.sessions import set_password
from storage.redis.access.api_keys import Scope
from tests.support.browser import Visit, chromium, visit
from tests.support.data.ledger_entries import ended
from tests.support.data.pages_corpus import SOURCES, corpus, later_ferry
from tests.support.servers.serving import listening, serving
from web.app import make_asgi
from web.server import server
from workers.resources import Resources

PASSWORD = "a password of some length"


@dataclass(frozen=True)
class Newsroom:
    """What runs.

    Attributes:
        base: its address.
        resources: of the web process.
        key: the token of an API key that may write; its owner is ``ada``.
    """

    base: str
    resources: Resources
    key: str


@pytest.fixture(scope="module")
def newsroom(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    folder: Path = tmp_path_factory.mktemp("pages")
    sources = folder / "sources.yaml"
    sources.write_text(SOURCES)
    settings = Settings.model_validate(
        {
            "redis_url": redis_url,
            "namespace": f"pages-{uuid4().hex[:12]}",
            "data_dir": folder,
            "sources": sources,
        }
    )
    resources = Resources(settings)
    resources.index.put(corpus())
    resources.index.put([later_ferry()])
    stores = resources.stores
    ended(stores, "ferry", Indexed(article=corpus()[0].id))
    ended(stores, "shop", Rejected(reason=Reason.NOT_AN_ARTICLE, detail="a list of links"))
    ended(stores, "away", Dead(error="no connection: refused"))
    key = add_key(stores.api_keys, "ada", Scope.WRITE, now=resources.clock())
    set_password(stores.api_keys, "ada", PASSWORD)
    at = listening()
    with serving(server(make_asgi(resources, dispatch=lambda: None)), at):
        yield Newsroom(f"http://127.0.0.1:{at.getsockname()[1]}", resources, key.token)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def desk(browser: Browser, newsroom: Newsroom) -> Iterator[Visit]:
    """A wide window."""
    with visit(browser, newsroom.base) as made:
        yield made
        assert made.problems() == []


@pytest.fixture
def phone(browser: Browser, newsroom: Newsroom) -> Iterator[Visit]:
    with visit(browser, newsroom.base, width=390, height=844, has_touch=True) as made:
        yield made
        assert made.problems() == []
