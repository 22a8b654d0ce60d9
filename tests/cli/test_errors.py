"""What a person can mend is a sentence, in the log where that is JSON."""

import json

import click
import pytest

from cli.errors import MENDABLE, errors_in_log, exit_code, sentence_of
from config.logging import configure
from config.sources_file import SourcesError
from storage.index import IndexUnavailable


def test_the_exit_code_says_whether_to_wait_or_to_mend() -> None:
    assert exit_code(SourcesError("broken")) == 2
    assert exit_code(IndexUnavailable("away")) == 3
    assert exit_code(OSError("disk full")) == 3
    assert not issubclass(KeyError, MENDABLE)


def test_an_error_of_the_system_names_the_file() -> None:
    error = PermissionError(13, "Permission denied", "/data/x")
    assert sentence_of(error) == "/data/x: Permission denied"
    assert sentence_of(SourcesError("broken")) == "broken"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SourcesError("sources.yaml is broken"), 2),
        (IndexUnavailable("the index is away"), 3),
        (click.UsageError("no such role"), 2),
    ],
)
@pytest.mark.usefixtures("restored_logging")
def test_errors_go_to_a_json_log(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("INFO", "json")
    with pytest.raises(SystemExit) as ended, errors_in_log("json"):
        raise error
    assert ended.value.code == code
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == str(error)

    with pytest.raises(type(error)), errors_in_log("text"):
        raise error
