"""robots.txt by RFC 9309."""

import pytest

from pipeline.crawl.robots import MAX_BYTES, UNREACHABLE, Robots, from_response

AGENT = "Newsloom/0.1 (+https://newsloom.example/bot)"


def allowed(text: str, path: str, agent: str = AGENT) -> bool:
    return from_response(200, text.encode()).allows(f"https://example.org{path}", agent)


@pytest.mark.parametrize(
    ("status", "access"),
    [
        (200, "rules"),
        (203, "rules"),
        (204, "rules"),
        (304, "none"),
        (400, "all"),
        (401, "all"),
        (403, "all"),
        (404, "all"),
        (410, "all"),
        (429, "none"),
        (500, "none"),
        (502, "none"),
        (503, "none"),
        (599, "none"),
    ],
)
def test_the_status_class_decides_before_the_text(status: int, access: str) -> None:
    robots = from_response(status, b"User-agent: *\nDisallow: /private")
    assert robots.access == access
    assert robots.allows("https://example.org/a", AGENT) is (access != "none")
    assert robots.allows("https://example.org/private", AGENT) is (access == "all")


def test_nothing_is_allowed_while_it_cannot_be_reached() -> None:
    assert not UNREACHABLE.allows("https://example.org/", AGENT)


RULES = [
    # longest match wins, whatever the order
    ("Disallow: /news\nAllow: /news/open", "/news/open/1", True),
    ("Allow: /news/open\nDisallow: /news", "/news/open/1", True),
    ("Disallow: /news\nAllow: /news/open", "/news/closed", False),
    ("Allow: /p\nDisallow: /", "/page", True),
    ("Allow: /folder\nDisallow: /folder", "/folder/page", True),  # of equals, Allow
    ("Disallow: /folder\nAllow: /folder", "/folder/page", True),
    ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
    # wildcards and the end mark
    ("Disallow: /*.pdf$", "/a/b.pdf", False),
    ("Disallow: /*.pdf$", "/a/b.pdf?x", True),
    ("Disallow: /*/print", "/a/b/print/1", False),
    ("Disallow: /$", "/", False),
    ("Disallow: /$", "/a", True),
    ("Disallow: *", "/a", False),
    # paths are case-sensitive prefixes, query included, percent-encoding equal
    ("Disallow: /A", "/a", True),
    ("Disallow: /a", "/abc", False),
    ("Disallow: /a/", "/a", True),
    ("Disallow: /a?b", "/a?bc", False),
    ("Disallow: /ü", "/%C3%BC/1", False),
    ("Disallow: /%C3%BC", "/ü/1", False),
    # nothing said is nothing forbidden
    ("Disallow:", "/a", True),
    ("", "/a", True),
    ("# Disallow: /", "/a", True),
    ("Disallow: /a # comment", "/a", False),
    ("Crawl-delay: 5\nDisallow: /a", "/a", False),
    ("disallow: /a", "/a", False),
    ("Disallow : /a", "/a", False),
]


@pytest.mark.parametrize(("rules", "path", "expected"), RULES)
def test_rules(rules: str, path: str, *, expected: bool) -> None:
    assert allowed(f"User-agent: *\n{rules}\n", path) is expected


