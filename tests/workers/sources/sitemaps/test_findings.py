"""What a sitemap crawl found, and what is remembered of it."""

from datetime import UTC, datetime, timedelta

from pipeline.discover.announced import RefusedEntry
from pipeline.discover.sitemaps import Sitemap
from pipeline.outcome import Reason
from pipeline.records import FoundBy, Link
from pipeline.sources.state import ChildState, Failure, SourceState
from pipeline.urls import Url
from workers.fetch.records import Response
from workers.sources.sitemaps.findings import MOST_REMEMBERED, SitemapFindings

NOW = datetime(2026, 1, 20, tzinfo=UTC)
ROOT = Url("http://a.example/sitemap.xml")
RESPONSE = Response(ROOT, ROOT, 200, {"etag": '"1"'}, b"<urlset/>")


def link(path: str, *, hours_ago: float = 0) -> Link:
    return Link(
        url=Url(f"http://a.example/{path}"),
        source="a",
        found_by=FoundBy.SITEMAP,
        modified=NOW - timedelta(hours=hours_ago),
    )


def sitemap(*links: Link, refused: int = 0) -> Sitemap:
    bad = RefusedEntry(url="mailto:x", reason=Reason.BAD_URL, detail="no address")
    return Sitemap(links=links, refused=(bad,) * refused)


def findings(before: SourceState | None = None) -> SitemapFindings:
    return SitemapFindings(before or SourceState(), NOW - timedelta(days=2))


def test_links_come_newest_first_each_once_and_not_too_many() -> None:
    found = findings()
    found.add(RESPONSE, sitemap(link("old", hours_ago=9), link("new")))
    found.add(RESPONSE, sitemap(link("new", hours_ago=3), link("mid", hours_ago=5)))
    result = found.result(RESPONSE, most=2)
    assert [each.url.path for each in result.links] == ["/new", "/mid"]
    assert result.notes == ["1 entries beyond the newest 2 were left out"]


def test_a_document_is_remembered_only_when_nothing_waits() -> None:
    found = findings()
    found.add(RESPONSE, sitemap(link("a")))
    assert found.result(RESPONSE, most=9).state["etag"] == '"1"'
    found.complete = False
    state = found.result(RESPONSE, most=9).state
    assert (state["etag"], state["body"]) == (None, None)


def test_an_index_of_which_nothing_could_be_read_is_a_failure() -> None:
    found = findings()
    found.failure = ("http://a.example/1.xml: gone", 404)
    result = found.result(RESPONSE, most=9)
    assert result.failure == "http://a.example/1.xml: gone"
    assert (result.kind, result.status) == (Failure.HTTP_ERROR, 404)


def test_a_sitemap_whose_every_entry_is_refused_is_a_failure() -> None:
    found = findings()
    found.add(RESPONSE, sitemap(refused=3))
    result = found.result(RESPONSE, most=9)
    assert result.failure is not None
    assert result.kind is Failure.REFUSED


def test_the_last_sitemaps_of_an_index_are_remembered() -> None:
    before = SourceState(
        children={f"http://a.example/{n}.xml": ChildState() for n in range(MOST_REMEMBERED)}
    )
    found = findings(before)
    found.children["http://a.example/new.xml"] = ChildState(body="x")
    children = found.result(RESPONSE, most=9).state["children"]
    assert isinstance(children, dict)
    assert len(children) == MOST_REMEMBERED
    assert list(children)[-1] == "http://a.example/new.xml"
    assert "http://a.example/0.xml" not in children
