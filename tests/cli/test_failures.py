"""Which errors are a sentence with an exit code, and which are faults of ours."""

import pytest

from cli.failures import exit_code, print_error
from config.sources import SourcesError
from search.errors import QueryError
from storage.embedded_redis import EmbeddedRedisError
from storage.index import IndexUnavailable
from storage.redis.connection import StoreUnavailable


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (QueryError("x"), 2),
        (SourcesError("x"), 2),
        (StoreUnavailable("x"), 3),
        (IndexUnavailable("x"), 3),
        (EmbeddedRedisError("x"), 3),
        (PermissionError("x"), 3),
        (KeyError("x"), None),
    ],
)
def test_the_exit_code_of(error: Exception, code: int | None) -> None:
    assert exit_code(error) == code


def test_the_sentence_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(QueryError("a [bold] word\x1b[2J"))
    assert capsys.readouterr().err == "Error: a [bold] word [2J\n"


def test_an_error_of_the_system_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(PermissionError(13, "Permission denied", "/data/x"))
    assert capsys.readouterr().err == "Error: /data/x: Permission denied\n"
