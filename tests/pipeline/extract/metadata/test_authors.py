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


def page(body: str) -> html.HtmlElement:
    text = "<p>The harbour board met until late in the night and heard the crews of all ships.</p>"
    return html.document_fromstring(f"<main><article><h1>Ferries</h1>{body}{text}</article></main>")


@pytest.mark.parametrize(
    "other",
    [
        '<li><a href="/1">A long headline of another one</a> <i itemprop="author">Cy Poe</i></li>',
        '<ol class="comments"><li><b itemprop="author">Cy Poe</b>: Well said.</li></ol>',
        '<figure><figcaption><b itemprop="author">Cy Poe</b></figcaption></figure>',
        '<div><a rel="author" href="/cy">Cy Poe</a> writes of other things</div>' + "<p>Text.</p>",
    ],
)
def test_only_the_line_of_the_first_author_counts(other: str) -> None:
    byline = '<div>By <a rel="author">Ann Lee</a> and <a rel="author">Bob Ray</a></div>'
    long = "<p>" + "The crews had stopped work over night shifts that nobody wanted. " * 3 + "</p>"
    tree = page(f"{byline}{long}{other}")
    assert find_authors(tree, StructuredData()).persons == ("Ann Lee", "Bob Ray")


@pytest.mark.parametrize(
    "others",
    [
        '<aside><a href="/1">Trams stop</a> <i class="author">Cy Poe</i></aside>',
        '<div itemprop="comment"><i itemprop="author">Cy Poe</i> Well said.</div>',
    ],
)
def test_authors_of_boxes_and_comments_below_are_nobody(others: str) -> None:
    text = "<p>The harbour board met until late in the night and heard the crews of all ships.</p>"
    body = f"<main><h1>Ferries sail again</h1>{text}</main><section>{others}</section>"
    assert find_authors(html.document_fromstring(body), StructuredData()) == Credits()


def test_names_of_several_in_one_and_of_accounts_do_not_count() -> None:
    listed = article(["Ann Lee", "Bob Ray", "Ann Lee Bob Ray"])
    assert find_authors(EMPTY, listed).persons == ("Ann Lee", "Bob Ray")
    for account in ("admin", "Super User", "cmsadmin3", "editor7"):
        data = StructuredData(meta={"author": (account,)})
        assert find_authors(EMPTY, data) == Credits()


def test_a_publisher_in_a_meta_tag_is_no_author_and_an_agency_is() -> None:
    harbour = StructuredData(meta={"author": ("Harbour Post",)}, site_names=SITE)
    assert find_authors(EMPTY, harbour) == Credits()
    agency = StructuredData(meta={"author": ("Harbour Post, AFP",)}, site_names=SITE)
    assert find_authors(EMPTY, agency) == Credits(others=("AFP",))


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


def test_what_stands_in_an_aside_is_not_by_the_author_of_the_article() -> None:
    tree = html.document_fromstring(
        '<main><h1>Ferries sail again</h1><p class="author">Ann Lee</p><p>Text</p></main>'
        '<aside><a href="/2">More</a> <a rel="author" href="/bob">Bob Ray</a></aside>'
    )
    assert find_authors(tree, StructuredData()).persons == ("Ann Lee",)


def test_a_byline_may_stand_in_what_is_named_after_a_correspondent() -> None:
    tree = html.document_fromstring(
        '<h1>Ferries sail again</h1><div class="correspondent"><span class="author">Ann Root'
        "</span></div><p>Text</p>"
    )
    assert find_authors(tree, StructuredData()).persons == ("Ann Root",)


def test_a_text_that_is_marked_as_an_author_costs_little() -> None:
    marked = "<div itemprop=author>" * 200 + "x " * 20_000
    assert find_authors(html.document_fromstring(marked), StructuredData()) == Credits()
