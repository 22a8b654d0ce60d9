"""Locks between processes; here between two open files, which exclude each other alike."""

import threading
import time
from pathlib import Path

import pytest

from storage.locks import exclusive, try_exclusive


def test_one_at_a_time_and_a_bounded_wait(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with exclusive(path):
        with pytest.raises(TimeoutError, match=r"has held .*lock for 0\.2 s"), exclusive(path, 0.2):
            pass
        with path.open() as other:
            assert not try_exclusive(other)
    with exclusive(path, 0.0), path.open() as other:
        assert not try_exclusive(other)


def test_it_is_given_in_time(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    held = threading.Event()

    def hold() -> None:
        with exclusive(path):
            held.set()
            time.sleep(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with exclusive(path, 5):
        thread.join()
