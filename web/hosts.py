"""The host names under which the web process may be asked, and the origins that may write.

A page of another site can make its own name lead to this machine (DNS rebinding), and then read
what is here as if it were its own; its requests have its name in the Host header.
"""

from urllib.parse import urlsplit

from config.settings import Settings

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what is not taken for a name
_NO_NAME = ""


def host_name(host: str) -> str:
    """The name in a Host header: lower case, no port, no brackets; empty where it has none."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return _NO_NAME
    if parts.netloc != host or parts.username is not None:
        return _NO_NAME
    return (parts.hostname or _NO_NAME).rstrip(".")


def known_hosts(settings: Settings) -> frozenset[str]:
    """Names under which this process may be asked."""
    own = {settings.web_host.lower()} - _ANY_ADDRESS
    public = {host_name(urlsplit(settings.public_url).netloc)} if settings.public_url else set()
    return LOOPBACK_NAMES | own | public | settings.web_hosts


def origin_of(address: str) -> str:
    """The origin of an http(s) address, as an Origin header has it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_own_origin(origin: str, host: str, *, others: frozenset[str]) -> bool:
    """Whether a page of this origin may write here.

    Args:
        origin: the header.
        host: the request's Host header, which is one of ours.
        others: origins that the operator allows.
    """
    return origin.partition("://")[2].lower() == host.lower() or origin.lower() in others
