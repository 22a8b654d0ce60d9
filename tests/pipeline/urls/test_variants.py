"""URL variants: AMP and mobile pages, sessions and pasted remains.

Merged where one page has two addresses, and only there.
"""

import gzip
import html
import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.urls import BadUrl, Url, identity, normalise, url_id

PAGE = "https://example.org/news/2026/story-7"

VARIANTS = [
    # AMP: paths, hosts, parameters, caches and viewers
    (PAGE, "https://example.org/news/2026/story-7/amp"),
    (PAGE, "https://example.org/news/2026/story-7/amp/"),
    (PAGE, "https://example.org/amp/news/2026/story-7"),
    (PAGE, "https://example.org/news/amp/2026/story-7"),
    (PAGE, "https://example.org/news/2026/story-7/amp.html"),
    (PAGE, "https://example.org/news/2026/story-7.amp"),
    (PAGE, "https://example.org/news/2026/story-7-amp"),
    ("https://example.org/story.html", "https://example.org/story.amp.html"),
    ("https://example.org/story.html", "https://example.org/story_amp.html"),
    ("https://example.org/story-100.html", "https://example.org/story-100~amp.html"),
    (PAGE, "https://example.org/platform/amp/news/2026/story-7"),
    ("https://example.org/news/article/Ferry-14848176.php", "https://example.org/news/amp/Ferry-14848176.php"),
    (PAGE, f"{PAGE}?hs_amp=true"),
    ("https://example.org/articleshow/1.cms", "https://example.org/amp_articleshow/1.cms"),
    (PAGE, "https://amp.example.org/news/2026/story-7"),
    (PAGE, "https://www.amp.example.org/news/2026/story-7"),
    (PAGE, f"{PAGE}?amp"),
    (PAGE, f"{PAGE}?amp=1"),
    (PAGE, f"{PAGE}?outputType=amp"),
    (PAGE, f"{PAGE}?output=amp&utm_source=x"),
    (PAGE, "https://example-org.cdn.ampproject.org/c/s/example.org/news/2026/story-7/amp?amp_js_v=0.1&usqp=mq331AQ"),
    (PAGE, "https://cdn.ampproject.org/v/s/www.example.org/news/2026/story-7"),
    (PAGE, "https://www.google.com/amp/s/www.example.org/news/2026/story-7"),
    (PAGE, "https://www.google.co.uk/amp/example.org/amp/news/2026/story-7"),
    (PAGE, "https://m.google.com/amp/s/example.org/news/2026/story-7"),
    (PAGE, "https://www.google.com/amp/s/example-org.cdn.ampproject.org/c/s/example.org/news/2026/story-7/amp"),
    (PAGE, "https://www.bing-amp.com/c/s/example.org/news/2026/story-7"),
    ("https://example.org:8080/a", "https://cdn.ampproject.org/c/example.org:8080/a"),
    # mobile
    (PAGE, "https://m.example.org/news/2026/story-7"),
    (PAGE, "https://mobile.example.org/news/2026/story-7"),
    (PAGE, "https://touch.example.org/news/2026/story-7"),
    (PAGE, "https://www.m.example.org/news/2026/story-7"),
    (PAGE, f"{PAGE}?mobile=1"),
    ("https://en.wikipedia.org/wiki/News", "https://en.m.wikipedia.org/wiki/News"),
    ("https://blog.example/2026/01/a.html", "https://blog.example/2026/01/a.html?m=1"),
    # directory indexes
    ("https://example.org/", "https://example.org/index.html"),
    ("https://example.org/news", "https://example.org/news/index.php"),
    ("https://example.org/news", "https://example.org/news/Default.aspx"),
    ("https://example.org/news?id=7", "https://example.org/news/index.php?id=7"),
    # what is glued to a pasted link
    *[
        (PAGE, PAGE + glued)
        for glued in ('"', "'", "”", "’", "»", ")", "]", "}", ">", ",", ".", ";", ":", "%20", " ",
        "%22", '">', ").",
                      "&quot;", "&gt;", "…", "\u200b", "%E2%80%8B", "。", "**", "`", "|", "?", "?&",
                      "#")
    ],
    (f"{PAGE}?id=7", f"{PAGE}?id=7)"),
    (f"{PAGE}?id=7", f"{PAGE}?id=7%22"),
    (f"{PAGE}?id=7", f"{PAGE}?id=7&quot;"),
    (f"{PAGE}?id=7&page=2", f"{PAGE}?id=7&amp;page=2"),
    (PAGE, f"{PAGE}?x=1&amp;utm_source=y".replace("x=1&", "")),
    (PAGE, f"http://{PAGE}"),
    (PAGE, f"https://{PAGE}"),
    # session ids
    (PAGE, f"{PAGE};jsessionid=5AC6268DD8D4D5D1FDF5D41E9F2FD960"),
    (PAGE, f"{PAGE}?PHPSESSID=0123456789abcdef"),
    (PAGE, f"{PAGE}?ASPSESSIONIDQQRR=ABC"),
    (PAGE, f"{PAGE}?sid=0123456789abcdef0123456789abcdef"),
    (PAGE, "https://example.org/(S(lit3py55t21z5v55vlm25s55))/news/2026/story-7"),
    # one address, written twice
    ("https://example.org/~a/%C3%BC", "https://example.org/%7Ea/%c3%bc"),
    ("https://example.org/?q=a%20b", "https://example.org/?q=a+b"),
    ("https://example.org/a", "https://example.org./a"),
    ("https://example.org/a", "http://example.org:443/a"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "variant"), VARIANTS)
