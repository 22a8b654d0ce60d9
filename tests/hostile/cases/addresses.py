"""Addresses that must not be contacted: written in a URL, and behind a name. Nothing is dialled."""

from functools import partial

from pipeline.outcome import Rejected
from pipeline.urls import BadUrl, normalise
from tests.hostile.case import Case
from tests.support.data.addresses import INSIDE
from tests.support.fetch_once import fetch
from tests.support.servers.fault_server import PUBLIC, TrapNetwork

BLOCKED = "blocked_address, nothing dialled"
BAD = "bad_url, nothing dialled"

SPELLINGS = {
    "http://2130706433/": BLOCKED,
    "http://0x7f.1/": BLOCKED,
    "http://0177.0.0.1/": BLOCKED,
    "http://127.1/": BLOCKED,
    "http://①②⑦.⓪.⓪.①/": BLOCKED,
    "http://１２７.0.0.1/": BLOCKED,
    "http://[::ffff:127.0.0.1]/": BLOCKED,
    "http://a.example:22/": BLOCKED,
    "http://a.example:6379/": BLOCKED,
    "http://[fe80::1%25eth0]/": BAD,
}


def got(url: str, names: dict[str, list[str]]) -> str:
    network = TrapNetwork(names)
    try:
        (found,) = fetch(network, normalise(url))
    except BadUrl as error:
        return f"{error.reason}, nothing dialled"
    reason = str(found.reason) if isinstance(found, Rejected) else type(found).__name__
    return f"{reason}, {', '.join(network.dialled) or 'nothing'} dialled"


def named(address: str) -> str:
    """What comes of a name that has a public address and this one."""
    return got("http://a.example/", {"a.example": [PUBLIC, address]})


CASES = (
    *(
        Case("addresses", url, partial(got, url, {}), expected)
        for url, expected in SPELLINGS.items()
    ),
    *(
        Case("addresses", f"a name for {address}", partial(named, address), BLOCKED)
        for address in INSIDE
    ),
)
