"""Nobody outside can forge a line of the log."""

import json
import logging
import re
from collections.abc import Iterator

import pytest

from config.logging import configure

EVIL = "http://x/\r\n2026-01-01 00:00:00 ERROR   root: forged\x1b[2J\x00\x7f\x9b31m\u2028\t end"
STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (INFO|ERROR) ", re.MULTILINE)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The root logger belongs to pytest."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def _fail() -> None:
    raise ValueError(EVIL)


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
