"""RSS, RDF and Atom as they are written, in one walk."""

import pytest

from pipeline.discover.feeds.entries import Address, NotAFeed, RawEntry, RawFeed
from pipeline.discover.feeds.rss_atom import read_xml
from pipeline.discover.hints import RawHints
from pipeline.discover.websub import DeclaredLink

URL = "https://a.example/feed"
ATOM = "http://www.w3.org/2005/Atom"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SY = "http://purl.org/rss/1.0/modules/syndication/"


def read(document: str, most: int = 9) -> RawFeed:
    return read_xml(document.encode(), url=URL, most=most)


def rss(channel: str) -> str:
    return f'<rss version="2.0" xmlns:a="{ATOM}" xmlns:sy="{SY}"><channel>{channel}</channel></rss>'


def test_an_rss_item_prefers_its_link_to_its_identifier() -> None:
    found = read(
        rss(
            "<title>Post</title><link>/</link><language>de</language>"
            "<item><guid>https://a.example/id</guid><title>&lt;b&gt;One&lt;/b&gt;</title>"
            "<link>/1</link><pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate></item>"
        )
    )
    assert (found.title, found.language, found.site) == ("Post", "de", Address("/", URL))
    assert found.entries == (
        RawEntry(
            addresses=(Address("/1", URL), Address("https://a.example/id", URL)),
            title="One",
            published=("Tue, 24 Nov 2026 10:00:00 GMT",),
        ),
    )


def test_an_identifier_that_is_no_permanent_link_is_none() -> None:
    guid = '<guid isPermaLink="false">https://a.example/id</guid>'
    assert read(rss(f"<item>{guid}</item>")).entries == (RawEntry(),)


def test_an_atom_entry_has_links_by_relation_and_its_own_base() -> None:
    found = read(
        f'<feed xmlns="{ATOM}" xml:lang="fr" xml:base="https://b.example/x/">'
        '<entry><link rel="replies" href="r"/><link href="1"/>'
        '<title type="text">a &lt;b</title><published>2026-11-24T10:00:00Z</published>'
        "<updated>2026-11-24T11:00:00Z</updated></entry></feed>"
    )
    (entry,) = found.entries
    assert found.language == "fr"
    assert entry.addresses == (Address("1", "https://b.example/x/"),)
    assert entry.title == "a <b"
    assert entry.published == ("2026-11-24T10:00:00Z",)
    assert entry.updated == ("2026-11-24T11:00:00Z",)


def test_an_rdf_item_is_about_its_address() -> None:
    found = read(
        f'<rdf:RDF xmlns:rdf="{RDF}" xmlns="http://purl.org/rss/1.0/">'
        '<channel><title>Post</title></channel><item rdf:about="https://a.example/1"/></rdf:RDF>'
    )
    assert found.title == "Post"
    assert found.entries == (RawEntry(addresses=(Address("https://a.example/1", URL),)),)


def test_hints_and_links_of_the_feed_are_read_beside_its_entries() -> None:
    found = read(
        rss(
            '<a:link rel="HUB x" href="https://hub.example/"/><ttl>60</ttl>'
            "<skipHours><hour>1</hour><hour>2</hour></skipHours>"
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
            '<item><ttl>5</ttl><a:link rel="hub" href="https://no.example/"/></item>'
        )
    )
    assert found.links == (DeclaredLink(frozenset({"hub", "x"}), "https://hub.example/", URL),)
    assert found.hints.skip_hours.split() == ["1", "2"]
    assert found.hints == RawHints(
        ttl="60", period="daily", frequency="2", skip_hours=found.hints.skip_hours
    )


def test_entries_beyond_the_most_are_counted_by_their_tags() -> None:
    found = read(rss("<item><link>/1</link></item>" * 5), most=2)
    assert (len(found.entries), found.cut) == (2, 3)


def test_a_document_that_breaks_off_keeps_an_entry_with_an_address() -> None:
    document = rss("<item><link>/1</link></item><item><link>/2</link>").partition("</channel>")[0]
    assert len(read(document).entries) == 2
    assert len(read(rss("<item><link>/1</link></item><item>").partition("</ch")[0]).entries) == 1


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("<html><body/></html>", "the document's root is html"),
        ("no XML", "not RSS, Atom or JSON Feed"),
        (f'<rdf:RDF xmlns:rdf="{RDF}"/>', "the document's root is RDF"),
    ],
)
def test_another_document_is_no_feed(document: str, message: str) -> None:
    with pytest.raises(NotAFeed, match=message):
        read(document)
