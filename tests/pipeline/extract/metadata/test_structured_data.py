"""What a page says of itself in structured data."""

import json
from collections.abc import Mapping

from lxml import html

from pipeline.extract.metadata.structured_data import StructuredData, read_structured_data
from pipeline.urls import Url

URL = Url("https://www.harbour-post.example/news/1?x=1")


def read(head: str, body: str = "<p>Text</p>") -> StructuredData:
    page = f'<html lang="en-GB"><head>{head}</head><body>{body}</body></html>'
    return read_structured_data(html.document_fromstring(page), URL)


def script(*nodes: Mapping[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(nodes)}</script>'


def node(headline: str, **more: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": headline, "x": 1, "y": 2, **more}


def test_meta_tags_links_title_and_language() -> None:
    found = read(
        '<title> Ferries &amp; trains </title><link rel="Canonical amphtml" href="/1">'
        '<meta property="og:title" content="One"><meta name="og:title DC.Title" content="Two">'
        '<meta name="empty" content=""><meta itemprop="datePublished" content="2026-11-24">'
    )
    assert (found.title_tag, found.language) == ("Ferries & trains", "en-GB")
    assert found.links == {"canonical": "/1", "amphtml": "/1"}
    assert found.meta["og:title"] == ("One", "Two")
    assert found.meta["dc.title"] == ("Two",)
    assert found.first("missing", "datepublished") == "2026-11-24"
    assert list(found.all("dc.title", "og:title")) == ["Two", "One", "Two"]
    assert found.article == {}


def test_the_page_s_own_article_is_the_one_in_its_title() -> None:
    own, other = node("Ferries sail again"), node("Trains stop")
    found = read("<title>Ferries sail again - Harbour Post</title>" + script(other, own))
    assert found.article == own
    assert list(found.article_texts("headline", "missing")) == ["Ferries sail again"]


def test_else_the_one_with_its_address_or_date_or_the_first() -> None:
    first, second = node("One"), node("Two", mainEntityOfPage={"@id": f"{URL}#top"})
    assert read(script(first, second)).article == second
    dated = node("Two", datePublished="2026-11-24")
    assert read(script(first, dated)).article == dated
    assert read(script(first, node("Two"))).article == first


def test_what_is_nested_in_another_node_is_not_the_page_s_own() -> None:
    blog = {"@type": "Blog", "hasPart": [node("Nested", datePublished="2026-11-24")]}
    assert read(script(blog, node("Own"))).article["headline"] == "Own"


def test_nodes_are_known_by_their_ids_unless_they_are_references() -> None:
    person = {"@type": "Person", "@id": "#ann", "name": "Ann"}
    found = read(script({"@id": "#ann"}, person, {**person, "name": "Bob"}))
    assert found.by_id == {"#ann": person}
    assert found.types == {"Person"}


def test_the_site_s_names_are_those_it_gives_and_its_domain() -> None:
    site = {"@type": "WebSite", "name": "The Post"}
    found = read(
        '<meta property="og:site_name" content="Post Online">'
        + script(site, {"@type": "Thing", "publisher": {"name": "Post Ltd"}})
    )
    assert found.site_names == {"postonline", "thepost", "postltd", "harbourpost"}


def test_articles_of_lists_and_of_other_pages_are_not_the_page_s_own() -> None:
    other = node("Trains stop", datePublished="2026-11-01")
    listed = {"@type": "ItemList", "itemListElement": [other]}
    assert read(script(listed)).article == {}
    assert read("<title>Trains stop</title>" + script(listed)).article == other
    elsewhere = node("Trains stop", url="/news/2")
    assert read(script(elsewhere)).article == {}
    assert read('<link rel="canonical" href="/news/2">' + script(elsewhere)).article == elsewhere
    assert read(script(node("Trains stop", url="/"))).article != {}


def test_a_value_stands_for_a_missing_content() -> None:
    assert read('<meta name="author" value="Ann Lee">').meta["author"] == ("Ann Lee",)
