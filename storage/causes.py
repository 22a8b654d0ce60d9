"""Why a connection failed, as the end of a sentence that begins with the part and its address.

Redis and Elasticsearch fail alike beneath their clients: by an error of the operating system.
"""

import socket
import ssl
from collections.abc import Iterator


def connection_fault(error: BaseException, host: str | None) -> str | None:
    """What the operating system said beneath a client's error; None when it said nothing.

    Args:
        error: of the client, raised from the error of the operating system.
        host: the name that was looked up.
    """
    for cause in _causes(error):
        words = _words(cause, host)
        if words:
            return words
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and those that it was raised from."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.append(one)
        yield one
        below = (one.__cause__, one.__context__, *getattr(one, "errors", ()))
        waiting += [each for each in below if isinstance(each, BaseException)]


def _words(cause: BaseException, host: str | None) -> str | None:  # noqa: PLR0911 - one for each
    match cause:
        case ConnectionRefusedError():
            return "refuses the connection: is it running?"
        case FileNotFoundError():
            return "is not there: is it running?"
        case socket.gaierror():
            return f"cannot be found: the name {host} is not known"
        case ssl.SSLCertVerificationError():
            return f"has a certificate that cannot be verified: {cause.verify_message}"
        case ssl.SSLError():
            return f"fails at TLS: {getattr(cause, 'reason', None) or cause}"
        case ConnectionResetError() | BrokenPipeError():
            return "closed the connection"
        case PermissionError():
            return "may not be opened by this user"
        case OSError(strerror=str()) if not isinstance(cause, TimeoutError):
            return f"cannot be reached: {cause.strerror}"
        case _:
            return None
