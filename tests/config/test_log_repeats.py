"""An outage is one line in half a minute, however often a library repeats it."""

import logging
import sys

import pytest
import redis
from celery import Celery
from celery.app.trace import build_tracer

from config.log_repeats import RepeatFilter
from storage.index import IndexUnavailable
from storage.redis.connection import StoreUnavailable


def record(
    name: str, message: str, *args: object, level: int = logging.ERROR, error: bool = False
) -> logging.LogRecord:
    info = sys.exc_info() if error else None
    return logging.LogRecord(name, level, __file__, 1, message, args, info)


def test_a_library_s_error_comes_once_in_half_a_minute() -> None:
    now = [100.0]
    repeats = RepeatFilter(clock=lambda: now[0])
    shown = []
    for _ in range(70):
        one = record("celery.beat", "Message Error: %s\n%s", f"refused at {now[0]}", ["stack"])
        if repeats.filter(one):
            shown.append(one.getMessage())
        now[0] += 0.5
    assert shown == ["refused at 100.0", "refused at 130.0 (59 more like this were not logged)"]


@pytest.mark.parametrize(
    ("name", "level"),
    [("newsloom.stages", logging.ERROR), ("celery.worker", logging.INFO)],
)
def test_our_own_lines_and_information_are_never_held_back(name: str, level: int) -> None:
    repeats = RepeatFilter()
    assert all(repeats.filter(record(name, "the same", level=level)) for _ in range(3))


def test_different_errors_do_not_hide_each_other() -> None:
    repeats = RepeatFilter()
    assert repeats.filter(record("celery.beat", "one"))
    assert repeats.filter(record("celery.beat", "other"))
    assert repeats.filter(record("celery.worker", "one"))


def failed(error: Exception, name: str = "celery.app.trace") -> logging.LogRecord:
    try:
        raise error
    except type(error):
        return record(name, "Task failed: %s", "network", error=True)


def test_only_errors_of_a_connection_lose_their_traceback() -> None:
    repeats = RepeatFilter()
    away, ours = failed(redis.ConnectionError("Redis refuses")), failed(ValueError("ours"))
    assert repeats.filter(away)
    assert (away.getMessage(), away.exc_info) == ("Task failed: network: Redis refuses", None)

    assert RepeatFilter().filter(ours)
    assert ours.getMessage() == "Task failed: network"
    assert ours.exc_info is not None


@pytest.mark.parametrize("name", ["celery.app.trace", "celery.beat", "newsloom.polling"])
@pytest.mark.parametrize("kind", [StoreUnavailable, IndexUnavailable, redis.ResponseError])
def test_a_known_error_is_one_line_whoever_logs_it(name: str, kind: type[Exception]) -> None:
    one = failed(kind("it is full"), name)
    assert RepeatFilter().filter(one)
    assert (one.getMessage(), one.exc_info) == ("Task failed: network: it is full", None)


def test_our_own_defects_keep_their_traceback() -> None:
    one = failed(ValueError("ours"), "newsloom.polling")
    assert RepeatFilter().filter(one)
    assert one.exc_info is not None


def failed_task(name: str, error: Exception) -> logging.LogRecord:
    """As Celery logs it."""
    app = Celery(set_as_current=False)
    caught: list[logging.LogRecord] = []

    class Catching(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            caught.append(record)

    @app.task(name=name, shared=False)
    def fails() -> None:
        raise error

    trace, handler = logging.getLogger("celery.app.trace"), Catching()
    trace.addHandler(handler)
    try:
        build_tracer(name, fails, app=app)("id", [], {}, None)
    finally:
        trace.removeHandler(handler)
    [one] = caught
    return one


def test_failures_of_two_tasks_or_by_two_errors_do_not_hide_each_other() -> None:
    repeats = RepeatFilter(clock=lambda: 100.0)
    failures = [
        failed_task("enrich", ValueError("first")),
        failed_task("enrich", KeyError("second")),
        failed_task("extract", ValueError("third")),
        failed_task("extract", ValueError("fourth")),
    ]
    assert [repeats.filter(each) for each in failures] == [True, True, True, False]
