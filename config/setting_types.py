"""Types of settings: what a value must look like."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from config.validation import MisfitError

_NAMESPACE = re.compile(r"[a-z0-9-]+")
_DATABASE = re.compile(r"/?|/[0-9]+")
"""The path of a Redis URL."""

_HTTP_PORT = 9200
"""Of an Elasticsearch without TLS whose URL names no port; the client demands one there."""

_NO_URL = urlsplit("")
_ENCODED = "(in a password, / is %2F, @ is %40, # is %23, ? is %3F)"
_OPTIONS = "expected no options but ssl_… behind rediss://, or ?db=NUMBER behind unix:///path"


def _user_and_password(auth: SecretStr) -> SecretStr:
    user, _, password = auth.get_secret_value().partition(":")
    if not user or not password:
        raise MisfitError("expected user:password")
    if "," in password or "," in user:
        raise MisfitError("Flower takes a comma for the end of a password; choose one without")
    return auth


def _public_url(address: str | None) -> str | None:
    if not address:  # as a compose file has it that was given none
        return None
    parts = _parts(address)
    is_web = parts.scheme in {"http", "https"} and parts.hostname
    if not is_web or parts.username or parts.query or parts.fragment:
        raise MisfitError("expected https://host, with or without a path")
    return address.rstrip("/")


def _proxy_url(address: SecretStr | None) -> SecretStr | None:
    if address is None or not address.get_secret_value():
        return None
    parts = _parts(address.get_secret_value())
    if not parts.hostname or parts.scheme != "http" or _rest(parts).strip("/"):
        raise MisfitError("expected http://[user:password@]host:port")
    return address


def _index_url(address: str) -> str:
    parts = _parts(address)
    has_more = parts.query or parts.fragment or "@" in parts.path
    if not parts.hostname or parts.scheme not in {"http", "https"} or has_more:
        raise MisfitError(f"expected https://[user:password@]host:port {_ENCODED}")
    if parts.port or parts.scheme == "https":
        return address
    with_port = f"{parts.netloc.rstrip(':')}:{_HTTP_PORT}"
    return parts._replace(netloc=with_port).geturl()


def _redis_url(address: str) -> str:
    parts = _parts(address)
    is_socket = parts.scheme == "unix" and parts.path.startswith("/")
    is_network = parts.scheme in {"redis", "rediss"} and parts.hostname
    has_number = is_socket or _DATABASE.fullmatch(parts.path)
    if not (is_socket or is_network) or not has_number or parts.fragment:
        raise MisfitError(f"expected redis://[:password@]host:port/db or unix:///path {_ENCODED}")
    if parts.query:
        _check_options(address, parts)
    return address


def _check_options(address: str, parts: SplitResult) -> None:
    """Celery and redis-py must both understand each option; others are arguments to neither."""
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        is_of_tls = parts.scheme == "rediss" and name.startswith("ssl_")
        is_database = parts.scheme == "unix" and name == "db"
        if not is_of_tls and not is_database:
            raise MisfitError(_OPTIONS)
    import redis  # noqa: PLC0415 - 0.1 s that a URL without options never needs

    try:
        # It contacts nobody.
        redis.ConnectionPool.from_url(address).make_connection()
    except (TypeError, ValueError, redis.RedisError):
        raise MisfitError(_OPTIONS) from None


def _parts(address: str) -> SplitResult:
    """The parts of a URL; those of an empty one where it cannot be read.

    What ``urllib`` says then quotes from the URL, maybe from its password.
    """
    try:
        parts = urlsplit(address)
        is_possible = parts.port != 0
    except ValueError:
        return _NO_URL
    return parts if is_possible else _NO_URL


def _rest(parts: SplitResult) -> str:
    """What stands behind the host."""
    return f"{parts.path}{parts.query}{parts.fragment}"


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
        raise MisfitError("expected lower-case letters, digits and hyphens")
    return name


def _ports(value: object) -> object:
    """Reads ``80,443``, and the JSON list ``[80, 443]``."""
    if not isinstance(value, str):
        return value
    numbers = [part.strip() for part in value.strip().strip("[]").split(",")]
    if not all(map(str.isdecimal, numbers)):
        raise MisfitError("expected port numbers such as 80,443")
    return numbers


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise MisfitError(f"expected a network such as 10.0.0.0/8: {error}") from None


def _words(value: object) -> object:
    """Reads ``a,b``, and the JSON list ``["a", "b"]``; an empty text is nothing."""
    if not isinstance(value, str):
        return value
    if value.startswith('["'):
        return [part.strip(' "') for part in value.strip("[] ").split(",")]
    return [word for part in value.split(",") if (word := part.strip())]


def _host_name(name: str) -> str:
    """A host name as a Host header has it, without a port."""
    host = _parts(f"http://{name}").hostname
    if host is None or name.lower().rstrip(".") not in {host, f"[{host}]"}:
        raise MisfitError("expected host names such as news.example.org, without a port")
    return host


def _origin(address: str) -> str:
    parts = _parts(address)
    is_web = parts.scheme in {"http", "https"} and parts.hostname and not parts.username
    if not is_web or _rest(parts).strip("/"):
        raise MisfitError("expected origins such as https://dash.example, without a path")
    return f"{parts.scheme}://{parts.netloc.lower()}"


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

ProxyNetworks = Annotated[
    frozenset[Annotated[str, AfterValidator(_network)]], NoDecode, BeforeValidator(_words)
]
"""``10.0.0.5/32,fd00::/8``."""

HostNames = Annotated[
    frozenset[Annotated[str, AfterValidator(_host_name)]], NoDecode, BeforeValidator(_words)
]
"""``news.example.org,10.0.0.5``."""

Origins = Annotated[
    frozenset[Annotated[str, AfterValidator(_origin)]], NoDecode, BeforeValidator(_words)
]
"""``https://dash.example,https://other.example``."""
