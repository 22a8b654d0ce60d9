"""What a source may be."""

import pytest
from pydantic import ValidationError

from config.sources import Source, free_id
from pipeline.crawl.private_access import private_access


def source(**more: object) -> Source:
    return Source.model_validate({"id": "harbour", "feed": "https://example.org/feed", **more})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("2h", 7200),
        ("1d", 86_400),
        ("1.5h", 5400),
        (" 15 m ", 900),
        (60, 60),
        (2.5, 2.5),
        ("60", 60),
    ],
)
def test_durations(text: object, seconds: float) -> None:
    assert source(interval=text).interval == seconds
    assert source(delay=text).delay == seconds


@pytest.mark.parametrize(
    "text", ["15 minutes", "m", "-5s", "-5", "1w", "1h30m", "soon", "", [], "0s"]
)
def test_what_is_no_interval(text: object) -> None:
    with pytest.raises(ValidationError, match="interval"):
        source(interval=text)


def test_no_delay_at_all_is_allowed() -> None:
    assert source(delay=0).delay == 0


def test_a_source_is_a_feed_or_a_sitemap() -> None:
    sitemap = Source(id="map", sitemap="https://example.org/sitemap.xml")
    assert (sitemap.feed, sitemap.address, sitemap.recent) == (
        None,
        "https://example.org/sitemap.xml",
        172_800,
    )
    assert source().address == "https://example.org/feed"
    assert source(recent="12h").recent == 43_200


def test_entries_say_durations_as_people_do_and_no_defaults() -> None:
    assert source(interval=5400, delay=0, recent="36h").to_entry() == {
        "id": "harbour",
        "feed": "https://example.org/feed",
        "interval": "90m",
        "delay": "0s",
        "recent": "36h",
    }
    assert source(recent="2d", interval=0.5 + 3600).to_entry()["interval"] == "3600.5s"


@pytest.mark.parametrize("seconds", [1, 59.5, 3600, 86_400, 90_061, 1e6, 123_456.789])
def test_a_written_duration_is_read_as_the_same(seconds: float) -> None:
    assert source(interval=source(interval=seconds).to_entry()["interval"]).interval == seconds


@pytest.mark.parametrize(
    ("address", "kind", "expected"),
    [
        ("https://www.example.org/rss", "", "example.org"),
        ("https://feeds.example.org/rss", "sport", "example.org-sport"),
        ("http://example.org:8080/", "", "example.org-8080"),
        ("http://[2001:db8::1]/rss", "", "2001-db8--1"),
        ("https://xn--mnchen-3ya.example/", "Ä news", "xn--mnchen-3ya.example-news"),
        (f"https://{'a' * 60}.example/", "sport", "a" * 60),
        ("https://taken.example/", "", "taken.example-3"),
    ],
)
def test_an_id_from_an_address(address: str, kind: str, expected: str) -> None:
    made = free_id(address, {"taken.example", "taken.example-2"}, kind=kind)
    assert made == expected
    assert source(id=made).id == made


def test_a_source_names_the_private_network_that_it_lives_in() -> None:
    hub = source(feed="http://rsshub.lan:1200/x", network="192.168.1.77/24")
    assert hub.network == "192.168.1.0/24"
    assert hub.access == private_access("192.168.1.0/24", 1200)
    assert hub.to_entry()["network"] == "192.168.1.0/24"
    assert source(network="fd12::/16").access == private_access("fd12::/16", 443)
    assert source().access is None


@pytest.mark.parametrize("network", ["127.0.0.0/8", "0.0.0.0/0", "169.254.169.254", "lan", "", 5])
def test_no_other_network_can_be_named(network: object) -> None:
    with pytest.raises(ValidationError, match="network"):
        source(network=network)


@pytest.mark.parametrize(("written", "code"), [("FR", "FR"), ("gb", "GB"), (" de ", "DE")])
def test_a_country_is_a_code(written: str, code: str) -> None:
    source = Source.model_validate({"id": "a", "feed": "https://a.example/f", "country": written})
    assert source.country == code


@pytest.mark.parametrize("written", ["", "France", "F", "ZZ9", "12", "QQ", "001"])
def test_what_is_no_code_of_a_country_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="ISO 3166-1"):
        Source.model_validate({"id": "a", "feed": "https://a.example/f", "country": written})