def test_variants_share_an_id(page: str, variant: str) -> None:
    assert identity(variant) == identity(page)
    assert url_id(variant) == url_id(page)


@pytest.mark.parametrize(
    "glued",
    [
        "&quot;",
        "&#34;",
        "&gt",
        ";",
        '"',
        "%22",
        "%E2%80%8B",
        ").",
        "&quot;)",
        "&nbsp;&",
        "(",
        ")",
        "?&",
        "&amp;",
    ],
)
def test_an_address_with_anything_glued_to_it_many_times_is_read_at_once(glued: str) -> None:
    started = time.process_time()
    for count in (12, 24, 45, 2000):
        with suppress(BadUrl):
            url_id(f"https://example.org/news{glued * count}x")
            url_id(f"https://example.org/news?id=7{glued * count}")
    assert time.process_time() - started < 2


STRANGERS = [
    ("https://example.org/amp", "https://example.org/"),
    ("https://example.org/tag/amp", "https://example.org/tag"),
    ("https://example.org/wiki/amp", "https://example.org/wiki"),
    ("https://example.org/amplifier/x", "https://example.org/x"),
    ("https://example.org/guitar-amp", "https://example.org/guitar"),
    ("https://example.org/guitar_amp", "https://example.org/guitar"),
    ("https://example.org/article/ferry.php", "https://example.org/ferry.php"),
    ("https://example.org/platform/ferry", "https://example.org/ferry"),
    ("https://example.org/stamp", "https://example.org/st"),
    ("https://example.org/a?amp=0", "https://example.org/a"),
    ("https://example.org/a?ampere=1", "https://example.org/a"),
    ("https://example.org/m/a", "https://example.org/a"),
    ("https://example.org/mobile/a", "https://example.org/a"),
    ("https://example.org/archive?m=1", "https://example.org/archive"),
    ("https://example.org/archive?m=202601", "https://example.org/archive?m=202602"),
    ("https://m.example/a", "https://example/a"),
    ("https://mobile.de/a", "https://de/a"),
    ("https://m.co.uk/a", "https://co.uk/a"),
    ("https://m.wordpress.com/a", "https://wordpress.com/a"),
    ("https://amp.blogspot.com/a", "https://blogspot.com/a"),
    ("https://m.a.example.org/x", "https://example.org/x"),
    ("https://moscow.example.org/a", "https://example.org/a"),
    ("https://example.org/wiki/Port_(wine)", "https://example.org/wiki/Port_(wine"),
    ("https://example.org/wiki/Port_(wine)", "https://example.org/wiki/Port_"),
    ("https://example.org/wiki/Yahoo!", "https://example.org/wiki/Yahoo"),
    ("https://example.org/index.php/a", "https://example.org/a"),
    ("https://example.org/index.html.bak", "https://example.org/"),
    ("https://example.org/reindex.html", "https://example.org/"),
    ("https://example.org/story.pl?sid=26/01/02/1", "https://example.org/story.pl?sid=26/01/02/2"),
    ("https://example.org/a?s=ferry", "https://example.org/a"),
    ("https://example.org/a/print", "https://example.org/a"),
    ("https://example.org/a?page=2", "https://example.org/a"),
    ("https://cdn.ampproject.org/i/s/example.org/a.png", "https://example.org/a.png"),
    ("https://notcdn.ampproject.org.evil.example/c/s/example.org/a", "https://example.org/a"),
    ("https://google.evil.example/amp/s/example.org/a", "https://example.org/a"),
    ("https://www.google.com/amp/s/user@example.org/a", "https://example.org/a"),
    ("https://example.org/a?b=1%26c=2", "https://example.org/a?b=1&c=2"),
]


@pytest.mark.parametrize(("left", "right"), STRANGERS)
def test_what_only_looks_like_a_variant_keeps_its_own_id(left: str, right: str) -> None:
    assert url_id(left) != url_id(right)


