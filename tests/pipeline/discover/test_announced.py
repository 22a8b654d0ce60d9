from datetime import UTC, datetime, timedelta, timezone

from pipeline.discover.announced import stamped
from pipeline.records import FoundBy, Link
from pipeline.urls import Url

NOW = datetime(2026, 1, 2, 12, 34, 56, tzinfo=UTC)


def links(*changed: datetime | None, published: datetime | None = None) -> list[Link]:
    return [
        Link(
            url=Url(f"http://a.example/{at}"),
            source="a",
            found_by=FoundBy.FEED,
            modified=date,
            published=published,
        )
        for at, date in enumerate(changed)
    ]


def before(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


def places(found: frozenset[str]) -> str:
    return "".join(sorted(url[-1] for url in found))


def test_one_moment_for_all_entries_is_the_moment_at_which_the_document_was_made() -> None:
    assert places(stamped(links(NOW, NOW, NOW))) == "012"
    # While it was made, seconds passed.
    assert places(stamped(links(*before(0, 0.02, 0.04, 0.06)))) == "0123"
    assert places(stamped(links(*before(0, 0, 0), published=NOW - timedelta(days=3)))) == "012"


def test_entries_with_dates_of_their_own_are_believed() -> None:
    assert not stamped(links(*before(0, 10, 20, 30)))
    assert not stamped(links(*before(0, 0, 0, 10, 20)))
    # The last one stands apart, and counts.
    assert places(stamped(links(*before(0, 0, 0, 0, 60)))) == "0123"
    assert not stamped([])


def test_two_entries_may_have_changed_together() -> None:
    assert not stamped(links(NOW, NOW, None, None))


def test_a_day_without_a_time_is_no_moment() -> None:
    midnight = datetime(2026, 1, 2, tzinfo=UTC)
    assert not stamped(links(*[midnight] * 5))
    assert not stamped(links(*[midnight.replace(tzinfo=timezone(timedelta(hours=2)))] * 5))


def test_a_document_of_many_thousand_entries_costs_little() -> None:
    assert len(stamped(links(*[NOW] * 20_000))) == 20_000
