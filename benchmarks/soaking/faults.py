"""What is done to the processes and to the connections, chosen by a seeded random generator."""

import random
import re
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.soaking import points
from benchmarks.soaking.fleet import Fleet, pause, send
from tests.support.servers.tcp_proxy import Proxy

_SHORT, _LONG = (0.5, 3.0), (7.0, 11.0)
"""Seconds of a pause: shorter than a lease, and longer than one."""
_POINT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``apply`` returns False when there was nothing to apply it to."""

    name: str
    apply: Callable[[], bool]


@dataclass
class Injector:
    """Chooses and applies faults.

    Attributes:
        fleet: what they are applied to.
        choose: the seeded generator; all choices come from it.
        proxies: before Redis and Elasticsearch, by name.
        servers: how those are killed and started again, by name.
        only: a pattern that the names of wanted faults have.
    """

    fleet: Fleet
    choose: random.Random
    proxies: dict[str, Proxy]
    servers: dict[str, Callable[[], None]]
    only: str = ""

    def next(self) -> Fault:
        """The next fault that is wanted."""
        while True:
            fault = self._any()
            if re.search(self.only, fault.name):
                return fault

    def _any(self) -> Fault:
        """First its kind, then what it hits."""
        kinds: list[Callable[[], Fault]] = [self._kill, self._pause, self._point, self._point]
        kinds += [self._supervisor, self._child]
        if self.proxies:
            kinds.append(self._connection)
        if self.servers:
            kinds.append(self._server)
        return self.choose.choice(kinds)()

    def _kill(self) -> Fault:
        role = self.choose.choice(self._roles())
        number = self.choose.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM])
        return Fault(f"{role} {number.name}", lambda: send(self.fleet.leader(role), number))

    def _pause(self) -> Fault:
        role = self.choose.choice(self._roles())
        seconds = self.choose.uniform(*self.choose.choice([_SHORT, _SHORT, _LONG]))
        ends = self.choose.choice([signal.SIGCONT, signal.SIGKILL])

        def apply() -> bool:
            process = self.fleet.leader(role)
            stopped = pause(process, seconds)
            if ends is signal.SIGKILL:
                send(process, ends)
            return stopped

        length = "long" if seconds > _SHORT[1] else "short"
        return Fault(f"{role} SIGSTOP {length}, {ends.name}", apply)

    def _child(self) -> Fault:
        role = self.choose.choice(["process", "crawl"])
        at = self.choose.random()

        def apply() -> bool:
            children = self.fleet.children(role)
            if not children:
                return False
            return send(children[int(at * len(children))], signal.SIGKILL)

        return Fault(f"child of {role} SIGKILL", apply)

    def _supervisor(self) -> Fault:
        numbers = [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM]
        number = self.choose.choice(numbers)
        return Fault(f"up {number.name}", lambda: send(self.fleet.supervisor, number))

    def _point(self) -> Fault:
        point = self.choose.choice(points.POINTS)

        def apply() -> bool:
            folder = self.fleet.folder
            points.arm(folder, point)
            deadline = time.monotonic() + _POINT_SECONDS
            while points.is_armed(folder) and time.monotonic() < deadline:
                time.sleep(0.02)
            reached = not points.is_armed(folder)
            points.disarm(folder)
            return reached

        return Fault(f"SIGKILL at {point}", apply)

    def _connection(self) -> Fault:
        name = self.choose.choice(sorted(self.proxies))
        proxy = self.proxies[name]
        seconds = self.choose.uniform(*self.choose.choice([_SHORT, _LONG]))
        does: dict[str, Callable[[], None]] = {
            "reset": proxy.reset,
            "refused": proxy.refuse,
            "black hole": proxy.swallow,
            "delay": lambda: proxy.delay(0.2),
            "slices": proxy.slice,
        }
        what = self.choose.choice(sorted(does))

        def apply() -> bool:
            does[what]()
            time.sleep(seconds)
            proxy.restore()
            return True

        return Fault(f"connection to {name}: {what}", apply)

    def _server(self) -> Fault:
        name = self.choose.choice(sorted(self.servers))

        def apply() -> bool:
            self.servers[name]()
            return True

        return Fault(f"{name} SIGKILL", apply)

    def _roles(self) -> Sequence[str]:
        roles = ["crawl", "process", "index", "beat", "web"]
        # One with a server of its own is killed there.
        return roles if self.servers else [*roles, "redis"]
