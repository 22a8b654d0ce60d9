"""What can be fetched, and what counts as the same page."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.outcome import Reason
from pipeline.urls import MAX_LENGTH, BadUrl, Url, identity, normalise, url_id
from pipeline.urls.tracking import TRACKING_PARAMETERS


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTP://Example.ORG/A/../B/./c", "http://example.org/B/c"),
        ("http://example.org", "http://example.org/"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        (" https://example.org/a \n", "https://example.org/a"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://münchen.example/ü", "https://xn--mnchen-3ya.example/%C3%BC"),
        ("https://example.org/?", "https://example.org/"),
        ("https://example.org/?&", "https://example.org/"),
        ("https://example.org/?a=1&&b=2", "https://example.org/?a=1&b=2"),
        ("https://example.org/???a", "https://example.org/???a"),
        ("https://example.org/?q=a%26b", "https://example.org/?q=a%26b"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0177.0.0.1/", "http://127.0.0.1/"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
        ("http://１２７.0.0.1/", "http://127.0.0.1/"),
        ("http://%31%32%37.0.0.1/", "http://127.0.0.1/"),
        ("http://[0:0::1]/", "http://[::1]/"),
    ],
)
def test_normalise(given_url: str, expected: str) -> None:
    assert normalise(given_url) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/b?c", "https://example.org/b?c"),
        ("b", "https://example.org/feeds/b"),
        ("//other.example/b", "https://other.example/b"),
        ("?page=2", "https://example.org/feeds/main?page=2"),
        ("http://other.example/", "http://other.example/"),
    ],
)
def test_relative_links_are_resolved_against_the_base(link: str, expected: str) -> None:
    assert normalise(link, base="https://example.org/feeds/main") == expected


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("", Reason.BAD_URL),
        ("example.org/a", Reason.BAD_URL),
        ("//example.org/a", Reason.BAD_URL),
        ("http://", Reason.BAD_URL),
        ("http://example.org:99999/", Reason.BAD_URL),
        ("http://[fe80::1%25eth0]/", Reason.BAD_URL),
        ("http://user@example.org/", Reason.BAD_URL),
        ("http://user:pass@example.org/", Reason.BAD_URL),
        ("http://:pass@example.org/", Reason.BAD_URL),
        ("http://example.org\\@evil.example/", Reason.BAD_URL),
        ("http://exa\tmple.org/", Reason.BAD_URL),
        ("http://exa\nmple.org/", Reason.BAD_URL),
        ("http://example.org/\r\nX-Header: 1", Reason.BAD_URL),
        ("http://example.org/\x00", Reason.BAD_URL),
        ("http://example.org/\x7f", Reason.BAD_URL),
        ("http://example.org/\ud800", Reason.BAD_URL),
        ("http://example.org/" + "a" * MAX_LENGTH, Reason.BAD_URL),
        ("http://example.org/" + "é" * (MAX_LENGTH // 2), Reason.BAD_URL),
        ("ftp://example.org/a", Reason.UNSUPPORTED_SCHEME),
        ("file:///etc/passwd", Reason.UNSUPPORTED_SCHEME),
        ("gopher://example.org/", Reason.UNSUPPORTED_SCHEME),
        ("javascript:alert(1)", Reason.UNSUPPORTED_SCHEME),
        ("data:text/html,x", Reason.UNSUPPORTED_SCHEME),
        ("mailto:a@example.org", Reason.UNSUPPORTED_SCHEME),
    ],
)
def test_what_cannot_be_fetched_is_a_bad_url_with_its_reason(bad: str, reason: Reason) -> None:
    with pytest.raises(BadUrl) as caught:
        normalise(bad)
    assert caught.value.reason is reason


def test_the_longest_url_passes_and_one_more_does_not() -> None:
    longest = "http://example.org/".ljust(MAX_LENGTH, "a")
    assert normalise(longest) == longest
    with pytest.raises(BadUrl, match="longer"):
        normalise(longest + "a")


def _every_tracking_piece() -> list[str]:
    words = " ".join(TRACKING_PARAMETERS.values()).split()
    return [word if "=" in word else f"{word.replace('*', 'x')}=1" for word in words]


@pytest.mark.parametrize("piece", _every_tracking_piece())
def test_every_tracking_parameter_is_dropped_and_its_neighbours_kept(piece: str) -> None:
    assert (
        normalise(f"https://example.org/a?id=7&{piece}&page=2")
        == "https://example.org/a?id=7&page=2"
    )
    assert normalise(f"https://example.org/a?{piece.upper()}") == "https://example.org/a"


@pytest.mark.parametrize(
    "query",
    [
        "source=reuters",
        "share=2",
        "utm=1",
        "my_utm_source=1",
        "cmpx=1",
        "id=utm_source",
        "rss2=1",
        "feed=1",
    ],
)
def test_parameters_that_only_look_like_tracking_stay(query: str) -> None:
    assert normalise(f"https://example.org/a?{query}") == f"https://example.org/a?{query}"


SAME = [
    ("http://example.org/a", "https://example.org/a"),
    ("https://www.example.org/a", "https://example.org/a"),
    ("https://example.org/a/", "https://example.org/a"),
    ("https://example.org//a///b", "https://example.org/a/b"),
    ("https://example.org/a?x=1&y=2", "https://example.org/a?y=2&x=1"),
    ("https://example.org/a?utm_source=x", "https://example.org/a"),
    ("https://example.org/a#top", "https://example.org/a"),
    ("https://EXAMPLE.org/a", "https://example.org/a"),
    ("https://example.org/?", "https://example.org"),
]
DIFFERENT = [
    ("https://example.org/A", "https://example.org/a"),
    ("https://example.org/a?x=1", "https://example.org/a?x=2"),
    ("https://example.org/a?x=1&x=2", "https://example.org/a?x=1"),
    ("https://example.org:8443/a", "https://example.org/a"),
    ("https://news.example.org/a", "https://example.org/a"),
    ("https://example.org/a", "https://example.com/a"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_addresses_of_one_page_share_an_id(left: str, right: str) -> None:
    assert url_id(left) == url_id(right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_other_pages_have_other_ids(left: str, right: str) -> None:
    assert url_id(left) != url_id(right)


def test_an_id_is_32_hexadecimal_digits_and_never_changes() -> None:
    assert url_id("https://www.example.org/a/?b=1") == url_id("http://example.org/a?b=1")
    assert len(url_id("https://example.org/a")) == 32
    # Pinned: another value would make every stored article a stranger.
    assert url_id("https://example.org/news/1") == "ba33d7498e5efe493a6e26b30bd73250"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/a", "example.org"),
        ("https://example.org:443/a", "example.org"),
        ("https://example.org:8080/a", "example.org:8080"),
        ("http://[::1]:81/", "[::1]:81"),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert Url(url).host == host


_ANY_PATH = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_NAMES = st.sampled_from(
    ["example.org", "www.example.org", "münchen.example", "127.0.0.1", "[::1]:8080"]
)
_PIECES = st.lists(
    st.sampled_from(
        ["id=7", "utm_source=x", "b", "?", "", "a=%26", "FBCLID=1", "é=ü", "=", "x=1?y"]
    ),
    max_size=6,
)


@st.composite
def urls(draw: st.DrawFn) -> str:
    path = draw(_ANY_PATH)
    return f"{draw(st.sampled_from(['http', 'HTTPS']))}://{draw(_NAMES)}/{path}?{'&'.join(draw(_PIECES))}"


@given(urls())
def test_normalising_twice_changes_nothing(url: str) -> None:
    try:
        once = normalise(url)
    except BadUrl:
        return
    assert normalise(once) == once
    assert identity(once) == identity(url)
    assert url_id(once) == url_id(url)


@given(_PIECES, st.permutations(["utm_campaign=spring", "gclid=1", "mc_eid=x"]))
def test_the_id_ignores_tracking_and_order(pieces: list[str], tracking: list[str]) -> None:
    plain = [piece for piece in pieces if piece]
    base = "https://example.org/a"
    assert url_id(f"{base}?{'&'.join([*tracking, *reversed(plain)])}") == url_id(
        f"{base}?{'&'.join(plain)}"
    )


# Differences that our rules keep on purpose: case in paths, and ports.
# Those that browsers do not accept either (no scheme) are no absolute URLs to us.
_OTHER_RULES = (":442",)


def test_metadata_lib_equivalence_classes(shared_data: Path) -> None:
    classes: dict[str, set[str]] = defaultdict(set)
    for line in (shared_data / "urls" / "mcmetadata.jsonl").read_text().splitlines():
        case = json.loads(line)
        if case["fn"] != "normalize_url" or any(word in case["input"] for word in _OTHER_RULES):
            continue
        try:
            normalise(case["input"])
        except BadUrl:
            continue
        classes[case["output"]].add(url_id(case["input"].lower()))  # that library lower-cases paths
    assert len(classes) >= 10
    assert {output: len(ids) for output, ids in classes.items() if len(ids) > 1} == {}
    # And no two of its classes are one of ours.
    assert len(set().union(*classes.values())) == len(classes)


def test_metadata_lib_canonical_domains(shared_data: Path) -> None:
    cases = [
        json.loads(line)
        for line in (shared_data / "urls" / "mcmetadata.jsonl").read_text().splitlines()
    ]
    domains = {case["input"]: case["output"] for case in cases if case["fn"] == "canonical_domain"}
    assert len(domains) >= 10
    # An AMP cache's page is its publisher's.
    page_of = {url: f"https://{identity(url)}" for url in domains}
    found = {url: Url(page).registrable_domain or Url(page).host for url, page in page_of.items()}
    assert found == {url: domain.removeprefix("www.") for url, domain in domains.items()}
