"""The section that an article is in."""

import pytest
from lxml import html

from pipeline.extract.metadata.sections import find_section, is_section
from pipeline.extract.metadata.structured_data import StructuredData

TITLE = "Ferries sail again"
CRUMBS = '<nav class="breadcrumb"><a>Home</a><a>World</a><a>Islands</a></nav>'


def section(body: str = "", data: StructuredData | None = None) -> str | None:
    return find_section(
        html.fromstring(f"<body>{body}<p>Text</p></body>"), data or StructuredData(), TITLE
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("World", True),
        ("国際", True),
        ("Home", False),
        ("Stron a główna", False),
        ("x", False),
        ("", False),
        ("x" * 61, False),
        ("Ferries sail ag", False),  # the title, cut
        ("Ferries", True),
        ("https://a.example", False),
    ],
)
def test_what_can_be_a_section(name: str, *, expected: bool) -> None:
    assert is_section(name, TITLE) is expected


def test_meta_tags_go_before_json_ld_and_the_page() -> None:
    meta = {"section": ("Sport",), "article:section": ("World", "Other")}
    both = StructuredData(meta=meta, article={"articleSection": ["Harbour", "x"]})
    assert section(CRUMBS, both) == "World"
    assert section(CRUMBS, StructuredData(article={"articleSection": ["Harbour"]})) == "Harbour"


def test_a_breadcrumb_in_json_ld_ends_with_the_section() -> None:
    steps = [{"name": "Home"}, {"name": "World"}, {"item": {"name": "Islands"}}, "no step"]
    node = {"@type": "BreadcrumbList", "itemListElement": steps}
    assert section(data=StructuredData(nodes=(node,))) == "Islands"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (CRUMBS, "Islands"),
        ('<div id="crumbs">Home » World » Ferries sail again</div>', "World"),
        ('<ol itemtype="https://schema.org/BreadcrumbList"><li><a>World</a></li></ol>', "World"),
        (CRUMBS.replace("</nav>", "<a>x y</a>" * 9 + "</nav>"), None),  # a menu
        ('<a rel="category tag">World</a>', "World"),
        ('<span class="cat-links"><a>World</a></span>', "World"),
        ("<nav><a>World</a></nav>", None),
    ],
)
def test_then_the_breadcrumb_or_category_of_the_page(body: str, found: str | None) -> None:
    assert section(body) == found
