"""The hub and the topic that a document declares."""

import pytest

from pipeline.crawl.private_access import private_access
from pipeline.discover.offers import offered
from pipeline.discover.websub import HubOffer

URL = "https://press.example/news/feed.xml"
HUB, TOPIC = "https://hub.example/", "https://press.example/feed"
ATOM = "http://www.w3.org/2005/Atom"


def offer(
    content: bytes | str = b"", *, header: str | None = None, content_type: str = "application/xml"
) -> HubOffer | None:
    body = content.encode() if isinstance(content, str) else content
    return offered(URL, link_header=header, content=body, content_type=content_type)


def rss(
    links: str = f'<atom:link rel="hub" href="{HUB}"/><atom:link rel="self" href="{TOPIC}"/>',
    item: str = "",
) -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0" xmlns:atom="{ATOM}"><channel>'
        f"<title>P</title>{links}"
        f"<item><title>x</title>{item}</item></channel></rss>"
    )


RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:a="{ATOM}">
<channel><a:link rel="self" href="{TOPIC}"/><a:link rel="HUB" href="{HUB}"/></channel></rdf:RDF>"""

JSON = f"""{{"version": "https://jsonfeed.org/version/1.1", "feed_url": "{TOPIC}", "items": [],
"hubs": [{{"type": "rssCloud", "url": "https://cloud.example/"}}, {{"type": "WebSub", "url":
"{HUB}"}}]}}"""

DOCUMENTS: dict[str, tuple[str | bytes, str]] = {
    "rss": (rss(), "application/rss+xml"),
    "rss with a byte order mark": (b"\xef\xbb\xbf" + rss().encode(), "text/xml"),
    "rss in UTF-16": (
        rss().replace("?>", ' encoding="UTF-16"?>').encode("utf-16"),
        "application/xml",
    ),
    "rss called HTML by no one": (rss(), ""),
    "rss that is not closed": (rss().removesuffix("</channel></rss>"), "application/xml"),
    "rss with an unbound prefix": (rss().replace(f' xmlns:atom="{ATOM}"', ""), "application/xml"),
    "atom": (
        (
            f'<feed xmlns="{ATOM}"><link rel="hub" href="{HUB}"/><link href="{TOPIC}" rel="self"/>'
            f"</feed>"
        ),
        "application/atom+xml",
    ),
    "rdf": (RDF, "application/rdf+xml"),
    "json feed": (JSON, "application/feed+json"),
    "html": (
        (
            f"<!DOCTYPE html><html><head>"
            f'<link rel="hub" href="{HUB}"><link rel="self" href="{TOPIC}">'
            f"</head></html>"
        ),
        "text/html; charset=utf-8",
    ),
    "relative addresses": (
        rss('<atom:link rel="hub" href="//hub.example"/><atom:link rel="self" href="/feed"/>'),
        "",
    ),
    "many relations": (
        rss(f'<link rel="x hub" href="{HUB}"/><link rel="self alternate" href="{TOPIC}"/>'),
        "",
    ),
}


@pytest.mark.parametrize("kind", [*DOCUMENTS])
def test_the_hub_and_the_topic_of_a_document(kind: str) -> None:
    content, content_type = DOCUMENTS[kind]
    assert offer(content, content_type=content_type) == HubOffer(hubs=(HUB,), topic=TOPIC)


@pytest.mark.parametrize(
    "document",
    [
        f"""<feed xmlns="{ATOM}" xml:base="https://other.example/x/"><link rel="hub" href="/hub"/>
        <link rel="self" href="feed?a=1&amp;b=2"/></feed>""",
        rss(
            '<atom:link rel="hub" href="/hub"/><atom:link rel="self" href="feed?a=1&b=2"/>'
        ).replace("<channel>", '<channel xml:base="https://other.example/x/">'),
    ],
    ids=["atom", "rss"],
)
def test_relative_addresses_are_relative_to_the_base_that_the_feed_names(document: str) -> None:
    assert offer(document) == HubOffer(
        hubs=("https://other.example/hub",), topic="https://other.example/x/feed?a=1&b=2"
    )


NOTHING: dict[str, str | bytes] = {
    "nothing": b"",
    "no hub": rss(f'<atom:link rel="self" href="{TOPIC}"/>'),
    "a hub in an item": rss("", item=f'<atom:link rel="hub" href="{HUB}"/>'),
    "a hub in a page's body": (
        f'<html><head></head><body><link rel="hub" href="{HUB}"></body></html>'
    ),
    "a hub in a comment": rss(f'<!-- <atom:link rel="hub" href="{HUB}"/> -->'),
    "entities": '<!DOCTYPE r [<!ENTITY h SYSTEM "hub">]>' + rss("<title>&h;</title>"),
    "hubs that are none": (
        '{"hubs": ["hub", {"type": "WebSub"}, {"type": "WebSub", "url": 5}, null]}'
    ),
    "hubs that are no list": '{"hubs": {"type": "WebSub", "url": "https://hub.example/"}}',
    "a list": '[{"hubs": []}]',
    "deep JSON": '{"hubs":' + "[" * 100_000,
    "broken JSON": '{"hubs": [',
    "bytes": bytes(range(256)) + b"hub",
}


@pytest.mark.parametrize("kind", [*NOTHING])
def test_a_document_that_offers_nothing(kind: str) -> None:
    assert offer(NOTHING[kind]) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "ftp://hub.example/",
        "https://user:pass@hub.example/",
        "https://hub.example/a b",
        "https://hub.example/\\x",
        "http://127.0.0.1/",
        "http://0x7f.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest",
        "https://hub.example/" + "x" * 2048,
    ],
)
def test_a_hub_that_cannot_be_asked_is_none(address: str) -> None:
    assert offer(rss(f'<atom:link rel="hub" href="{address}"/>')) is None
    assert offer(header=f"<{address}>; rel=hub") is None


def test_the_header_goes_before_the_document() -> None:
    header = '<https://first.example/>; rel="hub", <https://press.example/other>; rel="self"'
    found = offer(rss(), header=header)
    assert found == HubOffer(hubs=("https://first.example/",), topic="https://press.example/other")


def test_what_the_header_leaves_out_is_looked_for_in_the_document() -> None:
    assert offer(rss(), header=f"<{TOPIC}x>; rel=self") == HubOffer(hubs=(HUB,), topic=TOPIC + "x")
    assert offer(rss(), header="<https://first.example/>; rel=hub") == HubOffer(
        hubs=("https://first.example/",), topic=TOPIC
    )


def test_without_self_the_topic_is_where_the_document_was() -> None:
    assert offer(header=f"<{HUB}>; rel=hub") == HubOffer(hubs=(HUB,), topic=URL)


def test_a_topic_is_kept_by_its_letters_and_hubs_have_a_fixed_order() -> None:
    topic = "https://Press.example:443/Feed?utm_source=rss&b=%7e#top"
    hubs = [
        "http://z.example/",
        "https://b.example/",
        "https://a.example/",
        "http://a.example/",
        "https://a.example/",
    ]
    links = [f'<atom:link rel="hub" href="{hub}"/>' for hub in hubs]
    expected = HubOffer(hubs=("https://a.example/", "https://b.example/", "http://a.example/", "http://z.example/"),
                     topic=topic)  # fmt: skip
    own = f'<atom:link rel="self" href="{topic.replace("&", "&amp;")}"/>'
    assert offer(rss("".join(links) + own)) == expected
    assert offer(rss(own + "".join(reversed(links)))) == expected


def test_a_hub_in_a_private_network_is_offered_to_a_source_that_lives_there() -> None:
    document = (
        '<atom:link rel="hub" href="http://192.168.1.7/hub"/>'
        '<atom:link rel="hub" href="http://192.168.2.7/hub"/>'
        '<atom:link rel="self" href="http://192.168.1.5:1200/feed"/>'
    )
    assert offer(rss(document)) is None
    found = offered(
        URL,
        link_header=None,
        content=rss(document).encode(),
        content_type="application/rss+xml",
        access=private_access("192.168.1.0/24", 1200),
    )
    assert found == HubOffer(hubs=("http://192.168.1.7/hub",), topic="http://192.168.1.5:1200/feed")
