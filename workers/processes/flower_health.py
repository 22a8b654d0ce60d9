"""Whether Flower answers, asked as a person asks it: with its password."""

from base64 import b64encode
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException

from config.settings import Settings

FLOWER = "flower"
"""The role."""

_SECONDS = 2.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where it listens, not we
_OK, _UNAUTHORIZED = 200, 401


def flower_answers(settings: Settings) -> bool:
    """Whether Flower shows its page on this host to who knows the password.

    A password that was made up at its start is not known, so that Flower must refuse then.
    """
    return flower_status(settings) == (_OK if settings.flower_auth else _UNAUTHORIZED)


def flower_status(settings: Settings) -> int | None:
    """The status of Flower's response on this host; None when there is none in two seconds."""
    host = _EVERYWHERE.get(settings.flower_host, settings.flower_host)
    connection = HTTPConnection(host, settings.flower_port, timeout=_SECONDS)
    with suppress(OSError, HTTPException), closing(connection):
        connection.request("GET", "/workers", headers=_authorization(settings))
        return connection.getresponse().status
    return None


def _authorization(settings: Settings) -> dict[str, str]:
    if settings.flower_auth is None:
        return {}
    given = settings.flower_auth.get_secret_value().encode()
    return {"Authorization": f"Basic {b64encode(given).decode()}"}
