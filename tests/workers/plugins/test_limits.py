"""Code of others ends in time, whatever it does."""

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from workers.plugins.limits import FailureLog, PluginTimeoutError, time_limit


def sleeps() -> None:
    time.sleep(30)


def loops() -> None:
    while True:
        pass


def backtracks() -> None:
    re.match(r"(a+)+$", "a" * 40 + "b")


def holds_on() -> None:
    until = time.monotonic() + 2
    while time.monotonic() < until:
        with suppress(Exception):
            time.sleep(30)


@pytest.mark.parametrize("work", [sleeps, loops, backtracks, holds_on])
def test_what_hangs_is_interrupted(work: Callable[[], None]) -> None:
    started = time.monotonic()
    with pytest.raises(PluginTimeoutError, match=r"within 0\.2 s"), time_limit(0.2):
        work()
    assert time.monotonic() - started < 1.5


def test_what_is_quick_is_left_alone() -> None:
    with time_limit(0.2):
        pass
    with pytest.raises(ZeroDivisionError), time_limit(0.2):
        _ = 1 / 0
    time.sleep(0.3)  # the timer is off


def test_on_another_thread_nothing_is_interrupted() -> None:
    done: list[bool] = []

    def work() -> None:
        with time_limit(0.05):
            time.sleep(0.2)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_each_kind_of_failure_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    failures = FailureLog()
    for error in (ValueError("first"), ValueError("second"), KeyError("third")):
        failures.failed("words", error, "the article goes on")
    failures.failed("other", ValueError("fourth"), "the article goes on")
    failures.worked("words")
    failures.failed("words", ValueError("fifth"), "the article goes on")
    said = [record.getMessage().split(";")[0] for record in caplog.records]
    assert said == [
        "the plug-in words failed: ValueError: first",
        "the plug-in words failed: KeyError: 'third'",
        "the plug-in other failed: ValueError: fourth",
        "the plug-in words failed: ValueError: fifth",
    ]
