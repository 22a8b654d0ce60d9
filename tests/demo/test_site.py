import re
import shutil
from collections import Counter
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import lxml.etree
import lxml.html
import pytest
import yaml

from demo.site import SAMPLE, Newsroom, publish
from demo.stories import ContentError, Story, slug_of
from pipeline.crawl.robots import from_response
from pipeline.discover.candidates import named_in
from pipeline.discover.sitemaps import parse_sitemap
from pipeline.records import Link

HARBOUR, STADTBOTE, AGENCIA = "harbour-post.example", "stadtbote.example", "agencia-wire.example"
MUSCLE_FLEXING = "/2017/12/russia-us-muscle-flexing-on-north-korea-not-helpful/"
LINE_9 = "/verkehr/linie-9-faehrt-ab-fruehjahr-bis-ahrenfurt-sued.html"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

Shingles = frozenset[tuple[str, ...]]


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return Newsroom()


@pytest.fixture(scope="module")
def stories(newsroom: Newsroom) -> dict[str, Story]:
    return {
        f"{host}/{story.slug}": story for host in newsroom.hosts for story in newsroom.stories(host)
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SAMPLE, tmp_path / "newsroom")


def html(newsroom: Newsroom, host: str, path: str) -> str:
    response = newsroom.respond(host, path, {})
    assert response.status == 200, path
    return response.body.decode()


def text(node: lxml.etree._Element) -> str:
    return "".join(str(part) for part in node.itertext())


def shingles(story: Story) -> Shingles:
    words = re.findall(r"\w+", " ".join(block.text for block in story.blocks).lower())
    return frozenset(zip(*(words[start:] for start in range(5)), strict=False))


def jaccard(one: Shingles, other: Shingles) -> float:
    return len(one & other) / len(one | other)


def test_is_large_and_speaks_four_languages(stories: dict[str, Story]) -> None:
    languages = Counter(story.lang for story in stories.values())
    assert len(stories) >= 44
    assert set(languages) == {"en", "de", "fr", "es"}
    assert min(languages.values()) >= 6


def test_articles_are_as_long_as_news_is(stories: dict[str, Story]) -> None:
    for name, story in stories.items():
        assert 150 <= sum(len(block.text.split()) for block in story.blocks) <= 450, name
        assert 4 <= len(story.blocks) <= 14, name


def test_only_declared_copies_share_their_text(stories: dict[str, Story]) -> None:
    origins = {name: story.copy_of or name for name, story in stories.items()}
    prints = {name: shingles(story) for name, story in stories.items()}
    assert sum(story.copy_of is not None for story in stories.values()) >= 5
    assert set(origins.values()) <= set(stories)
    for one, other in combinations(stories, 2):
        alike = jaccard(prints[one], prints[other])
        if origins[one] == origins[other]:
            assert 0.7 < alike < 1, (one, other)
            assert stories[one].lang == stories[other].lang
        else:
            assert alike < 0.1, (one, other)


@pytest.mark.parametrize("host", [HARBOUR, STADTBOTE, AGENCIA])
def test_every_page_declares_language_title_and_one_date(newsroom: Newsroom, host: str) -> None:
    for story in newsroom.stories(host):
        page = lxml.html.fromstring(newsroom.respond(host, story.path, {}).body)
        assert page.get("lang") == story.lang
        assert story.title in page.findtext(".//title", "")
        assert [text(h1) for h1 in page.findall(".//h1")] == [story.title]
        in_meta = page.findall(".//meta[@property='article:published_time']")
        in_json = [
            script for script in page.findall(".//script") if "datePublished" in text(script)
        ]
        assert len(in_meta) + len(page.findall(".//time")) + len(in_json) == 1, story.slug


def test_dates_are_declared_in_three_ways(newsroom: Newsroom) -> None:
    assert "datePublished" in html(newsroom, STADTBOTE, LINE_9)
    for host in (HARBOUR, AGENCIA):
        assert {story.date_in for story in newsroom.stories(host)} == {"meta", "time"}


