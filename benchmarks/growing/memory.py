"""What the processes of a fleet hold in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from workers.processes.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes that one process holds.

    Attributes:
        name: its role, and which of the role's children it is.
        rss: all that it has in memory, with what it shares.
        pss: the same, with its part of what it shares.
    """

    name: str
    rss: int
    pss: int

    def line(self) -> str:
        """Megabytes."""
        return f"  {self.name:20}{self.rss / 1e6:8.0f} MB RSS {self.pss / 1e6:8.0f} MB PSS"


def held(supervisor: Supervisor) -> Iterator[Held]:
    """Of each worker: its main process, then its children."""
    for managed in supervisor.processes:
        if managed.process is None or managed.process.pid is None:
            continue
        main = psutil.Process(managed.process.pid)
        yield _of(managed.role, main)
        for number, child in enumerate(main.children(recursive=True), 1):
            yield _of(f"{managed.role}, child {number}", child)


def _of(name: str, process: psutil.Process) -> Held:
    found = process.memory_full_info()
    return Held(name, found.rss, found.pss)
