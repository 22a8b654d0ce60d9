"""Types of settings: what a value must look like."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

_NAMESPACE = re.compile(r"[a-z0-9-]+")


def _user_and_password(auth: SecretStr) -> SecretStr:
    user, _, password = auth.get_secret_value().partition(":")
    if not user or not password:
        raise ValueError("expected user:password")
    if "," in password or "," in user:
        raise ValueError("Flower takes a comma for the end of a password; choose one without")
    return auth


def _public_url(address: str | None) -> str | None:
    if not address:  # as a compose file has it that was given none
        return None
    parts = urlsplit(address)
    is_web = parts.scheme in {"http", "https"} and parts.hostname
    if not is_web or parts.username or parts.query or parts.fragment:
        raise ValueError("expected https://host, with or without a path")
    return address.rstrip("/")


def _proxy_url(address: SecretStr | None) -> SecretStr | None:
    if address is None or not address.get_secret_value():
        return None
    parts = urlsplit(address.get_secret_value())
    if not _is_host(parts) or parts.scheme != "http":
        raise ValueError("expected http://[user:password@]host:port")
    return address


def _index_url(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not _has_host(parts):
        raise ValueError("expected https://[user:password@]host:port")
    return address


def _redis_url(address: str) -> str:
    parts = urlsplit(address)
    is_socket = parts.scheme == "unix" and parts.path.startswith("/")
    is_network = parts.scheme in {"redis", "rediss"} and _has_host(parts)
    if not is_socket and not is_network:
        raise ValueError(
            "expected redis://[:password@]host:port/db or unix:///path"
            " (in a password, / is %2F, @ is %40, # is %23)"
        )
    return address


def _has_host(parts: SplitResult) -> bool:
    """Whether a URL has a host, and a port that can be one where it has any."""
    try:
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # no number, or too large
        return False


def _is_host(parts: SplitResult) -> bool:
    """Whether a URL has a host and a possible port, and nothing behind them."""
    has_more = parts.path.strip("/") or parts.query or parts.fragment
    return bool(parts.hostname) and parts.port != 0 and not has_more


def with_password(url: str, password: SecretStr | None, *, user: str = "") -> str:
    """A URL with a password that was given apart, encoded as RFC 3986 wants it.

    Args:
        url: with or without a user; it must have no password.
        password: any text; None leaves the URL as it is.
        user: whose password it is when the URL does not say.
    """
    if password is None:
        return url
    scheme, _, rest = url.partition("://")
    given, at, host = rest.rpartition("@") if "@" in rest.partition("/")[0] else ("", "", rest)
    name = given if at else quote(user, safe="")
    return f"{scheme}://{name}:{quote(password.get_secret_value(), safe='')}@{host}"


def has_password(url: str | None) -> bool:
    """Whether a URL has a password of its own."""
    place = (url or "").partition("://")[2].partition("/")[0]
    return ":" in place.rpartition("@")[0]


def _from_here(path: Path) -> Path:
    return path.expanduser().absolute()


def _namespace(name: str) -> str:
    if _NAMESPACE.fullmatch(name) is None:
        raise ValueError("expected lower-case letters, digits and hyphens")
    return name


def _ports(value: object) -> object:
    """Reads ``80,443``, and the JSON list ``[80, 443]``."""
    if not isinstance(value, str):
        return value
    numbers = [part.strip() for part in value.strip().strip("[]").split(",")]
    if not all(map(str.isdecimal, numbers)):
        raise ValueError("expected port numbers such as 80,443")
    return numbers


Seconds = Annotated[float, Field(gt=0)]
"""A duration."""

LocalPath = Annotated[Path, AfterValidator(_from_here)]
"""A file or folder; ``~`` and relative paths are of the user and folder of the start."""

UserAndPassword = Annotated[SecretStr, AfterValidator(_user_and_password)]
"""``user:password``."""

RedisUrl = Annotated[str, AfterValidator(_redis_url)]
"""``redis://[:password@]host:port/db``, ``rediss://`` for TLS, or ``unix:///path``."""

IndexUrl = Annotated[str, AfterValidator(_index_url)]
"""``https://[user:password@]host:port``."""

PublicUrl = Annotated[str | None, AfterValidator(_public_url)]
"""``https://host``, with or without a path; an empty text is None."""

ProxyUrl = Annotated[SecretStr | None, AfterValidator(_proxy_url)]
"""``http://[user:password@]host:port``; an empty text is None."""

Namespace = Annotated[str, AfterValidator(_namespace)]
"""Lower-case letters, digits and hyphens."""

Ports = Annotated[
    frozenset[Annotated[int, Field(ge=1, le=65_535)]], NoDecode, BeforeValidator(_ports)
]
"""``80,443``; a JSON list as well."""