def test_the_muscle_flexing_page_looks_like_its_theme(newsroom: Newsroom) -> None:
    page = lxml.html.fromstring(html(newsroom, HARBOUR, MUSCLE_FLEXING))
    assert (
        page.findtext(".//title")
        == "Russia: US ‘muscle flexing’ on North Korea not helpful – Harbour Post"
    )
    [entry] = page.findall(".//div[@class='entry']")
    blocks = [text(part) for part in entry if part.tag in {"p", "h2"}]
    assert len(blocks) == 14
    assert blocks[0].startswith("The US military’s “muscle flexing” for North Korea")
    assert blocks[6] == "‘Be more constructive’"
    assert blocks[-1].endswith("the neighboring country has already indicated its readiness.")
    around = " ".join(text(page).split())
    assert "Home / International News / Russia: US" in around
    for furniture in ("OpenCart Templates", "About web sub editor", "Check Also", "RAMALLAH (AFP)"):
        assert furniture in around
        assert furniture not in text(entry)


def test_markup_in_a_title_stays_text(newsroom: Newsroom) -> None:
    title = "Pupil searches library for <script>alert('hello')</script> and finds a hole"
    for path in ("/", "/2026/11/library-catalogue-script-lesson/"):
        source = html(newsroom, HARBOUR, path)
        assert "<script>alert(" not in source
        assert title in text(lxml.html.fromstring(source))


def test_the_print_page_names_the_original_as_canonical(newsroom: Newsroom) -> None:
    original = "/2026/11/night-buses-return-after-six-years/"
    page = lxml.html.fromstring(html(newsroom, HARBOUR, f"{original}print/"))
    [canonical] = page.findall(".//link[@rel='canonical']")
    assert canonical.get("href") == f"http://{HARBOUR}{original}"
    assert html(newsroom, HARBOUR, f"{original}?utm_source=newsletter") == html(
        newsroom, HARBOUR, original
    )


@pytest.mark.parametrize(
    ("host", "path", "status", "content_type"),
    [
        (HARBOUR, "/2026/10/lighthouse-diaries/", 301, None),
        (HARBOUR, "/2026/11/quayside-market-cancelled/", 404, "text/html; charset=utf-8"),
        (STADTBOTE, "/sport/liveticker-stadtlauf.html", 410, "text/html; charset=utf-8"),
        (HARBOUR, "/category/council/", 200, "text/html; charset=utf-8"),
        (AGENCIA, "/documentos/memoria-anual-2025.pdf", 200, "application/pdf"),
        (AGENCIA, "/es/20261117/pendiente-de-publicar", 200, "text/html; charset=utf-8"),
        (HARBOUR, "/broken-feed", 200, "text/html; charset=utf-8"),
        (HARBOUR, "/comments/feed/", 200, "application/rss+xml; charset=utf-8"),
        (HARBOUR, "/sitemap.xml", 404, "text/html; charset=utf-8"),
        (AGENCIA, "/sitemap.xml.gz", 200, "application/gzip"),
        ("elsewhere.example", "/", 421, "text/plain; charset=utf-8"),
    ],
)
def test_odd_addresses(
    newsroom: Newsroom, host: str, path: str, status: int, content_type: str | None
) -> None:
    response = newsroom.respond(host, path, {})
    assert (response.status, response.headers.get("Content-Type")) == (status, content_type)


def test_the_update_changes_one_article(newsroom: Newsroom) -> None:
    second = Newsroom(updated=True)
    changed = [
        (host, before, after)
        for host in newsroom.hosts
        for before, after in zip(newsroom.stories(host), second.stories(host), strict=True)
        if before != after
    ]
    [(host, before, after)] = changed
    assert (host, before.path, after.path) == (STADTBOTE, LINE_9, LINE_9)
    assert after.changed > before.changed == before.published
    assert after.title == before.title + " – Eröffnung verschoben"
    assert [old == new for old, new in zip(before.blocks, after.blocks, strict=True)].count(
        False
    ) == 1
    assert '"dateModified": "2026-11-23T08:40:00+01:00"' in html(second, STADTBOTE, LINE_9)


@pytest.mark.parametrize("host", [HARBOUR, STADTBOTE, AGENCIA])
def test_sitemaps_list_every_article_and_the_news_ones_the_newest(
    newsroom: Newsroom, host: str
) -> None:
    pages: dict[str, list[Link]] = {}
    for path, template in newsroom.site(host).sitemaps.items():
        content = newsroom.respond(host, path, {}).body
        read = parse_sitemap(content, url=newsroom.site(host).url(path), source="demo", now=NOON)
        assert read.refused == ()
        pages[template] = [*read.links, *read.undated]
        others = [
            newsroom.site(host).url(other)
            for other in newsroom.site(host).sitemaps
            if other != path
        ]
        assert [child.url for child in read.children] == (
            others if template == "sitemaps/index.xml" else []
        )
    stories = newsroom.stories(host)
    addresses = [newsroom.site(host).url(story.path) for story in stories]
    assert sorted(link.url for link in pages["sitemaps/pages.xml"]) == sorted(addresses)
    news = pages["sitemaps/news.xml"]
    assert [(link.url, link.title, link.published) for link in news] == [
        (address, story.title, story.published)
        for address, story in zip(addresses, stories, strict=True)
    ][: len(news)]
    assert 1 <= len(news) < len(stories)


