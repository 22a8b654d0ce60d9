"""The table of what is urgent."""

import pytest

from pipeline.priority import (
    MOST_REQUESTED,
    Announcement,
    Priority,
    most_batches,
    polled,
    requested,
)


@pytest.mark.parametrize(
    ("announcement", "priority", "promotes"),
    [
        (Announcement.PUSH, Priority.URGENT, True),
        (Announcement.REQUEST, Priority.URGENT, True),
        (Announcement.POLL, Priority.URGENT, False),
        (Announcement.FIRST_POLL, Priority.BULK, False),
        (Announcement.BACKLOG, Priority.BULK, False),
    ],
)
def test_the_table(announcement: Announcement, priority: Priority, promotes: bool) -> None:  # noqa: FBT001
    assert (announcement.priority, announcement.promotes) == (priority, promotes)


def test_a_long_list_is_a_backlog() -> None:
    assert requested(MOST_REQUESTED) is Announcement.REQUEST
    assert requested(MOST_REQUESTED + 1) is Announcement.BACKLOG


def test_the_first_poll_of_a_source_is_told_apart() -> None:
    assert polled(is_first=True) is Announcement.FIRST_POLL
    assert polled(is_first=False) is Announcement.POLL


@pytest.mark.parametrize(("max_batches", "most"), [(1, 2), (4, 5), (12, 15), (13, 17)])
def test_there_is_always_room_for_one_more_urgent_batch(max_batches: int, most: int) -> None:
    assert most_batches(max_batches) == most
