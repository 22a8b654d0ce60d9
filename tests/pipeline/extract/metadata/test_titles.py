"""The article's own title."""

import pytest
from lxml import html

from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.extract.metadata.titles import find_title, without_site
from pipeline.text.cleaning import letters

NAMES = frozenset({"harbourpost", "mdr"})
TITLE = "Ferries sail again"


@pytest.mark.parametrize(
    ("title", "others", "expected"),
    [
        ("Ferries sail again - Harbour Post", [], TITLE),
        ("Harbour Post | Ferries sail again", [], TITLE),
        ("Ferries sail again - World - Harbour Post", [TITLE], TITLE),
        ("Ferries sail again - World", [], "Ferries sail again - World"),
        ("Harbour Post", [], ""),
        ("A - B - C", [], "A - B - C"),
        ("x" * 401, [], ""),
        ("", [], ""),
    ],
)
def test_a_title_loses_the_name_of_its_site(title: str, others: list[str], expected: str) -> None:
    assert without_site(title, NAMES, frozenset(map(letters, others))) == expected


def title(body: str = "", *, headline: str = "", tag: str = "", **meta: str) -> str:
    data = StructuredData(
        article={"headline": headline} if headline else {},
        meta={name.replace("_", ":"): (value,) for name, value in meta.items()},
        title_tag=tag,
        site_names=NAMES,
    )
    return find_title(html.fromstring(f"<body>{body}<p>Text</p></body>"), data).own


def test_the_most_agreed_title_counts_then_the_most_trusted() -> None:
    assert title(f"<h1>{TITLE}</h1>", headline="Boats", og_title=TITLE) == TITLE
    assert title("<h1>Ships</h1>", headline="Boats", og_title=TITLE) == "Boats"
    assert title(og_title=f"{TITLE} - Harbour Post") == TITLE
    assert title(twitter_title="Ships again", tag=TITLE) == "Ships again"
    assert title(tag=f"{TITLE} | Harbour Post") == TITLE
    assert title() == ""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<h1>One</h1>", "One"),
        ("<h1>Logo</h1><h1>Box</h1>", ""),
        ("<h1>Logo</h1><article><h1>One</h1></article>", "One"),
        ('<h1><a href="/">One</a></h1>', ""),
        ("<h1><style>h1 {color: red}</style>One</h1>", "One"),
        ("<h1><ruby>海<rt>うみ</rt></ruby>の日</h1>", "海の日"),
        ('<h1><span class="kicker">Boats</span>: One</h1>', "Boats: One"),
        ("<h1><time>3 May 2026</time> One</h1>", "One"),
        ("<nav><h1>One</h1></nav>", ""),
    ],
)
def test_a_heading_is_the_headline_when_it_says_so_or_stands_alone(body: str, found: str) -> None:
    assert title(body) == found


@pytest.mark.parametrize(
    "label",
    ["Read also:", "Follow us", "Details", "<a href='https://harbour-post.example/'>HP</a>"],
)
def test_a_label_is_no_headline_where_the_title_is_known(label: str) -> None:
    body = f"<article><h1>{label}</h1><h2>{TITLE}</h2></article>"
    assert title(body, og_title=f"{TITLE} - The Sun", tag=f"{TITLE} - The Sun") == TITLE


@pytest.mark.parametrize(
    ("tag", "heading", "expected"),
    [
        (f"{TITLE} | Ships | Harbour", TITLE, TITLE),
        (f"Harbour diary | {TITLE}", TITLE, TITLE),
        ("Ships | Harbour", "Ships of all kinds", "Ships | Harbour"),
        (f"{TITLE} after a long strike - The Evening Sun", "More", f"{TITLE} after a long strike"),
        (
            f"{TITLE} after a strike – and on Monday too",
            "",
            f"{TITLE} after a strike – and on Monday too",
        ),
        (
            "渡し船が月曜日から再び運航する見通し-港湾日報",
            "",
            "渡し船が月曜日から再び運航する見通し",
        ),
    ],
)
def test_headings_and_shapes_tell_the_site_s_name(tag: str, heading: str, expected: str) -> None:
    assert title(f"<h2>{heading}</h2>", tag=tag) == expected


def test_a_kicker_in_the_heading_is_told_by_the_other_titles() -> None:
    body = f"<h1><small>After the storm</small><br>{TITLE}</h1>"
    assert title(body, tag=TITLE) == TITLE
    assert title(body) == f"After the storm {TITLE}"


def test_a_headline_made_longer_for_search_engines_gives_way_to_the_desk_s() -> None:
    long = "Ferries sail again between Eastquay and islands after long strike"
    short = "Ferries sail again after long strike"
    assert title(headline=long, tag=long, og_title=short) == short
    assert title(headline=long, tag="Other words", og_title=short) == long


def test_a_heading_of_the_second_rank_confirms_a_title() -> None:
    body = f"<h2>Islands: {TITLE}</h2>"
    assert title(body, headline="Boats", og_title=TITLE) == TITLE


def test_all_wordings_are_given() -> None:
    tree = html.fromstring(f"<body><h1>{TITLE}</h1></body>")
    data = StructuredData(meta={"og:title": (f"{TITLE} - Harbour Post",)}, site_names=NAMES)
    assert set(find_title(tree, data).wordings) == {TITLE, f"{TITLE} - Harbour Post"}


def test_a_first_heading_that_is_the_site_s_name_is_no_title() -> None:
    logo = f"<h1>The Evening Sun</h1><main><h2>{TITLE} on Monday</h2></main>"
    assert title(logo, tag=f"{TITLE} on Monday - The Evening Sun") == f"{TITLE} on Monday"
