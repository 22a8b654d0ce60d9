"""Headers of HTTP that are read by our own code: Link, X-Hub-Signature, and leases of hubs."""

from collections.abc import Callable

from pipeline.discover.websub import granted_lease, links_of_header, verify_signature
from tests.hostile.case import Case

LEASE = "no lease"


def _links(value: str) -> str:
    return f"{len(list(links_of_header(value)))} links"


def _signature(header: str | None) -> str:
    return str(verify_signature(header, b"body", "secret").value)


def _lease(text: str) -> str:
    return LEASE if granted_lease(text) is None else "lease"


RECIPES: dict[str, tuple[Callable[[], str], str]] = {
    "Link: a hub": (lambda: _links('<https://hub.example/>; rel="hub"'), "1 links"),
    "Link: brackets": (lambda: _links("<" * 100_000), "0 links"),
    "Link: spaces": (lambda: _links(" " * 100_000 + "x"), "0 links"),
    "Link: semicolons": (lambda: _links("<a>" + ";" * 100_000), "1 links"),
    "Link: a quote that never ends": (lambda: _links('<a>; rel="' + "\\" * 100_000), "1 links"),
    "Link: commas": (lambda: _links("<a>" + "," * 100_000), "1 links"),
    "lease: 5,000 digits": (lambda: _lease("9" * 5_000), LEASE),
    "lease: below zero": (lambda: _lease("-1"), LEASE),
    "lease: other digits": (lambda: _lease("١٢٣"), LEASE),
    "signature: none": (lambda: _signature(None), "missing"),
    "signature: a method that nobody knows": (lambda: _signature("md4=" + "0" * 32), "wrong"),
    "signature: 100,000 characters": (lambda: _signature("sha256=" + "f" * 100_000), "wrong"),
    "signature: no letters": (lambda: _signature("sha256=é\ud800"), "wrong"),
    "signature: SHA-1": (lambda: _signature("sha1=" + "0" * 40), "wrong"),
}

CASES = tuple(
    Case("headers", name, recipe, expected) for name, (recipe, expected) in RECIPES.items()
)
