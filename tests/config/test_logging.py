"""Nobody outside can forge a line of the log."""

import json
import logging
import re
import sys
import threading
import warnings
from typing import Any

import pytest

from config.logging import LogFields, configure

EVIL = "http://x/\r\n2026-01-01 00:00:00 ERROR   root: forged\x1b[2J\x00\x7f\x9b31m\u2028\t end"
STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (INFO|ERROR) ", re.MULTILINE)


pytestmark = pytest.mark.usefixtures("restored_logging")


def _fail(text: str = EVIL) -> None:
    raise ValueError(text)


def written(style: str, capsys: pytest.CaptureFixture[str]) -> str:
    configure("INFO", style)
    log = logging.getLogger("newsloom.test")
    log.debug("not shown")
    log.info("entry %s", EVIL)
    try:
        _fail()
    except ValueError:
        log.exception("failed on %s", EVIL)
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_text_escapes_line_breaks_and_terminal_commands(capsys: pytest.CaptureFixture[str]) -> None:
    text = written("text", capsys)
    assert not set(text) & ({chr(code) for code in (*range(32), *range(0x7F, 0xA0))} - {"\n"})
    forged = "2026-01-01 00:00:00 ERROR   root: forged\\x1b[2J\\x00\\x7f\\x9b31m"
    assert f"entry http://x/\\x0d\\x0a{forged}" in text
    # One for each record, none for what an error's text pretends.
    assert len(STAMP.findall(text)) == 2
    assert "Traceback" in text
    assert "ValueError: http://x/" in text
    assert "not shown" not in text


def test_json_is_one_line_for_each_record(capsys: pytest.CaptureFixture[str]) -> None:
    text = written("json", capsys)
    assert text.isascii()
    first, second = (json.loads(line) for line in text.splitlines())
    assert first["message"] == f"entry {EVIL}"
    assert (first["level"], first["logger"]) == ("INFO", "newsloom.test")
    assert first["at"].endswith("+00:00")
    assert "exception" not in first
    assert second["level"] == "ERROR"
    assert EVIL in second["exception"]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def test_configuring_again_replaces_the_handler(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "text")
    configure("WARNING", "json")
    logging.getLogger("a").info("no")
    logging.getLogger("a").warning("yes")
    assert [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()] == ["yes"]


def test_libraries_that_chatter_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    configure("DEBUG", "text")
    logging.getLogger("httpcore.connection").info("connect_tcp.started")
    logging.getLogger("trafilatura").warning("discarding")
    assert capsys.readouterr().err == ""


def only_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    [line] = capsys.readouterr().err.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_json_has_our_fields_and_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    fields = LogFields(url="http://a.example/1", stage="crawl", seconds=1.5, reason=None)
    logging.getLogger("newsloom.test").info("done", extra={**fields, "color_message": "\x1b[1m"})
    line = only_line(capsys)
    assert (line["url"], line["stage"], line["seconds"]) == ("http://a.example/1", "crawl", 1.5)
    assert set(line) == {"at", "level", "logger", "message", "url", "stage", "seconds"}


def test_a_text_line_of_a_stage_ends_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "text")
    log = logging.getLogger("newsloom.test")
    fields = LogFields(url_id="ab", stage="crawl", batch="7", source="a\nb", duration_ms=1)
    log.info("gone", extra=LogFields(**fields, reason="gone"))
    log.info("done", extra=LogFields(stage="index", batch="8", duration_ms=0, source=None))
    log.info("polled", extra=LogFields(source="harbour"))
    gone, done, polled = capsys.readouterr().err.splitlines()
    assert gone.endswith("gone [stage=crawl batch=7 source=a\\x0ab url_id=ab duration_ms=1]")
    assert done.endswith("done [stage=index batch=8 duration_ms=0]")
    assert polled.endswith("polled")


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize(
    "address",
    [
        "redis://:SECRET@redis:6379/0",
        "redis+socket://:SECRET@/run/redis.sock",
        "https://elastic:SEC@RET@search.example:9200/",
        "redis://redis:6379/0?password=SECRET",
    ],
)
def test_no_password_is_written(
    capsys: pytest.CaptureFixture[str], style: str, address: str
) -> None:
    configure("INFO", style)
    log = logging.getLogger("celery.worker")
    try:
        _fail(f"no way to {address}")
    except ValueError as error:
        log.exception("Connected to %s", address, extra=LogFields(reason=str(error)))
    text = capsys.readouterr().err
    assert "Connected to" in text
    assert not {"SEC", "SECRET", "RET"} & set(re.findall(r"\w+", text))
    assert "redis" in text or "search.example:9200" in text


def test_warnings_are_lines_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old\nways", DeprecationWarning, stacklevel=1)
    line = only_line(capsys)
    assert (line["logger"], line["level"]) == ("py.warnings", "WARNING")
    assert "old\nways" in line["message"]


def test_an_uncaught_error_is_a_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", "json")
    try:
        _fail()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    line = only_line(capsys)
    assert line["message"] == "the process ends by an unexpected ValueError"
    assert "Traceback" in line["exception"]


def test_an_error_that_ends_a_thread_is_a_line_of_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("INFO", "json")
    thread = threading.Thread(target=_fail, name="reader")
    thread.start()
    thread.join()
    line = only_line(capsys)
    assert line["message"] == "the thread reader ends by an unexpected ValueError"
    assert "Traceback" in line["exception"]
