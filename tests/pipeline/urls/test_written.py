"""URLs as people write them."""

import pytest

from pipeline.urls import BadUrl
from pipeline.urls.written import begins_with_host, normalise_written, with_scheme


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("www.bbc.co.uk/news", "https://www.bbc.co.uk/news"),
        (" bbc.com ", "https://bbc.com/"),
        ("bbc.com?page=2", "https://bbc.com/?page=2"),
        ("site.example:8080/a:b", "https://site.example:8080/a:b"),
        ("m\u00fcller.de/x", "https://xn--mller-kva.de/x"),
        ("192.168.1.5:1200/feed", "https://192.168.1.5:1200/feed"),
        ("[fd00::1]/feed", "https://[fd00::1]/feed"),
        ("http://site.example/", "http://site.example/"),
    ],
)
def test_a_host_stands_for_its_https_address(text: str, url: str) -> None:
    assert normalise_written(text) == url


@pytest.mark.parametrize(
    "text",
    ["", "news", "localhost:8080/x", "mailto:a@b.example", "a@b.example", "x.example:abc", "a b.c"],
)
def test_what_may_be_something_else_is_left_as_it_is(text: str) -> None:
    assert not begins_with_host(text)
    assert with_scheme(text) == text
    with pytest.raises(BadUrl):
        normalise_written(text)
