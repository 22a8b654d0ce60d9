"""Why a connection failed, from the errors beneath the client's."""

import socket
import ssl

import pytest

from storage.causes import connection_fault


def raised_from(cause: BaseException | None) -> Exception:
    error = RuntimeError("client")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (ConnectionRefusedError(111, "refused"), "refuses the connection: is it running?"),
        (socket.gaierror(-2, "unknown"), "cannot be found: the name redis.example is not known"),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "fails at TLS: "),
        (ConnectionResetError(104, "reset"), "closed the connection"),
        (PermissionError(13, "denied"), "may not be opened by this user"),
        (OSError(101, "Network is unreachable"), "cannot be reached: Network is unreachable"),
    ],
)
def test_the_system_s_error_gives_the_words(cause: BaseException, words: str) -> None:
    found = connection_fault(raised_from(cause), "redis.example")
    assert found is not None
    assert found.startswith(words)


def test_nothing_beneath_gives_no_words() -> None:
    assert connection_fault(raised_from(None), None) is None
    assert connection_fault(raised_from(TimeoutError("late")), None) is None


def test_errors_that_refer_to_each_other_end() -> None:
    one, other = RuntimeError(), RuntimeError()
    one.__context__, other.__context__ = other, one
    assert connection_fault(one, None) is None
