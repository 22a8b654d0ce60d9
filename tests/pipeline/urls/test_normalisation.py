"""URLs as they will be fetched, and their parts."""

import pytest

from pipeline.base import Record
from pipeline.outcome import Reason
from pipeline.urls.normalisation import MAX_LENGTH, BadUrl, Url, normalise, resolve


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("HTTP://A.Example:80/x/../y#top", "http://a.example/y"),
        (" https://a.example ", "https://a.example/"),
        ("https://a.example/?utm_source=x&id=1&fbclid=2", "https://a.example/?id=1"),
        ("https:/https://a.example/1", "https://a.example/1"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
    ],
)
def test_a_url_has_one_form(written: str, url: str) -> None:
    assert normalise(written) == url
    assert normalise(url) == url


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("news", Reason.BAD_URL),
        ("http://", Reason.BAD_URL),
        ("https://a.example/\x00", Reason.BAD_URL),
        ("https://a.example\\x", Reason.BAD_URL),
        ("https://me:secret@a.example/", Reason.BAD_URL),
        ("https://a.example/" + "x" * MAX_LENGTH, Reason.BAD_URL),
        ("https://a.example/" + "ü" * (MAX_LENGTH // 4), Reason.BAD_URL),
        ("mailto:desk@a.example", Reason.UNSUPPORTED_SCHEME),
    ],
)
def test_what_cannot_be_accepted_says_why(written: str, reason: Reason) -> None:
    with pytest.raises(BadUrl) as caught:
        normalise(written)
    assert caught.value.reason is reason


def test_tracking_parameters_are_kept_on_request() -> None:
    url = "https://a.example/?utm_source=x"
    assert normalise(url, tracking=True) == url


def test_a_link_is_resolved_or_leads_nowhere() -> None:
    base = "https://a.example/news/today"
    assert resolve("../sport?x=1", base) == "https://a.example/sport?x=1"
    assert resolve("//b.example", base) == "https://b.example/"
    assert resolve(None, base) is None
    assert resolve("", base) is None
    assert resolve("javascript:void(0)", base) is None
    assert resolve("/a", "nowhere") is None


def test_the_parts_of_a_url() -> None:
    url = Url("https://www.news.a.co.uk:8443/2026/11/x.html?id=1&b=2")
    assert url.host == "www.news.a.co.uk:8443"
    assert url.hostname == "www.news.a.co.uk"
    assert url.origin == "https://www.news.a.co.uk:8443"
    assert url.registrable_domain == "a.co.uk"
    assert url.path == "/2026/11/x.html"
    assert url.query == "id=1&b=2"
    root = Url("http://127.0.0.1/")
    assert (root.path, root.query, root.registrable_domain) == ("/", "", None)


def test_a_record_takes_a_url_as_it_is() -> None:
    class Holder(Record):
        url: Url

    held = Holder.model_validate_json('{"url": "https://a.example/x"}')
    assert held.url.path == "/x"
    assert held.model_dump_json() == '{"url":"https://a.example/x"}'


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://a.example/", 80),
        ("https://a.example/", 443),
        ("http://192.168.1.5:1200/x", 1200),
        ("https://[fd12::1]:8443/", 8443),
    ],
)
def test_a_url_has_a_port(url: str, port: int) -> None:
    assert normalise(url).port == port
