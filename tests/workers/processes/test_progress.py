"""Signs of progress by queue, and what work cost."""

from contextlib import suppress

from storage.open import Stores
from storage.redis.keys import Key
from workers.processes.progress import Progress


def marks(stores: Stores) -> dict[str, str]:
    keyspace = stores.keyspace
    found: dict[str, str] = keyspace.client.hgetall(keyspace.key(Key.PROGRESS))
    return found


def test_a_mark_is_written_once_a_second_and_queue(stores: Stores) -> None:
    progress = Progress(stores.keyspace)
    progress.mark("extract")
    first = marks(stores)["extract"]
    progress.mark("extract")
    assert marks(stores) == {"extract": first}
    progress.mark("index")
    assert set(marks(stores)) == {"extract", "index"}


def test_a_long_batch_shows_progress_between_its_items(stores: Stores) -> None:
    progress = Progress(stores.keyspace)
    items = progress.along("extract", [1, 2, 3])
    assert marks(stores) == {}
    assert next(items) == 1
    assert set(marks(stores)) == {"extract"}
    assert list(items) == [2, 3]


def test_the_cpu_time_of_a_stage_adds_up_also_when_it_fails(stores: Stores) -> None:
    progress = Progress(stores.keyspace)
    for _ in range(2):
        with suppress(ZeroDivisionError), progress.cost("enrich"):
            _ = sum(range(200_000)) / 0
    key = stores.keyspace.key(Key.CPU)
    assert float(stores.keyspace.client.hget(key, "enrich")) > 0.001
