"""The page's own address and the addresses it mentions."""

import pytest

from pipeline.extract.metadata.addresses import (
    canonical_url,
    image_url,
    is_front,
    same_site,
    stated_address,
)
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.urls import Url

URL = "https://www.a.example/news/1"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("/news/one", "https://www.a.example/news/one"),
        ("https://m.a.example/one?utm_source=x", "https://m.a.example/one"),
        ("https://b.example/one", URL),  # of another site
        ("https://www.a.example/", URL),  # the front page
        ("javascript:void(0)", URL),
        ("", URL),
    ],
)
def test_a_canonical_address_is_believed_on_its_own_site(named: str, expected: str) -> None:
    assert canonical_url(StructuredData(links={"canonical": named}), URL) == expected
    assert canonical_url(StructuredData(meta={"og:url": (named,)}), URL) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("https://a.co.uk/", "http://www.a.co.uk/x", True),
        ("https://a.co.uk/", "https://b.co.uk/", False),
        ("http://127.0.0.1/", "http://127.0.0.1/x", True),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
    ],
)
def test_a_site_is_a_registrable_domain_or_a_host(left: str, right: str, *, expected: bool) -> None:
    assert same_site(left, right) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", True),
        ("/en/", True),
        ("/pt-br/", True),
        ("/index.html", True),
        ("/en/default.aspx", True),
        ("/news", False),
        ("/?p=123", False),
        ("/english/", False),
    ],
)
def test_a_front_page_is_a_root_also_of_a_language(path: str, *, expected: bool) -> None:
    assert is_front(f"https://a.example{path}") is expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("/1.jpg", "https://www.a.example/1.jpg"),
        ({"url": "2.jpg"}, "https://www.a.example/news/2.jpg"),
        ([{"@id": "#picture"}], "https://www.a.example/3.jpg"),
        ({"caption": "x"}, "https://www.a.example/meta.jpg"),
        ("data:image/png;base64,AA", "https://www.a.example/meta.jpg"),
        (None, "https://www.a.example/meta.jpg"),
    ],
)
def test_the_article_s_picture(image: object, expected: str) -> None:
    data = StructuredData(
        article={"image": image},
        by_id={"#picture": {"@id": "#picture", "contentUrl": "/3.jpg"}},
        meta={"og:image": ("/meta.jpg",)},
    )
    assert image_url(data, URL) == expected
    assert image_url(StructuredData(), URL) is None


@pytest.mark.parametrize(
    ("canonical", "og_url", "expected"),
    [
        ("https://a.example/one", "https://b.example/two", "https://a.example/one"),
        ("/one", "https://b.example/two?utm_source=x", "https://b.example/two"),
        ("https://a.example/", "", None),
        ("mailto:x", "nothing", None),
    ],
)
def test_the_address_that_a_page_states(canonical: str, og_url: str, expected: str | None) -> None:
    data = StructuredData(links={"canonical": canonical}, meta={"og:url": (og_url,)})
    assert stated_address(data, Url("http://unknown.invalid/x")) == expected
