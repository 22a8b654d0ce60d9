"""Celery's lists are where kombu puts and looks for messages."""

from kombu.transport.redis import Channel

from pipeline.priority import Priority
from storage.open import Stores
from storage.redis.health.message_lists import MESSAGE_PRIORITIES, message_lists, messages_waiting
from storage.redis.keys import Key, family_of


def test_urgent_messages_are_taken_first_and_have_the_queue_s_own_name(stores: Stores) -> None:
    keys = stores.keyspace
    urgent, bulk = message_lists(keys, "crawl")
    assert urgent == keys.key(Key.CELERY, "crawl")
    assert bulk == f"{urgent}{Channel.sep}{MESSAGE_PRIORITIES[Priority.BULK]}"
    assert MESSAGE_PRIORITIES[Priority.URGENT] == 0
    assert family_of(bulk.removeprefix(keys.prefix)) is Key.CELERY


def test_messages_of_all_priorities_are_counted(stores: Stores) -> None:
    keys = stores.keyspace
    for at, key in enumerate(message_lists(keys, "crawl"), 1):
        keys.client.rpush(key, *["message"] * at)
    assert messages_waiting(keys, ["crawl", "index"]) == {"crawl": 3, "index": 0}