@pytest.mark.parametrize("host", [HARBOUR, STADTBOTE, AGENCIA])
def test_robots_names_sitemaps_and_the_page_its_feed(newsroom: Newsroom, host: str) -> None:
    site = newsroom.site(host)
    named = from_response(200, newsroom.respond(host, "/robots.txt", {}).body).sitemaps
    assert named
    assert set(named) <= {site.url(path) for path in site.sitemaps}
    assert [
        each.url
        for each in named_in(html(newsroom, host, "/").encode(), "text/html", site.url("/"))
    ] == [site.url(site.feed_path)]


def test_a_tag_outranks_a_date_in_conditional_requests(newsroom: Newsroom) -> None:
    first = newsroom.respond(HARBOUR, "/feed/", {})
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    assert newsroom.respond(HARBOUR, "/feed/", {"If-None-Match": f'"x", W/{tag}'}).status == 304
    assert newsroom.respond(HARBOUR, "/feed/", {"if-modified-since": date}).status == 304
    assert (
        newsroom.respond(
            HARBOUR, "/feed/", {"If-None-Match": '"x"', "If-Modified-Since": date}
        ).status
        == 200
    )
    assert newsroom.respond(HARBOUR, "/robots.txt", {"If-Modified-Since": date}).status == 200


def test_publish_adds_an_article_that_is_served_at_once(folder: Path) -> None:
    newsroom = Newsroom(folder)
    before = newsroom.respond(HARBOUR, "/feed/", {}).headers["ETag"]
    file = publish(
        folder, HARBOUR, "Snow & ice", "It snowed.\n\nIt froze.", when=NOON, authors=["A. Flake"]
    )
    assert file.name == "snow-ice.md"
    newest = newsroom.stories(HARBOUR)[0]
    assert (newest.title, newest.path, newest.authors) == (
        "Snow & ice",
        "/2026/11/snow-ice/",
        ("A. Flake",),
    )
    assert [block.text for block in newest.blocks] == ["It snowed.", "It froze."]
    assert newsroom.respond(HARBOUR, "/feed/", {"If-None-Match": before}).status == 200
    assert publish(folder, HARBOUR, "Snow & ice", "Again.", when=NOON) != file


def test_publish_leaves_nothing_behind_when_it_cannot(folder: Path) -> None:
    before = set(folder.rglob("*"))
    with pytest.raises(ContentError, match="mood"):
        publish(folder, HARBOUR, "Bad", "Text.", when=NOON, mood="gloomy")
    assert set(folder.rglob("*")) == before


def test_a_bad_file_is_named(folder: Path) -> None:
    (folder / HARBOUR / "half.md").write_text("no front matter")
    with pytest.raises(ContentError, match=r"half\.md"):
        Newsroom(folder).stories(HARBOUR)


def test_a_changed_file_is_read_again(folder: Path) -> None:
    newsroom = Newsroom(folder)
    file = publish(folder, HARBOUR, "Draft", "Before.", when=NOON)
    assert newsroom.stories(HARBOUR)[0].blocks[0].text == "Before."
    file.write_text(file.read_text().replace("\n\nBefore.", "\n\nAfterwards."))
    assert newsroom.stories(HARBOUR)[0].blocks[0].text == "Afterwards."


def test_sources_name_every_feed(newsroom: Newsroom) -> None:
    sources = yaml.safe_load((SAMPLE / "sources.yaml").read_text())["sources"]
    feeds = [source["feed"] for source in sources]
    assert {
        newsroom.site(host).url(newsroom.site(host).feed_path) for host in newsroom.hosts
    } < set(feeds)
    assert f"http://{HARBOUR}/broken-feed" in feeds
    for source in sources:
        assert {"id", "name", "feed", "language", "tags", "interval", "delay"} <= set(source)


def test_slugs_are_plain_ascii() -> None:
    assert slug_of("Économie: Straße & Más") == "economie-strasse-mas"
