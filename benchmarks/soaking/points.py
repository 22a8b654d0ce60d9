"""Named fail points: where a process of the soak may be told to end itself.

The soak writes the name of a point into a file. The first process that comes by takes the file and
kills itself, as a machine that loses its power at that line would.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

FILE = "failpoint"
"""In the data folder."""

STAGES = ("crawl", "extract", "deduplicate", "enrich", "index")
EDGES = ("begin", "begun", "worked", "finished")
"""Of a stage: before and after its lease is taken over, before and after its outcomes are
written."""

POINTS = (
    *(f"{stage}.{edge}" for stage in STAGES for edge in EDGES),
    "accept.before",
    "accept.after",
    "send.before",
    "send.after",
    "put.before",
    "put.after",
    "archive.before",
    "archive.after",
    "compact.before",
    "compact.after",
)


def arm(folder: Path, point: str) -> None:
    """Let the next process that passes the point end."""
    waiting = folder / f"{FILE}.new"
    waiting.write_text(point, encoding="ascii")
    waiting.rename(folder / FILE)


def is_armed(folder: Path) -> bool:
    """Whether no process has passed it yet."""
    return (folder / FILE).exists()


def disarm(folder: Path) -> None:
    """Nobody ends any more."""
    with suppress(FileNotFoundError):
        (folder / FILE).unlink()


def pass_by(folder: Path, point: str) -> None:
    """End here if that is the armed point."""
    file = folder / FILE
    with suppress(FileNotFoundError):
        if file.read_text(encoding="ascii") != point:
            return
        taken = folder / f"{FILE}.{os.getpid()}"
        file.rename(taken)
        taken.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def between(folder: Path, call: Callable[..., T], *, before: str, after: str) -> Callable[..., T]:
    """The same function, with a point at each end."""

    def with_points(*args: object, **kwargs: object) -> T:
        pass_by(folder, before)
        result = call(*args, **kwargs)
        pass_by(folder, after)
        return result

    return with_points
