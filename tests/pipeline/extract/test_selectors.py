"""An operator's selectors: what they choose and remove, and where the general methods go on."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from pipeline.extract import extract, unmatched_in
from pipeline.outcome import Rejected
from pipeline.overrides import Overrides
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import Url

URL = "https://harbour-post.example/2026/11/ferries-sail-again-on-monday/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

FIRST = (
    "The ferry between Eastquay and the Skerrow Islands will sail again on Monday, the harbour "
    "board said."
)
SECOND = (
    "Crews had stopped work for nine days over night shifts that nobody wanted to take in the "
    "winter months."
)
OTHER = (
    "The bakery on the islands has asked for a second oven, and the council will look at the "
    "question in spring."
)

PAGE = f"""<!doctype html><html><head><meta charset="utf-8"><title>Ferries sail again | Harbour
Post</title>
<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Ferries sail
again","url":"{URL}",
"datePublished":"2026-11-19T10:00:00Z","author":{{"@type":"Person","name":"Web
Team"}}}}</script></head>
<body><article><span class="rubric">Islands</span><h1>Ferries sail again</h1><h2
class="print">Night shifts end</h2>
<p class="who">Words by <b>Ann Lee</b> &amp; Bob Ray</p><p class="when">Printed on 20 November
2026</p>
<div class="story"><p>{FIRST}</p><style>.x {{}}</style><h3>The shifts</h3><p>Read also:
{SECOND}<br>And so on.</p>
<ul><li>Monday: <a href="/a">Eastquay</a></li><li>Tuesday: Skerrow</li></ul>
<table><tr><th>Ship</th><td>Maud</td></tr></table><div class="newsletter"><p>Subscribe to our
newsletter now!</p></div>
</div><div class="rest"><p>{OTHER}</p><p>{OTHER}</p></div></article></body></html>"""


def result(
    overrides: Overrides, content: str = PAGE, content_type: str = "text/html"
) -> Article | Rejected:
    link = Link(url=Url(URL), source="harbour-post", found_by=FoundBy.FEED)
    return extract(page(content, content_type), link=link, first_seen=NOW, overrides=overrides)


def page(content: str, content_type: str = "text/html") -> Page:
    return Page(
        url=Url(URL),
        final_url=Url(URL),
        status=200,
        content_type=content_type,
        content=content.encode(),
        fetched_at=NOW,
    )


def article(overrides: Overrides, content: str = PAGE) -> Article:
    found = result(overrides, content)
    assert isinstance(found, Article), found
    return found


def test_the_body_is_all_that_the_selector_chose_and_nothing_else() -> None:
    blocks = article(Overrides(body=".story")).body.split("\n\n")

    assert blocks == [
        FIRST,
        "The shifts",
        f"Read also: {SECOND}",
        "And so on.",
        "- Monday: Eastquay\n- Tuesday: Skerrow",
        "Ship | Maud",
        "Subscribe to our newsletter now!",
    ]


def test_what_is_removed_is_in_no_field() -> None:
    found = article(Overrides(body=".story", remove=(".newsletter", "ul, table", "h3")))
    assert found.body.split("\n\n") == [FIRST, f"Read also: {SECOND}", "And so on."]

    assert OTHER in article(Overrides()).body
    assert OTHER not in article(Overrides(remove=(".rest",))).body


def test_several_matches_make_one_body_and_one_inside_another_counts_once() -> None:
    body = article(Overrides(body=".rest p, .story > p, .story")).body

    assert body.index(FIRST) < body.index(OTHER)
    assert (body.count(FIRST), body.count(OTHER)) == (1, 2)


def test_fields_are_read_before_anything_is_removed() -> None:
    found = article(
        Overrides(
            title="h2.print", authors=".who", published=".when", section=".rubric",
            remove=("h2.print", ".who", ".when", ".rubric"),
        )
    )  # fmt: skip

    assert found.title == "Night shifts end"
    assert found.authors == ("Ann Lee", "Bob Ray")
    assert found.section == "Islands"
    assert found.published == datetime(2026, 11, 20, tzinfo=UTC)
    assert [evidence.provenance for evidence in found.published_evidence][:2] == [
        "selector",
        "json-ld",
    ]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (
            '<time class="at" datetime="2026-11-21T08:00:00+01:00">yesterday</time>',
            "2026-11-21T07:00:00+00:00",
        ),
        ('<meta class="at" content="2026-11-22">', "2026-11-22T00:00:00+00:00"),
        ('<i class="at">soon</i>', "2026-11-19T10:00:00+00:00"),  # no date: the page's own
        # Not credible: the page's own.
        ('<i class="at">2099-01-01</i>', "2026-11-19T10:00:00+00:00"),
    ],
)
def test_a_date_is_read_from_an_attribute_or_the_text(tag: str, expected: str) -> None:
    found = article(Overrides(published=".at"), PAGE.replace("<h1>", f"{tag}<h1>"))

    assert found.published == datetime.fromisoformat(expected)


def test_a_selector_that_matches_nothing_leaves_the_field_to_the_general_methods() -> None:
    nothing = Overrides(
        body=".none",
        title=".none",
        authors=".none",
        published=".none",
        section=".none",
        remove=(".none",),
    )

    assert article(nothing) == article(Overrides())
    assert unmatched_in(page(PAGE), nothing) == [
        "body",
        "title",
        "authors",
        "published",
        "section",
        "remove",
    ]
    assert unmatched_in(
        page(PAGE), Overrides(body=".story", title="h4", remove=(".rest", "h5"))
    ) == ["title", "remove"]
    assert unmatched_in(page(""), Overrides(body=".story")) == ["body"]


def test_an_empty_match_is_no_body() -> None:
    assert article(
        Overrides(body=".void"), PAGE.replace("<h1>", "<p class=void> </p><h1>")
    ) == article(Overrides())


def test_a_page_from_which_everything_is_removed_is_rejected() -> None:
    assert isinstance(result(Overrides(remove=("body",))), Rejected)
    assert isinstance(result(Overrides(remove=("article *",))), Rejected)


def test_removing_the_root_does_nothing() -> None:
    assert article(Overrides(remove=("html",))) == article(Overrides())


def test_plain_text_has_nothing_to_select() -> None:
    text = f"Ferries sail again\n{FIRST}\n{SECOND}\n{OTHER}"

    assert result(Overrides(body="p"), text, "text/plain") == result(
        Overrides(), text, "text/plain"
    )


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "   ",
        "div..story",
        "div >",
        "[x=",
        ":nonsense(2)",
        "h1::text",
        "//div",
        "p:nth-child(x)",
    ],
)
@pytest.mark.parametrize("field", ["body", "title", "authors", "published", "section"])
def test_what_is_no_selector_is_named(field: str, selector: str) -> None:
    with pytest.raises(ValidationError, match="is not a CSS selector") as caught:
        Overrides.model_validate({field: selector})
    assert repr(selector) in str(caught.value)


def test_each_selector_of_a_list_is_checked() -> None:
    with pytest.raises(ValidationError, match=r"remove\.1"):
        Overrides.model_validate({"remove": ["aside", "div..x"]})


@pytest.mark.parametrize(
    "selector", ["article .story-text", "div.a > p:first-child, h1", "[data-x='1']", "p:not(.ad)"]
)
def test_what_is_a_selector(selector: str) -> None:
    assert Overrides(body=selector).body == selector