GROUPS = [
    ("User-agent: Newsloom\nDisallow: /", False),
    ("User-agent: NEWSLOOM\nDisallow: /", False),
    ("User-agent: Newsloom/0.1\nDisallow: /", False),
    ("User-agent: othercrawler\nDisallow: /", True),
    ("User-agent: newsloom-images\nDisallow: /", True),
    ("User-agent: loom\nDisallow: /", True),
    # words of the comment in our User-Agent are no names of ours
    ("User-agent: bot\nDisallow: /", True),
    ("User-agent: example\nDisallow: /", True),
    ("User-agent: https\nDisallow: /", True),
    # our own group replaces the one for all, wherever it stands
    ("User-agent: *\nDisallow: /\n\nUser-agent: Newsloom\nAllow: /", True),
    ("User-agent: Newsloom\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
    ("User-agent: *\nAllow: /\n\nUser-agent: Newsloom\nDisallow: /", False),
    # a group of several names; groups of one name are joined
    ("User-agent: other\nUser-agent: Newsloom\nDisallow: /", False),
    ("User-agent: Newsloom\nDisallow: /b\n\nUser-agent: Newsloom\nDisallow: /a", False),
    # a part of our name is somebody else's
    ("User-agent: n\nAllow: /\n\nUser-agent: *\nDisallow: /", False),
    ("User-agent: news\nDisallow: /", True),
    ("User-agent: newsloom*\nDisallow: /", False),
    # what is no rule does not end the names of a group
    ("User-agent: Newsloom\nCrawl-delay: 5\nUser-agent: other\nDisallow: /a", False),
    ("User-agent: Newsloom\n\n\nSitemap: https://example.org/s.xml\nDisallow: /a", False),
    ("User-agent: Newsloom\nDisallow:\nUser-agent: other\nDisallow: /a", True),
    ("User agent Newsloom\nDisallow /a", False),
    ("User-agent: *# all\nDisallow: /a", False),
    ("Disallow: /", True),  # a rule before any group
]


@pytest.mark.parametrize(("text", "expected"), GROUPS)
def test_groups(text: str, *, expected: bool) -> None:
    assert allowed(text, "/a") is expected


def test_a_browser_like_user_agent_is_known_by_the_name_in_its_comment() -> None:
    text = "User-agent: Newsloom\nDisallow: /\n\nUser-agent: Mozilla\nAllow: /"
    assert not allowed(
        text, "/a", "Mozilla/5.0 (compatible; Newsloom/0.1; +https://newsloom.example/bot)"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert not allowed(end.join(["User-agent: *", "Disallow: /a", ""]), "/a")


def test_a_byte_order_mark_does_not_hide_the_first_line() -> None:
    robots = from_response(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /")
    assert not robots.allows("https://example.org/a", AGENT)


def test_bytes_that_are_not_utf8_spoil_only_their_own_line() -> None:
    robots = from_response(200, b"User-agent: *\nDisallow: /\xff\xfe\nDisallow: /a")
    assert not robots.allows("https://example.org/a", AGENT)


def test_rules_within_500_kib_are_read_and_a_cut_line_is_dropped() -> None:
    assert MAX_BYTES >= 500 * 1024
    start = b"User-agent: *\n"
    filler = b"# " + b"x" * (MAX_BYTES - len(start) - 27) + b"\n"
    inside = from_response(200, start + filler + b"Disallow: /a\n" + b"Disallow: /private\n" * 9)
    assert len(inside.text) <= MAX_BYTES
    assert not inside.allows("https://example.org/a", AGENT)
    # cut after "Disallow: /", the next line would forbid everything
    assert inside.allows("https://example.org/b", AGENT)


def test_a_huge_file_without_line_ends_is_bounded() -> None:
    robots = from_response(200, b"x" * (MAX_BYTES * 3))
    assert len(robots.text) <= MAX_BYTES
    assert robots.allows("https://example.org/a", AGENT)


def test_it_survives_the_store() -> None:
    robots = from_response(200, "User-agent: *\nDisallow: /ü".encode())
    assert Robots.model_validate_json(robots.model_dump_json()) == robots


def test_sitemaps_are_listed_whoever_they_stand_under() -> None:
    text = b"User-agent: x\nDisallow: /\nSitemap: https://a.example/1.xml\n sitemap : /2.xml # old\n\nSITEMAP:https://a.example/1.xml"
    assert from_response(200, text).sitemaps == ("https://a.example/1.xml", "/2.xml")
    assert from_response(404, text).sitemaps == ()
    assert from_response(500, text).sitemaps == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: *\nCrawl-delay: 5\nDisallow: /a", 5.0),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: newsloom\nCrawl-delay: 2\n\nUser-agent: *\nCrawl-delay: 9", 2.0),
        ("User-agent: other\nCrawl-delay: 9", None),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: -5", None),
        ("User-agent: *\nCrawl-delay: inf", None),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("User-agent: *\nCrawl-delay: 0", None),
        ("User-agent: *\nDisallow:", None),
    ],
)
def test_a_crawl_delay_is_a_positive_number_of_seconds(text: str, expected: float | None) -> None:
    assert from_response(200, text.encode()).crawl_delay(AGENT) == expected
    assert Robots(access="all").crawl_delay(AGENT) is None
