"""What came instead of a source's document."""

import pytest

from pipeline.sources.state import Failure
from pipeline.urls import Url
from workers.fetch.records import Response
from workers.sources.unreadable import explain

FEED = Url("http://a.example/feed")
HOME = Url("http://a.example/")
HTML = b"<!doctype html><html><title>Harbour Post</title><body><p>News of the day</body></html>"
LOGIN = (
    b"<html><title>Log in</title><body><h1>Log in</h1>"
    b"<form><input type=password></form></body></html>"
)
CAPTCHA = b"<html><title>Just a moment...</title><body>Checking your browser</body></html>"


def explained(content: bytes, *, final: Url = FEED, is_page: bool = False) -> tuple[Failure, str]:
    response = Response(FEED, final, 200, {"content-type": "text/html"}, content)
    wanted = "section page" if is_page else "feed"
    return explain(response, "there is no feed", wanted, is_page)


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", Failure.EMPTY),
        (b" \n ", Failure.EMPTY),
        (b"<rss><channel>", Failure.PARSE),
        (LOGIN, Failure.PAYWALL),
        (CAPTCHA, Failure.BLOCKED),
        (HTML, Failure.PARSE),
    ],
)
def test_the_kind_of_what_came(content: bytes, failure: Failure) -> None:
    assert explained(content)[0] is failure


def test_a_redirect_to_a_page_says_where_it_leads() -> None:
    failure, words = explained(HTML, final=HOME)
    assert failure is Failure.MOVED
    assert words == "its address leads to http://a.example/, which is a web page and no feed"


def test_a_page_that_should_be_one_is_merely_empty() -> None:
    assert explained(HTML, is_page=True) == (Failure.EMPTY, "there is no feed")
    failure, words = explained(LOGIN, is_page=True)
    assert failure is Failure.PAYWALL
    assert words == "instead of a section page it answers with what looks like a login"
