"""Subscriptions from and to other feed readers."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from config.opml import MAX_BYTES, MAX_OUTLINES, NotOpml, read_opml, write_opml
from config.sources import Source


def opml(body: str, head: str = "<head><title>Mine</title></head>") -> str:
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{declaration}<opml version="2.0">{head}<body>{body}</body></opml>'


def read(body: str) -> list[Source]:
    found = read_opml(opml(body).encode())
    assert found.refused == ()
    return list(found.sources)


FEED = '<outline type="rss" text="Harbour Post" xmlUrl="https://example.org/feed"/>'


def test_an_outline_is_a_source() -> None:
    body = (
        '<outline type="rss" text="Post" title="Harbour Post"'
        ' xmlUrl="https://example.org/feed" language="en"/>'
    )
    assert read(body) == [
        Source(
            id="example.org", feed="https://example.org/feed", name="Harbour Post", language="en"
        )
    ]


def test_folders_of_any_depth_are_tags() -> None:
    inner = f'<outline text="Local">{FEED}</outline>'
    (source,) = read(f'<outline text="News"><outline title="English">{inner}</outline></outline>')
    assert source.tags == ("News", "English", "Local")


def test_a_folder_without_a_name_is_passed_through() -> None:
    (source,) = read(f'<outline><outline text=" ">{FEED}</outline></outline>')
    assert source.tags == ()


def test_a_feed_in_several_folders_has_the_tags_of_all() -> None:
    other = FEED.replace("Harbour Post", "Post").replace("/>", ' category="Daily"/>')
    sources = read(
        f'<outline text="Coast">{FEED}</outline><outline text="Read first">{other}</outline>'
    )
    assert [(source.name, source.tags) for source in sources] == [
        ("Harbour Post", ("Coast", "Read first", "Daily"))
    ]


@pytest.mark.parametrize("namespace", ["http://opml.org/spec2", "urn:x"])
def test_a_namespace_of_the_whole_document_changes_nothing(namespace: str) -> None:
    text = opml(f'<outline text="Coast">{FEED}</outline>')
    text = text.replace("<opml ", f'<opml xmlns="{namespace}" ')
    (source,) = read_opml(text.encode()).sources
    assert source.tags == ("Coast",)


def test_categories_are_tags() -> None:
    feed = FEED.replace("/>", ' category="/a/b,c, News"/>')
    (source,) = read(f'<outline text="News">{feed}</outline>')
    assert source.tags == ("News", "a", "b", "c")


def test_a_feed_with_outlines_inside_is_a_feed_and_no_folder() -> None:
    body = f'<outline text="A" xmlUrl="https://a.example/feed">{FEED}</outline>'
    assert [(source.feed, source.tags) for source in read(body)] == [
        ("https://a.example/feed", ()),
        ("https://example.org/feed", ()),
    ]


@pytest.mark.parametrize("attribute", ["xmlUrl", "xmlurl", "xmlURL"])
def test_readers_spell_the_address_in_their_own_ways(attribute: str) -> None:
    (source,) = read(f'<outline {attribute}=" https://example.org/feed "/>')
    assert (source.feed, source.name) == ("https://example.org/feed", None)


@pytest.mark.parametrize(
    ("outline", "name", "why"),
    [
        ('<outline text="A note"/>', "A note", "has no address"),
        ('<outline text="Page" htmlUrl="https://example.org/"/>', "Page", "has no address"),
        (
            '<outline type="include" text="More" url="https://example.org/more.opml"/>',
            "More",
            "has no address",
        ),
        ('<outline text="Old" xmlUrl="gopher://example.org/"/>', "Old", "http"),
        ('<outline xmlUrl="file:///etc/passwd"/>', "file:///etc/passwd", "http"),
        ('<outline text="In" xmlUrl="http://u:p@example.org/"/>', "In", "password"),
        ("<outline/>", "an outline", "has no address"),
    ],
)
def test_an_outline_that_is_no_source_is_left_out_alone(outline: str, name: str, why: str) -> None:
    found = read_opml(opml(outline + FEED).encode())
    assert [source.feed for source in found.sources] == ["https://example.org/feed"]
    assert [refused.name for refused in found.refused] == [name]
    assert why in found.refused[0].why


def test_a_bad_attribute_of_ours_is_named() -> None:
    bad = FEED.replace("/>", ' xmlns:n="https://newsloom.example/opml" n:interval="soon"/>')
    (refused,) = read_opml(opml(bad).encode()).refused
    assert refused.why.startswith("interval: ")


def test_what_is_known_stays_known_and_ids_are_not_given_twice() -> None:
    known = [Source(id="example.org", feed="http://www.example.org/feed/")]
    more = '<outline text="B" xmlUrl="https://example.org/b"/><outline text="B again" xmlUrl="https://example.org/b"/>'
    found = read_opml(opml(FEED + more).encode(), known)
    assert [source.id for source in found.sources] == ["example.org-2"]
    assert found.known == ("Harbour Post", "B again")


def test_an_id_of_ours_that_somebody_has_is_made_anew() -> None:
    text = write_opml([Source(id="post", feed="https://example.org/feed")])
    (source,) = read_opml(text.encode(), [Source(id="post", feed="https://other.example/")]).sources
    assert source.id == "example.org"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_charsets(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = opml(FEED.replace("Harbour", "Häfen")).replace("UTF-8", name)
    assert [source.name for source in read_opml(text.encode(encoding)).sources] == ["Häfen Post"]


def test_bare_ampersands_belong_to_the_address() -> None:
    (source,) = read(
        '<outline text="A & B" xmlUrl="https://example.org/feed?a=1&b=2&copy=3&amp;d=4"/>'
    )
    assert (source.feed, source.name) == ("https://example.org/feed?a=1&b=2&copy=3&d=4", "A & B")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("feed://example.org/rss", "http://example.org/rss"),
        ("feed:https://example.org/rss", "https://example.org/rss"),
        ("FEED://http://example.org/rss", "http://example.org/rss"),
    ],
)
def test_addresses_for_feed_readers_are_addresses_of_the_web(written: str, meant: str) -> None:
    (source,) = read(f'<outline xmlUrl="{written}"/>')
    assert source.feed == meant
    assert Source(id="a", feed=written).feed == meant


def test_a_list_that_was_written_carelessly_is_read() -> None:
    text = opml('<outline text="Fish & chips" xmlUrl="https://example.org/feed?a=1"/>')
    assert [source.feed for source in read_opml(f"\n\n{text}".encode()).sources] == [
        "https://example.org/feed?a=1"
    ]
    broken = text.removesuffix("</body></opml>")
    assert len(read_opml(broken.encode()).sources) == 1


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"words",
        b"<html><body><p>x</p></body></html>",
        b"<opml/>",
        b"<rss version='2.0'><channel/></rss>",
        b"\x00\x00",
        b"{}",
        b"x" * (MAX_BYTES + 1),
    ],
    ids=range(8),
)
def test_what_is_no_opml_says_so(document: bytes) -> None:
    with pytest.raises(NotOpml):
        read_opml(document)


@pytest.mark.parametrize(
    "declared", ['<!ENTITY a "&b;">', '<!ENTITY a SYSTEM "file:///etc/passwd">']
)
def test_entities_are_refused(declared: str) -> None:
    text = f"<!DOCTYPE opml [{declared}]>{opml(FEED.replace('Harbour', '&a;')).partition('?>')[2]}"
    with pytest.raises(NotOpml, match="entities"):
        read_opml(text.encode())


@pytest.mark.parametrize(
    "body",
    [
        "<outline text='x'>" * 100_000,
        FEED * 20_000,
        "<outline " + "a='1' " * 100_000 + "/>",
        "<!-- " * 500_000,
    ],
    ids=["depth", "many", "attributes", "comments"],
)
def test_a_hostile_list_costs_little(body: str) -> None:
    started = time.process_time()
    with suppress(NotOpml):
        assert len(read_opml(opml(body).encode()).sources) <= 1
    assert time.process_time() - started < 10


def test_a_list_has_a_most_of_subscriptions() -> None:
    begun = time.process_time()
    with pytest.raises(NotOpml, match="more than 20000 subscriptions; split it"):
        read_opml(opml(FEED * (MAX_OUTLINES + 1)).encode())
    assert time.process_time() - begun < 5


def test_many_feeds_of_one_host_are_numbered_quickly() -> None:
    outlines = "".join(f"<outline xmlUrl='https://a.example/{n}'/>" for n in range(5_000))
    begun = time.process_time()
    found = read_opml(opml(outlines).encode()).sources
    assert time.process_time() - begun < 5
    assert [source.id for source in found[:3]] == ["a.example", "a.example-2", "a.example-3"]
    assert found[-1].id == "a.example-5000"


def test_other_readers_see_folders_types_and_titles() -> None:
    root = etree.fromstring(
        write_opml(
            [
                Source(
                    id="post",
                    feed="https://example.org/feed",
                    name="Harbour <Post>",
                    tags=("News", "a,b/c"),
                ),
                Source(
                    id="map",
                    sitemap="https://example.org/sitemap.xml",
                    tags=("News",),
                    collections=("Big papers", "x,y/z"),
                ),
                Source(id="plain", feed="https://plain.example/feed", language="de"),
            ]
        ).encode()
    )
    folder, plain = root.findall("body/outline")
    post, sitemap = folder.findall("outline")
    assert (root.get("version"), folder.get("text"), root.findtext("head/title")) == (
        "2.0",
        "News",
        "Newsloom",
    )
    assert [post.get(name) for name in ("type", "text", "title", "xmlUrl", "category")] == [
        "rss", "Harbour <Post>", "Harbour <Post>", "https://example.org/feed", "a%2Cb%2Fc",
    ]  # fmt: skip
    assert (sitemap.get("type"), sitemap.get("xmlUrl")) == ("sitemap", None)
    assert (plain.get("text"), plain.get("language"), plain.get("title")) == ("plain", "de", None)


_TEXTS = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
_SOURCES = st.lists(
    st.builds(
        lambda number, sitemap, **more: Source.model_validate(
            {
                "id": f"s{number}",
                ("sitemap" if sitemap else "feed"): f"https://example.org/{number}",
                **more,
            }
        ),
        st.integers(0, 99),
        st.booleans(),
        name=st.none() | _TEXTS,
        language=st.none() | st.sampled_from(["en", "no", "zh"]),
        tags=st.lists(_TEXTS, unique=True, max_size=3).map(tuple),
        collections=st.lists(_TEXTS, unique=True, max_size=3).map(tuple),
        interval=st.none() | st.sampled_from([1.0, 900.0, 5400.0, 0.5 + 60]),
        delay=st.none() | st.sampled_from([0.0, 2.0]),
        concurrency=st.none() | st.sampled_from([1, 8]),
        country=st.none() | st.sampled_from(["FR", "GB"]),
        recent=st.sampled_from([172_800.0, 3600.0, 0.0]),
        robots=st.booleans(),
        network=st.sampled_from([None, "192.168.1.0/24", "fd12:3456::/48"]),
        enabled=st.booleans(),
    ),
    unique_by=lambda source: source.id,
    max_size=5,
)


@given(_SOURCES)
def test_the_round_trip_keeps_everything(sources: list[Source]) -> None:
    found = read_opml(write_opml(sources).encode())
    assert {source.id: source for source in found.sources} == {
        source.id: source for source in sources
    }
    assert (found.known, found.refused) == ((), ())
