"""Which articles a notifier has yet to be told of."""

import pytest

from storage.open import Stores
from storage.redis.notifications import LONGEST_WAIT, MOST_WAITING, Notifications


def test_they_wait_in_their_order_until_they_are_dropped(stores: Stores) -> None:
    now = [1000.0]
    waiting = Notifications(stores.keyspace, clock=lambda: now[0])
    waiting.add("file", ["9:a", "9:b"])
    now[0] += 1
    waiting.add("file", ["1:c", "9:a"])
    waiting.add("other", ["9:a"])
    assert waiting.waiting("file", 2) == ["9:a", "9:b"]
    waiting.drop("file", ["9:a", "9:b"])
    assert waiting.waiting("file", 10) == ["1:c"]
    assert waiting.waiting("other", 10) == ["9:a"]


def test_what_is_too_old_or_too_much_is_dropped_and_counted(
    stores: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    now = [1000.0]
    waiting = Notifications(stores.keyspace, clock=lambda: now[0])
    waiting.add("file", ["1:old"])
    now[0] += LONGEST_WAIT
    waiting.add("file", [f"1:{number:05}" for number in range(MOST_WAITING + 2)])
    assert waiting.waiting("file", 1) == ["1:00002"]
    [record] = caplog.records
    assert record.getMessage().startswith("the plug-in file will not be told of 3 articles")


def test_one_at_a_time_tells_a_notifier(stores: Stores) -> None:
    waiting = stores.notifications
    assert waiting.claim("file", 60)
    assert not waiting.claim("file", 60)
    assert waiting.claim("other", 60)
    waiting.release("file")
    assert waiting.claim("file", 60)
    waiting.claim_again("file", 60)
    assert not waiting.claim("file", 60)
