"""The names in a byline."""

import pytest

from pipeline.extract.metadata.bylines import is_person, names_in, opening_byline


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
        ("Ann Lee, Bob Ray 7 Minute Read", ["Ann Lee", "Bob Ray"]),
        ("Ann Lee am 9. Mai 2025", ["Ann Lee"]),
        ("Ann Lee on May 9, 2025", ["Ann Lee"]),
        ("Verfasst von Jörg Maß", ["Jörg Maß"]),
        ("Skrevet av Kari Moe", ["Kari Moe"]),
        ("View all posts by Ann Lee", ["Ann Lee"]),
        ("Yazan: Ahmet Yılmaz", ["Ahmet Yılmaz"]),
        ("记者 王小明", ["王小明"]),
        ("Ann Lee Senior Reporter", ["Ann Lee"]),
        ("Ann Lee Science Editor", ["Ann Lee"]),
        ("Anna Maria Lopez Staff Writer", ["Anna Maria Lopez"]),
        ("Ann Lee CTO", ["Ann Lee"]),
        ("Luis Gómez Corresponsal", ["Luis Gómez"]),
        ("Ann Lee (avec Luc Roi et Bob Ray)", ["Ann Lee", "Luc Roi", "Bob Ray"]),
        ("Dana Ford, Jim Corey, and Tom Watts", ["Dana Ford", "Jim Corey", "Tom Watts"]),
        ("Text: Ann Lee, Fotos: Bob Ray", ["Ann Lee"]),
        ("By Ann Lee Photos by Bob Ray", ["Ann Lee"]),
        ("Publié par Jean Roi le 9 mai 2025", ["Jean Roi"]),
        ("Ann Lee, Lesezeit: 4 Minuten", ["Ann Lee"]),
        ("Ann Lee Professor of Law", ["Ann Lee"]),
        ("Ann Lee Co-Founder & CEO", ["Ann Lee"]),
        ("wpadmin", []),
        ("user42", []),
        ("Super User", []),
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
        ("Head of Research", False),
        ("Duchess of Eastquay", False),
    ],
)
def test_who_can_be_a_person(name: str, *, expected: bool) -> None:
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