@pytest.mark.parametrize(
    "url",
    [
        "https://amp.example.org/story/amp?amp=1",
        "https://m.example.org/index.html?sid=0123456789abcdef0123456789abcdef",
        "https://example.org/a;jsessionid=1",
        "https://example.org/a).",
        "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a",
    ],
)
def test_a_variant_is_still_fetched_at_its_own_address(url: str) -> None:
    assert normalise(url) == url


@pytest.mark.parametrize("prefix", ["http://", "https://", "http://http://", "https:/", "HTTPS://"])
def test_a_scheme_that_was_pasted_twice_counts_once(prefix: str) -> None:
    assert normalise(f"{prefix}http://example.org/a") == "http://example.org/a"


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://news.bbc.co.uk/1", "bbc.co.uk"),
        ("https://a.b.example/", "b.example"),
        ("https://datatherapy.wordpress.com/", "datatherapy.wordpress.com"),
        ("https://wordpress.com/", "wordpress.com"),
        ("https://www.gov.cn/", "gov.cn"),
        ("https://www.com/", "www.com"),
        ("https://127.0.0.1:8000/", None),
        ("https://[::1]/", None),
        ("https://localhost/", None),
    ],
)
def test_the_domain_that_one_owner_registered(url: str, domain: str | None) -> None:
    assert Url(url).registrable_domain == domain


_LABELS = st.lists(
    st.sampled_from(["www", "m", "mobile", "amp", "touch", "en", "a-b", "xn--p1ai"]), max_size=4
)
_ENDS = st.sampled_from(
    ["example.org", "bbc.co.uk", "co.uk", "org", "blogspot.com", "wordpress.com", "b.example"]
)
_HOSTS = st.builds(lambda labels, end: ".".join([*labels, end]), _LABELS, _ENDS)
_SEGMENTS = st.lists(
    st.sampled_from(
        ["amp", "AMP", "amp.html", "amp_amp", "a.amp.html", "platform", "article", "x-1234567.php",
         "a_amp~amp.html", "7-amp", "tag", "wiki", "index.html", "x", "%22",
         ")", "(a)", "%2e", "..", "", " ", "a;jsessionid=1", "(S(abcdefghijklmnopqrst))", "%41mp",
         "a&quot;",
         "a].", "%252e", "é", "%28a)"]
    ),
    max_size=6,
)  # fmt: skip
_QUERIES = st.lists(
    st.sampled_from(
        ["amp=1", "amp", "amp;amp;b=1", "id=7)", "a=x.", "z=%22", "+", "sid=" + "a" * 32, "m=1",
        "%61mp=1",
         "ut%6D_source=1", "utm_source=1", "quot;", "q=(a)", "q=a%29", "x=1?", "=", "?"]
    ),
    max_size=5,
)  # fmt: skip
_WRAPPERS = st.sampled_from(
    [
        "https://",
        "http://",
        "https://cdn.ampproject.org/c/s/",
        "https://www.google.com/amp/",
        "http://m.google.com:443/amp/s/",
    ]
)


@st.composite
def _addresses(draw: st.DrawFn) -> str:
    path, query = "/".join(draw(_SEGMENTS)), "&".join(draw(_QUERIES))
    return f"{draw(_WRAPPERS)}{draw(_HOSTS)}/{path}{f'?{query}' if query else ''}"


@settings(max_examples=300)
@given(_addresses())
def test_the_identity_of_an_identity_is_itself(url: str) -> None:
    assert identity(f"https://{identity(url)}") == identity(url)


@given(_HOSTS, st.text(max_size=20))
def test_variants_stay_within_their_registrable_domain(host: str, path: str) -> None:
    try:
        url = normalise(f"https://{host}/{path}")
    except BadUrl:
        return
    assert Url(f"https://{identity(url)}").registrable_domain == Url(url).registrable_domain


def test_what_pages_call_their_amp_variant_is_theirs(shared_data: Path) -> None:
    pairs = []
    for file in shared_data.glob("*/html/*.gz"):
        page = gzip.decompress(file.read_bytes()).decode("utf-8", "replace")
        addresses = [
            _ADDRESS.search(link[0])
            for rel in ("amphtml", "canonical")
            if (link := _link(rel).search(page))
        ]
        if len(addresses) == 2 and all(addresses):
            pairs.append([html.unescape(found[1]) for found in addresses if found])
    assert len(pairs) > 50
    merged = sum(identity(amp) == identity(canonical) for amp, canonical in pairs)
    assert merged / len(pairs) >= 0.8  # the others share no more than a number, or nothing


_ADDRESS = re.compile(r"""href=["']?(https?://[^"'\s>]+)""")


def _link(rel: str) -> re.Pattern[str]:
    return re.compile(rf"""<link\b[^>]*\brel=["']?{rel}["']?[^>]*>""", re.IGNORECASE)
