"""The lists in which Celery keeps a queue's messages: one for each priority.

kombu's Redis transport takes messages from the list of the lowest number first. The list of
priority 0 has the queue's own name, which is also that of messages of earlier releases.
"""

from collections.abc import Iterable

from pipeline.priority import Priority
from storage.redis.connection import Keyspace
from storage.redis.keys import Key

MESSAGE_PRIORITIES = {Priority.URGENT: 0, Priority.BULK: 5}
"""What is sent along with a message. Ticks have none, which counts as 0."""

_SEPARATOR = "\x06\x16"
"""``kombu.transport.redis.Channel.sep``, its default."""


def messages_waiting(keyspace: Keyspace, queues: Iterable[str]) -> dict[str, int]:
    """How many messages wait in each queue, of all priorities.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    lists = {queue: message_lists(keyspace, queue) for queue in queues}
    pipe = keyspace.client.pipeline(transaction=False)
    for keys in lists.values():
        for key in keys:
            pipe.llen(key)
    lengths = iter(pipe.execute())
    return {queue: sum(next(lengths) for _ in keys) for queue, keys in lists.items()}


def message_lists(keyspace: Keyspace, queue: str) -> list[str]:
    """The keys of all lists of a queue."""
    return [
        keyspace.key(Key.CELERY, f"{queue}{_SEPARATOR}{number}" if number else queue)
        for number in MESSAGE_PRIORITIES.values()
    ]
