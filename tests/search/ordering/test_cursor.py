"""Where the next page begins, as a text."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from search.errors import QueryError
from search.language.query import parse
from search.ordering import cursor
from search.ordering.cursor import MOST_SHOWN, Cursor, Place
from search.request import SearchRequest, Sort

REQUEST = SearchRequest(parse("fox"), limit=2, moment=datetime(2017, 12, 1, tzinfo=UTC))
PLACES = [Place(9.5 - number, number, f"id{number}") for number in range(100)]


def after(text: str, **changes: object) -> SearchRequest:
    values: dict[str, object] = {"query": REQUEST.query, "after": text}
    return SearchRequest(**(values | changes))  # type: ignore[arg-type]  # mixed on purpose


@pytest.mark.parametrize(
    "place", [None, Place(1.5, None, "a"), Place(0.1 + 0.2, -5, "\N{SNOWMAN}")]
)
def test_a_cursor_survives_its_text(place: Place | None) -> None:
    made = Cursor(place, 7, ("ab", "cd"))
    text = cursor.write(made, REQUEST)
    assert cursor.read(after(text)) == made
    assert cursor.moment_of(text) == REQUEST.moment


def test_without_a_cursor_a_result_begins_at_its_first_hit() -> None:
    assert cursor.read(REQUEST) == Cursor()
    assert cursor.moment_of(None) is None


@pytest.mark.parametrize("text", ["", "x", "é", "AAAA", "A" * 5000, "AAAAAAAAAAAAAA", "!!!!", "\0"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="begin again"):
        cursor.read(after(text))


def test_every_damage_is_noticed() -> None:
    text = cursor.write(Cursor(PLACES[0], 1, ("ab",)), REQUEST)
    for at in range(len(text)):
        damaged = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        try:
            read = cursor.read(after(damaged))
        except QueryError:
            continue
        # The last letter has bits that stand for nothing.
        assert at == len(text) - 1
        assert read == Cursor(PLACES[0], 1, ("ab",))


@pytest.mark.parametrize(
    "changes", [{"query": parse("foxes")}, {"sort": Sort.NEWEST}, {"copies": True}]
)
def test_a_cursor_belongs_to_its_query(changes: dict[str, object]) -> None:
    text = cursor.write(Cursor(PLACES[0], 1), REQUEST)
    with pytest.raises(QueryError, match="another query"):
        cursor.read(after(text, **changes))


def test_by_date_the_next_page_begins_after_the_last_hit() -> None:
    assert Cursor().following(PLACES[:3], by_score=False) == Cursor(PLACES[2], 3)


def test_by_score_it_begins_before_and_names_what_was_shown() -> None:
    first = Cursor().following(PLACES[:60], by_score=True)
    assert (first.place, first.count) == (PLACES[9], 10)
    assert first.page(PLACES[10:100], 5) == [50, 51, 52, 53, 54]
    moved = [PLACES[70], *PLACES[10:60], PLACES[61]]
    assert first.page(moved, 5) == [0, 51]


def test_a_cursor_far_down_can_be_read_too() -> None:
    far = Cursor(PLACES[0], cursor.MOST_COUNTED - 1).following(PLACES[:3], by_score=False)
    assert far == Cursor(PLACES[2], cursor.MOST_COUNTED)
    assert cursor.read(after(cursor.write(far, REQUEST))) == far


def test_the_names_of_what_was_shown_are_bounded() -> None:
    made = Cursor()
    for start in range(0, 100, 10):
        made = made.following(PLACES[start : start + 10], by_score=True)
    assert len(made.shown) <= 2 * MOST_SHOWN
    assert len(cursor.write(made, REQUEST)) < cursor.LONGEST


def test_there_is_a_next_page_while_there_are_more() -> None:
    assert cursor.next_of(REQUEST, Cursor(), PLACES[:2], 2, by_score=False) is None
    assert cursor.next_of(REQUEST, Cursor(), [], 0, by_score=False) is None
    text = cursor.next_of(REQUEST, Cursor(), PLACES[:2], 3, by_score=False)
    assert text
    begun = cursor.read(after(text))
    assert begun.size(2) == 3
    assert cursor.next_of(REQUEST, begun, PLACES[2:4], 99, by_score=False) is None
    assert cursor.next_of(REQUEST, begun, PLACES[2:5], 99, by_score=False)


@pytest.mark.parametrize(
    "content",
    [
        "nothing",
        "{}",
        "[]",
        '["q", null, null, 0]',
        '["q", null, [1.0, 2], 0, []]',
        '["q", null, ["a", null, "id"], 0, []]',
        '["q", null, null, -1, []]',
        '["q", "yesterday", null, 0, []]',
        '["q", null, null, 0, [1]]',
        '["q", null, null, 1000001, []]',
        f'["q", null, null, {2**70}, []]',
        '["q", "0001-01-01T00:00:00Z", null, 0, []]',
        '["q", "9999-12-31T23:59:59Z", null, 0, []]',
        '["q", "2017-12-01T00:00:00", null, 0, []]',
        f'["q", null, [1.0, {2**70}, "id"], 0, []]',
        '["q", null, [1e300, null, "id"], 0, []]',
        '["q", null, [-1.0, null, "id"], 0, []]',
        '["q", null, [1.0, null, ""], 0, []]',
        '["q", null, [NaN, null, "id"], 0, []]',
    ],
)
def test_a_cursor_that_was_made_up_is_refused(content: str) -> None:
    data = content.encode()
    text = urlsafe_b64encode(cursor._check(data) + data).decode()  # noqa: SLF001 - it is no secret
    with pytest.raises(QueryError, match="damaged"):
        cursor.read(after(text))
    with pytest.raises(QueryError, match="damaged"):
        cursor.moment_of(text)
