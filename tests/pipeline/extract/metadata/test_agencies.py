"""Where a text credits a news agency."""

import pytest

from pipeline.extract.body.blocks import Block
from pipeline.extract.metadata.agencies import AGENCIES, agency_named, find_agency
from pipeline.extract.metadata.structured_data import StructuredData
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
        (
            (
                "Lisa Mascaro, Associated Press writer in Rome, and Colleen Long contributed to "
                "this report."
            ),
            None,
        ),
        (
            (
                "She will stay with Reuters.com no longer than a year, and then she will leave for "
                "a long journey."
            ),
            None,
        ),
        ("He works with apples.", None),
    ],
)
def test_credit_lines(line: str, expected: str | None) -> None:
    assert agency("The river rose.", line) == expected


def test_bylines_and_sources_credit_too() -> None:
    assert agency("The river rose.", bylines=("Ann Lee", "AFP")) == "AFP"
    assert (
        agency("The river rose.", bylines=("Ann Lee",), source="Deutsche Presse-Agentur") == "dpa"
    )
    assert agency("The river rose.", bylines=("Ann Lee",)) is None


def test_each_name_means_one_agency() -> None:
    known = [(letters(name), names[0]) for names in AGENCIES for name in names]
    assert len({name for name, _ in known}) == len(set(known))
    assert agency_named("AGENCE FRANCE-PRESSE") == "AFP"
    assert agency_named("Pam") is None
