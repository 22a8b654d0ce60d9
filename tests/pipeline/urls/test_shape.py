"""The form of an address, and whether it is that of an article."""

import pytest

from pipeline.urls.shape import has_article_path, is_article_shape, shape_of


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/news/2026/11/ferry-crews-go-back-to-work-1234567.html?id=7", "/w/Y/n/slug-N.html?id"),
        ("/news/2025/3/grain-fire-is-out-7654321.html?id=9", "/w/Y/n/slug-N.html?id"),
        ("/about/contact", "/w/w"),
        ("/", "/"),
        ("/wirtschaft/article123456.html", "/w/w.html"),
        ("/123456", "/N"),
        ("/page/2", "/w/n"),
        ("/?b=1&a=2&b=3", "/?a&b"),
    ],
)
def test_the_shape_of_an_address_keeps_what_articles_share(path: str, shape: str) -> None:
    assert shape_of(f"https://a.example{path}") == shape


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/ferry-crews-go-back", True),
        ("https://a.example/news/Harbour_Bridge_to_open.html", True),
        ("https://a.example/a/1234/", True),
        ("https://a.example/sport/football", False),
        ("https://a.example/", False),
        ("https://a.example/news?id=12345", False),  # the path counts
        ("https://a-very-long-name.example/news", False),
    ],
)
def test_an_article_path_reads_like_a_headline_or_has_a_number(url: str, *, expected: bool) -> None:
    assert has_article_path(url) is expected


@pytest.mark.parametrize(
    ("shape", "expected"),
    [("/w/slug", True), ("/w/N", True), ("/Y/n/w", True), ("/w/Y", False), ("/w/n", False)],
)
def test_a_shape_of_articles_has_a_slug_a_long_number_or_a_year(
    shape: str, *, expected: bool
) -> None:
    assert is_article_shape(shape) is expected
