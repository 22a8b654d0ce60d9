"""Agencies, access and bylines: what single lines say."""

import pytest

from pipeline.extract.body.blocks import Block
from pipeline.extract.metadata.access import is_truncated
from pipeline.extract.metadata.agencies import AGENCIES, agency_named, find_agency
from pipeline.extract.metadata.bylines import is_person, names_in, opening_byline
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.extract.tree import flattened
from pipeline.text.cleaning import letters


def agency(*lines: str, bylines: tuple[str, ...] = (), **meta: str) -> str | None:
    data = StructuredData(meta={name: (value,) for name, value in meta.items()})
    return find_agency(data, bylines, [Block("p", line) for line in lines])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("LONDON, Nov 3 (Reuters) - The pound fell.", "Reuters"),
        ("BEIRUT/THE HAGUE, March 7 (Reuters) - A crew said.", "Reuters"),
        ("WASHINGTON (AP) — The president said.", "AP"),
        ("Berlin (dpa/bb) - Der Senat tagt.", "dpa"),
        ("Wien (APA) Der Rat tagt.", "APA"),
        ("Madrid, 3 nov (EFE).- El Gobierno dice.", "EFE"),
        ("(ANSA) - ROMA, 21 NOV - Il governo dice.", "ANSA"),
        ("MOSCOW, November 20. /TASS/. Russia says.", "TASS"),
        ("BEIJING, Nov. 3 (Xinhua) -- China says.", "Xinhua"),
        ("新华社北京11月3日电 国务院说。", "Xinhua"),
        ("(서울=연합뉴스) 정부는 말했다.", "Yonhap"),
        ("AFP - The river rose.", "AFP"),
        ("The river (which AFP visited) rose.", None),
        ("The river rose, the PA said.", None),
        ("Was it the (AP) exam? Nobody knows.", None),
    ],
)
def test_datelines(line: str, expected: str | None) -> None:
    assert agency(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Das sagte der Bürgermeister. (dpa)", "dpa"),
        ("dpa/lno", "dpa"),
        ("mit dpa", "dpa"),
        ("Quelle: KNA", "KNA"),
        ("With inputs from PTI", "PTI"),
        ("Con información de EFE", "EFE"),
        ("Reporting by Ann Lee; Editing by Bob Ray", "Reuters"),
        (
            "Lisa Mascaro, Associated Press writer in Rome, and Colleen Long contributed to this report.",
            None,
        ),
        (
            "She will stay with Reuters.com no longer than a year, and then she will leave for a long journey.",
            None,
        ),
        ("He works with apples.", None),
    ],
)
def test_credit_lines(line: str, expected: str | None) -> None:
    assert agency("The river rose.", line) == expected


def test_bylines_and_sources_credit_too() -> None:
    assert agency("The river rose.", bylines=("Ann Lee, AFP",)) == "AFP"
    assert (
        agency("The river rose.", bylines=("Ann Lee",), source="Deutsche Presse-Agentur") == "dpa"
    )
    assert agency("The river rose.", bylines=("Ann Lee",)) is None


def test_each_name_means_one_agency() -> None:
    known = [
        (letters(name), agency) for agency, names in AGENCIES.items() for name in names.split(",")
    ]
    assert len({name for name, _ in known}) == len(set(known))
    assert agency_named("AGENCE FRANCE-PRESSE") == "AFP"
    assert agency_named("Pam") is None


CUT, WHOLE = "The river rose and the…", "The river rose, and then it fell."


@pytest.mark.parametrize(
    ("free", "body", "last", "expected"),
    [
        (False, CUT, "", True),
        (None, CUT, "Subscribe to continue reading", True),
        (None, CUT, "", False),  # an ellipsis may be meant
        (True, CUT, "Subscribe to continue reading", False),
        (False, WHOLE, "Subscribe to continue reading", True),  # so short, and asking
        (False, WHOLE * 100, "Subscribe to continue reading", False),
        (None, WHOLE, "Subscribe to continue reading", False),
        (False, WHOLE, "", False),
    ],
)
def test_when_a_text_breaks_off(free: bool | None, body: str, last: str, expected: bool) -> None:  # noqa: FBT001
    assert (
        is_truncated(free=free, blocks=[Block("p", body), Block("p", last)], body=body) is expected
    )


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("By Ann Lee and Bob Ray (Reuters)", ["Ann Lee", "Bob Ray"]),
        ("Ann Lee 21 November 2026", ["Ann Lee"]),
        ("Ann Lee Published 10:30", ["Ann Lee"]),
        ("capital von Ann Lee 05. November 2024 15:36 Uhr", ["Ann Lee"]),
        ("Ursula von der Leyen", ["Ursula von der Leyen"]),
        ("by Jeff Foust Monday, November 18, 2019", ["Jeff Foust"]),
        ("Doris Day, November 18, 2019", ["Doris Day"]),
        ("Ilana Muhlstein, MS, RDN", ["Ilana Muhlstein"]),
        ("Ann Lee, AP", ["Ann Lee", "AP"]),
        ("Ann Lee, M.D., Bob Ray, Ph.D.", ["Ann Lee", "Bob Ray"]),
        ("MAUD, BOB", ["MAUD", "BOB"]),
        ("Von Ann Lee aus Kiew und Bob Ray in London", ["Ann Lee", "Bob Ray"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Juan Pérez y Ana Ruiz", ["Juan Pérez", "Ana Ruiz"]),
        ("Jan Kowalski i Anna Nowak", ["Jan Kowalski", "Anna Nowak"]),
        ("John A Smith", ["John A Smith"]),
    ],
)
def test_names_in_a_byline(byline: str, expected: list[str]) -> None:
    assert list(names_in([byline])) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann Lee", True),
        ("Ursula von der Leyen", True),
        ("Charles de la Vallée", True),
        ("fhaacker", True),
        ("渡辺洋介", True),
        ("AP National Political Writer", False),
        ("Redakteurin Politik", False),
        ("Syrian defense ministries", False),
        ("Sende uns eine E-Mail", False),
        ("Agence France-Presse", False),
        ("harbour-post.com", False),
        ("Harbour Post", False),
    ],
)
def test_who_can_be_a_person(name: str, expected: bool) -> None:  # noqa: FBT001
    assert is_person(name, frozenset({"harbourpost"})) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ann Lee", ("Ann Lee",)),
        ("By Ann Lee and Bob Ray", ("Ann Lee", "Bob Ray")),
        ("MAUD ELLERY/BOB RAY", ("MAUD ELLERY", "BOB RAY")),
        ("The plan in brief", ()),
        ("Ann Lee came home.", ()),
        ("Harbour News", ()),
        ("Trailer Home https://video.example/1", ()),
    ],
)
def test_a_line_that_is_a_byline_and_nothing_else(line: str, expected: tuple[str, ...]) -> None:
    assert opening_byline(line) == expected


def test_flattening_keeps_text_and_what_is_not_deep() -> None:
    shallow = '<div class="a"><p>Text<br>more</p></div>'
    assert flattened(shallow) == shallow
    deep = flattened("<div>" * 1000 + "<p>Text</p>" + "</div>" * 1000 + shallow)
    assert deep.count("<div>") == deep.count("</div>") - 1 < 200
    assert deep.endswith(shallow)
    assert "<p>Text</p>" in deep
