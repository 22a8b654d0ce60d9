"""Sitemaps for tests, and how they are read there."""

from datetime import UTC, datetime, timedelta

from pipeline.discover.sitemaps import Sitemap, parse_sitemap

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
SITEMAP_URL = "https://www.example.org/sitemaps/main.xml"
CORE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"


def read(content: bytes | str, *, recent: timedelta = timedelta(days=2)) -> Sitemap:
    encoded = content.encode() if isinstance(content, str) else content
    found = parse_sitemap(encoded, url=SITEMAP_URL, source="harbour", now=NOW, since=NOW - recent)
    # What is found can always be stored.
    assert Sitemap.model_validate_json(found.model_dump_json()) == found
    return found


def urlset(*entries: str) -> str:
    return (
        f'<urlset xmlns="{CORE}" xmlns:news="{NEWS}" '
        f'xmlns:image="{IMAGE}">{"".join(entries)}</urlset>'
    )


def page(
    loc: str = "https://www.example.org/1", lastmod: str = "2026-01-02T10:00:00Z", more: str = ""
) -> str:
    return f"<url><loc>{loc}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}{more}</url>"


def news(
    title: str = "Ferry", date: str = "2026-01-02T09:00:00+01:00", language: str = "en"
) -> str:
    publication = (
        f"<news:publication><news:name>Harbour Post</news:name>"
        f"<news:language>{language}</news:language>"
    )
    return (
        f"<news:news>{publication}</news:publication><news:publication_date>{date}</news:publication_date>"
        f"<news:title>{title}</news:title></news:news>"
    )


def index(*children: tuple[str, str]) -> str:
    entries = (
        f"<sitemap><loc>{loc}</loc><lastmod>{lastmod}</lastmod></sitemap>"
        for loc, lastmod in children
    )
    return f'<sitemapindex xmlns="{CORE}">{"".join(entries)}</sitemapindex>'
