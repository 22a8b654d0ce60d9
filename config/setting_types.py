"""Types of settings: what a value must look like."""

import re
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

_NAMESPACE = re.compile(r"[a-z0-9-]+")


def _user_and_password(auth: SecretStr) -> SecretStr:
    user, _, password = auth.get_secret_value().partition(":")
    if not user or not password:
        raise ValueError("expected user:password")
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


def _is_host(parts: SplitResult) -> bool:
    """Whether a URL has a host and a possible port, and nothing behind them."""
    has_more = parts.path.strip("/") or parts.query or parts.fragment
    return bool(parts.hostname) and parts.port != 0 and not has_more


def _redis_url(address: str | None) -> str | None:
    if address is not None and not address.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("expected redis://[:password@]host:port/db or unix:///path")
    return address


def _index_url(address: str | None) -> str | None:
    if address is not None and not address.startswith(("http://", "https://")):
        raise ValueError("expected https://[user:password@]host:port")
    return address


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

UserAndPassword = Annotated[SecretStr, AfterValidator(_user_and_password)]
"""``user:password``."""

PublicUrl = Annotated[str | None, AfterValidator(_public_url)]
"""``https://host``, with or without a path; an empty text is None."""

ProxyUrl = Annotated[SecretStr | None, AfterValidator(_proxy_url)]
"""``http://[user:password@]host:port``; an empty text is None."""

RedisUrl = Annotated[str | None, AfterValidator(_redis_url)]
"""``redis://``, ``rediss://`` or ``unix://``."""

IndexUrl = Annotated[str | None, AfterValidator(_index_url)]
"""``http://`` or ``https://``."""

Namespace = Annotated[str, AfterValidator(_namespace)]
"""Lower-case letters, digits and hyphens."""

Ports = Annotated[
    frozenset[Annotated[int, Field(ge=1, le=65_535)]], NoDecode, BeforeValidator(_ports)
]
"""``80,443``; a JSON list as well."""
