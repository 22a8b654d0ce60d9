"""Who makes a request: for the API and the pages alike.

A request is somebody's by its API key (``Authorization: Bearer``), by a session of the pages, or
because it comes from this machine: on loopback reading needs neither. Only these count as loopback:
requests from a loopback address, to a host name of loopback, which no proxy has passed on, while
``NEWSLOOM_PUBLIC_URL`` names no way from outside. A proxy on this machine makes all of its requests
from loopback, and some give them its host name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network

from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.access.keys import key_of
from storage.redis.access.api_keys import Scope
from web.hosts import LOOPBACK_NAMES, host_name
from workers.resources import Resources

_FORWARDED = frozenset({"forwarded", "via", "x-real-ip"})
_FORWARDED_PREFIX = "x-forwarded-"
_IPV6_NETWORK = 64
_LONGEST_NAME = 64

FORWARDED_USER = "x-forwarded-user"
"""Who asks, as a proxy of ``NEWSLOOM_WEB_PROXY`` says."""


class Via(StrEnum):
    """How a caller was told."""

    KEY = "key"
    SESSION = "session"
    PROXY = "proxy"
    LOOPBACK = "loopback"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request.

    Attributes:
        name: of the key or the user; ``loopback``.
        scope: what the caller may do.
        via: how that was told.
    """

    name: str
    scope: Scope
    via: Via

    def may(self, wanted: Scope) -> bool:
        """Whether the caller may do what a scope allows."""
        return self.scope.covers(wanted)

    @property
    def counted_as(self) -> str | None:
        """Whose requests these count as; None where they count as those of the address."""
        return None if self.via is Via.LOOPBACK else f"{self.via}:{self.name}"


Sessions = Callable[[Request], Caller | None]
"""Tells whose session a request has; None when it has none."""


def _no_sessions(_request: Request) -> Caller | None:
    return None


class Access:
    """Tells callers from each other.

    Args:
        resources: that have the keys.
        sessions: of the pages.
    """

    def __init__(self, resources: Resources, sessions: Sessions = _no_sessions) -> None:
        self._resources = resources
        self._sessions = sessions
        self._proxies = [ip_network(text) for text in sorted(resources.settings.web_proxy)]

    def identify(self, request: Request) -> Caller | None:
        """Who makes a request; None when nobody is known. It may ask Redis: call it in a thread.

        Raises:
            HTTPException: 401; the request has a key that is not valid.
            redis.RedisError: there is a key, and Redis does not answer.
        """
        given = request.headers.get("authorization")
        if given is not None and not self._is_of_proxy(request, given):
            return self._by_key(given)
        return self._by_proxy(request) or self._sessions(request) or self._on_loopback(request)

    def _is_of_proxy(self, request: Request, given: str) -> bool:
        """Whether credentials are those that a trusted proxy has asked for, and passes on."""
        return given.partition(" ")[0].lower() != "bearer" and self._is_proxy(request)

    def client_address(self, request: Request) -> str:
        """Whose attempts count together: the client that a trusted proxy names, else the peer."""
        forwarded = request.headers.get("x-forwarded-for", "")
        if forwarded and self._is_proxy(request):
            return forwarded.rpartition(",")[2].strip()[:_LONGEST_NAME]
        return address_of(request)

    def _by_key(self, given: str) -> Caller:
        scheme, _, token = given.partition(" ")
        known = scheme.lower() == "bearer"
        keys, now = self._resources.stores.api_keys, self._resources.clock()
        key = key_of(keys, token.strip(), now=now) if known else None
        if key is None:
            raise HTTPException(
                401,
                "This API key is not valid: it was revoked or mistyped. `newsloom keys list` shows"
                " those that are.",
                {"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
        return Caller(key.name, key.scope, Via.KEY)

    def _by_proxy(self, request: Request) -> Caller | None:
        """Whom a trusted proxy names: the owner of a key has its scope, anybody else reads."""
        name = request.headers.get(FORWARDED_USER, "")
        if not name or not self._is_proxy(request):
            return None
        key = self._resources.stores.api_keys.get(name)
        return Caller(name[:_LONGEST_NAME], key.scope if key else Scope.READ, Via.PROXY)

    def _is_proxy(self, request: Request) -> bool:
        address = request.client.host if request.client else ""
        try:
            known = ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self._proxies)

    def _on_loopback(self, request: Request) -> Caller | None:
        if self._resources.settings.public_url or not is_from_loopback(request):
            return None
        return Caller("loopback", Scope.READ, Via.LOOPBACK)


def is_from_loopback(request: Request) -> bool:
    """Whether a request comes from this machine, and was passed on by nobody."""
    passed_on = any(
        name in _FORWARDED or name.startswith(_FORWARDED_PREFIX) for name in request.headers
    )
    address = request.client.host if request.client else ""
    return not passed_on and _is_loopback(address) and _asks_loopback(request)


def address_of(request: Request) -> str:
    """Whose requests count together, where nobody is known: an address; of IPv6, its network."""
    address = request.client.host if request.client else "unknown"
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if known.version == 4:  # noqa: PLR2004 - of the protocol
        return address
    mapped = getattr(known, "ipv4_mapped", None)
    return str(mapped or ip_network((address, _IPV6_NETWORK), strict=False))


def _asks_loopback(request: Request) -> bool:
    return host_name(request.headers.get("host", "")) in LOOPBACK_NAMES


def _is_loopback(address: str) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(known, "ipv4_mapped", None)
    return (mapped or known).is_loopback
