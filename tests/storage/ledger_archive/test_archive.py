"""Both ledger archives keep one contract."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.elasticsearch.client import connect
from storage.ledger_archive.archive import ArchivedEntry, LedgerArchive, joined_events
from storage.ledger_archive.elasticsearch import ElasticsearchLedgerArchive
from storage.ledger_archive.sqlite import SqliteLedgerArchive
from tests.support.data.archived_entries import ENDED_AT, GONE, archived, id_of
from tests.support.index_places import elasticsearch_place

MONTH = 31 * 86_400.0


@pytest.fixture(params=["sqlite", "elasticsearch"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LedgerArchive]:
    if request.param == "sqlite":
        yield SqliteLedgerArchive(tmp_path / "data" / "ledger.sqlite3")
        return
    with elasticsearch_place(request.getfixturevalue("elasticsearch_url")) as place:
        made = ElasticsearchLedgerArchive(connect(place.where), place.name)
        yield made
        made.close()


def everything(archive: LedgerArchive, size: int, ended_after: float = 0) -> list[ArchivedEntry]:
    return [entry for page in archive.pages(size, ended_after=ended_after) for entry in page]


def test_nothing_is_in_a_new_one(archive: LedgerArchive) -> None:
    assert archive.put([]) == set()
    assert archive.get([]) == {}
    assert archive.get([id_of("1")]) == {}
    assert archive.known([id_of("1")]) == set()
    assert archive.rejected("gone", 10) == []
    assert everything(archive, 10) == []


def test_what_is_put_is_found_as_it_was(archive: LedgerArchive) -> None:
    one, two = archived("1", 5), archived("2", 6, outcome=GONE)
    assert archive.put([one, two]) == {one.url_id, two.url_id}
    assert archive.get([two.url_id, id_of("3"), one.url_id]) == {
        one.url_id: one,
        two.url_id: two,
    }
    assert archive.known([one.url_id, id_of("3")]) == {one.url_id}


def test_a_repeat_changes_nothing(archive: LedgerArchive) -> None:
    entry = archived("1", 5)
    archive.put([entry])
    assert archive.put([entry]) == {entry.url_id}
    assert archive.get([entry.url_id]) == {entry.url_id: entry}
    assert everything(archive, 10) == [entry]


def test_a_later_end_replaces_an_earlier_one_and_never_the_other_way(
    archive: LedgerArchive,
) -> None:
    first, second = archived("1", 5), archived("1", 6, outcome=GONE, ended_at=ENDED_AT + 1)
    archive.put([first])
    archive.put([second])
    assert archive.put([first]) == {first.url_id}  # whoever came late may go on
    assert archive.get([first.url_id]) == {first.url_id: second}


def test_a_url_that_ended_in_two_months_has_one_entry(archive: LedgerArchive) -> None:
    old = archived("1", 5, outcome=GONE, ended_at=ENDED_AT - MONTH)
    new = archived("1", 6)
    others = [archived(str(number), 10 + number) for number in range(2, 6)]
    archive.put([new, *others])
    archive.put([old])
    assert archive.get([new.url_id]) == {new.url_id: new}
    assert archive.known([new.url_id]) == {new.url_id}
    assert archive.rejected("gone", 10) == []
    for size in (1, 2, 3, 100):
        found = everything(archive, size)
        assert sorted(found, key=lambda entry: entry.ending) == [new, *others]


def test_pages_have_each_entry_once(archive: LedgerArchive) -> None:
    entries = [archived(str(number), 1 + number) for number in range(25)]
    archive.put(entries)
    for size in (1, 10, 25, 100):
        found = everything(archive, size)
        assert sorted(found, key=lambda entry: entry.ending) == entries


def test_pages_leave_out_what_ended_before(archive: LedgerArchive) -> None:
    old, new = archived("1", 1, ended_at=ENDED_AT - 10), archived("2", 2)
    archive.put([old, new])
    assert everything(archive, 10, ended_after=ENDED_AT - 5) == [new]


def test_rejected_entries_by_reason_the_last_ones_first(archive: LedgerArchive) -> None:
    gone = [
        archived(str(number), 1 + number, outcome=GONE, ended_at=ENDED_AT + number)
        for number in range(3)
    ]
    archive.put([*gone, archived("other", 9)])
    assert archive.rejected("gone", 2) == [gone[2], gone[1]]
    assert archive.rejected("robots", 2) == []


def test_many_can_be_asked_for_at_once(archive: LedgerArchive) -> None:
    entries = [archived(str(number), 1 + number) for number in range(1_200)]
    archive.put(entries)
    ids = [entry.url_id for entry in entries]
    assert archive.known(ids) == set(ids)
    assert len(archive.get(ids)) == len(ids)


def test_a_trace_is_joined_without_repeats() -> None:
    assert joined_events([], ["a"]) == ("a",)
    assert joined_events(["a", "b"], ["c"]) == ("a", "b", "c")
    assert joined_events(["a", "b"], ["b", "c"]) == ("a", "b", "c")
    assert joined_events(["a", "b"], []) == ("a", "b")
    many = [str(number) for number in range(60)]
    assert joined_events(many[:30], many[30:]) == tuple(many[10:])


def test_earlier_months_are_removed(archive: LedgerArchive) -> None:
    later = archived("2", 6, ended_at=ENDED_AT + 2 * MONTH)
    archive.put([archived("1", 5), later])
    first_kept = datetime.fromtimestamp(ENDED_AT + 2 * MONTH, UTC).replace(day=1, hour=0)
    assert archive.remove_before(first_kept, dry_run=True) == 1
    assert len(everything(archive, 10)) == 2
    assert archive.remove_before(first_kept) == 1
    assert everything(archive, 10) == [later]
    assert archive.remove_before(first_kept) == 0


def test_nothing_is_removed_from_a_new_one(archive: LedgerArchive) -> None:
    assert archive.remove_before(datetime.now(UTC)) == 0
