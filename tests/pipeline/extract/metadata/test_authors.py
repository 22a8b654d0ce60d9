"""The authors of a page."""

import pytest
from lxml import html

from pipeline.extract.metadata.authors import Credits, credited_names, find_authors
from pipeline.extract.metadata.structured_data import StructuredData

EMPTY = html.fromstring("<body><p>Text</p></body>")
SITE = frozenset({"harbourpost"})


def article(author: object, **more: object) -> StructuredData:
    return StructuredData(article={"author": author, **more}, site_names=SITE)


@pytest.mark.parametrize(
    ("author", "found"),
    [
        ("Ann Lee", Credits(("Ann Lee",))),
        ([{"@type": "Person", "name": "Ann Lee"}, "Bob Ray"], Credits(("Ann Lee", "Bob Ray"))),
        ({"givenName": "Ann", "familyName": "Lee"}, Credits(("Ann Lee",))),
        ({"name": ["Ann Lee", "Bob Ray"]}, Credits(("Ann Lee", "Bob Ray"))),
        (["Ann Lee", "Reuters", "Editor"], Credits(("Ann Lee",), ("Reuters",))),
        (["Ann Lee", "Harbour Post"], Credits(("Ann Lee",), ("Harbour Post",))),
        ({"@type": "Organization", "name": "Sports Desk"}, Credits(others=("Sports Desk",))),
        ({"name": "Ann Lee", "url": "/author/admin/"}, Credits(others=("Ann Lee",))),
        (["Ann Lee", "ANN LEE"], Credits(("Ann Lee",))),
        (7, Credits()),
    ],
)
def test_persons_in_json_ld_come_first(author: object, found: Credits) -> None:
    assert find_authors(EMPTY, article(author)) == found


def test_a_reference_is_followed() -> None:
    data = StructuredData(
        article={"author": {"@id": "#ann"}}, by_id={"#ann": {"@id": "#ann", "name": "Ann Lee"}}
    )
    assert find_authors(EMPTY, data).persons == ("Ann Lee",)


def test_meta_tags_then_marked_elements_then_bylines() -> None:
    byline = html.fromstring('<body><p class="byline">By Ann Lee</p></body>')
    marked = html.fromstring('<body><p class="byline">By X Y</p><a rel="author">Bob Ray</a></body>')
    meta = StructuredData(meta={"author": ("Cy Poe",), "byl": ("By Dee Fox",)})
    assert find_authors(byline, StructuredData()).persons == ("Ann Lee",)
    assert find_authors(marked, StructuredData()).persons == ("Bob Ray",)
    assert find_authors(marked, meta).persons == ("Cy Poe",)


def test_a_box_about_the_author_is_no_byline() -> None:
    tree = html.fromstring('<body><p class="author-bio">Ann Lee</p></body>')
    assert find_authors(tree, StructuredData()) == Credits()


def test_those_named_above_the_text_count_where_nobody_else_is() -> None:
    assert Credits(("Ann Lee",), ("AFP",)).with_named(("Ann Lee",)) == ("Ann Lee", "AFP")
    assert Credits(others=("Desk",)).with_named(("Bob Ray",)) == ("Bob Ray",)
    assert Credits(others=("Desk",)).with_named(()) == ("Desk",)


def test_all_credited_names_are_given_as_they_are() -> None:
    data = StructuredData(
        article={"author": "By Ann &amp; Bob", "creator": {"name": "AFP"}},
        meta={"author": ("Desk",)},
    )
    assert list(credited_names(data)) == ["By Ann & Bob", "AFP", "Desk"]
