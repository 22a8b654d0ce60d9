"""The entries of a sitemap as they are written."""

import pytest

from pipeline.discover.sitemap_entries import NotASitemap, SitemapEntry, read_entries

CORE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def entries(content: str) -> list[tuple[str, SitemapEntry]]:
    return list(read_entries(content.encode(), "https://a.example/sitemap.xml"))


def urlset(inner: str) -> str:
    return f'<urlset xmlns="{CORE}" xmlns:n="{NEWS}" xmlns:i="urn:image">{inner}</urlset>'


def test_the_fields_are_those_of_the_entry_and_its_news_part() -> None:
    news = (
        "<n:news><n:publication><n:name>Post</n:name><n:language>en</n:language></n:publication>"
        "<n:publication_date>2026-11-24</n:publication_date><n:title>Ferry</n:title></n:news>"
    )
    image = "<i:image><i:loc>https://a.example/1.jpg</i:loc></i:image>"
    found = entries(urlset(f"<url>{image}<loc> /1 </loc><lastmod>2026-11-25</lastmod>{news}</url>"))
    entry = SitemapEntry("/1", "2026-11-25", "2026-11-24", "Ferry", "Post", "en")
    assert found == [("url", entry)]


def test_an_index_has_sitemaps() -> None:
    found = entries(f'<sitemapindex xmlns="{CORE}"><sitemap><loc>/1</loc></sitemap></sitemapindex>')
    assert found == [("sitemap", SitemapEntry("/1"))]


def test_sets_within_sets_are_one() -> None:
    inner = urlset("<url><loc>/1</loc><i:image><url><loc>/2</loc></url></i:image></url>")
    found = entries(f"<urlset>{urlset(inner)}<url><loc>/3</loc></url></urlset>")
    assert [entry.address for _, entry in found] == ["/1", "/3"]


def test_a_feed_is_a_sitemap_too() -> None:
    rss = (
        "<rss><channel><image><url>/logo.png</url></image><language>en</language>"
        "<item><title>Ferry</title><link>/1</link><pubDate>2026-11-25</pubDate></item></channel></rss>"
    )
    entry = SitemapEntry(
        "https://a.example/1", published="2026-11-25", title="Ferry", language="en"
    )
    assert entries(rss) == [("item", entry)]
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/news/">'
        '<entry><link href="2"/><updated>2026-11-26</updated></entry><entry/></feed>'
    )
    assert entries(atom) == [
        ("item", SitemapEntry("https://a.example/news/2", modified="2026-11-26")),
        ("item", SitemapEntry("")),
    ]


def test_rdf_of_another_kind_is_no_sitemap() -> None:
    with pytest.raises(NotASitemap, match="holds no feed"):
        entries('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><a/></rdf:RDF>')


def test_a_list_has_an_address_a_line() -> None:
    found = entries("\ufeffhttps://a.example/1\n\n  https://a.example/2 \n")
    assert [entry.address for _, entry in found] == ["https://a.example/1", "https://a.example/2"]


def test_half_an_address_at_a_broken_end_is_left_out() -> None:
    document = urlset("<url><loc>/1</loc></url><url><loc>/2222</loc></url>")
    found = entries(document[: document.index("222")])
    assert [entry.address for _, entry in found] == ["/1", ""]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a text", "neither XML nor a list"),
        ("<html><url/></html>", "root is html"),
        ('<!DOCTYPE x [<!ENTITY a "&b;">]><urlset>&a;</urlset>', "uses XML entities"),
    ],
)
def test_another_document_is_no_sitemap(content: str, message: str) -> None:
    with pytest.raises(NotASitemap, match=message):
        entries(content)
