"""Addresses as links name them."""

from functools import partial

from pipeline.urls import BadUrl, normalise, url_id
from tests.hostile.case import Case

START = "https://a.example/"

ADDRESSES: dict[str, tuple[str, str]] = {
    "nothing": ("", "bad_url"),
    "3,000 characters": (START + "a" * 3_000, "bad_url"),
    "44 quotes": (START + "?id=7" + "&quot;" * 44, "accepted"),
    "quotes without ends": (START + "?id=7" + "&quot" * 300, "accepted"),
    "2,000 brackets": (START + "a" + ")" * 2_000, "accepted"),
    "brackets and stops": (START + "a" + ")." * 1_000, "accepted"),
    "brackets in code": (START + "a" + "%29" * 650, "accepted"),
    "brackets in code and stops": (START + "a" + "%29." * 500, "accepted"),
    "quotes in code": (START + "a" + "%22" * 650, "accepted"),
    "2,000 slashes": (START + "/" * 2_000 + "a", "accepted"),
    "session ids": (START + ";sid=1" * 300, "accepted"),
    "amp in amp": (START + "amp/" * 500 + "a", "accepted"),
    "AMP caches in each other": (
        "https://cdn.ampproject.org/c/s/" * 60 + "a.example/x",
        "accepted",
    ),
    "schemes in a row": ("http://" * 280 + "a.example/", "accepted"),
    "500 parameters": (START + "?" + "&".join(f"a{n}={n}" for n in range(200)), "accepted"),
    "2,000 ampersands": (START + "?" + "&" * 2_000, "accepted"),
    "escaped ampersands": (START + "?" + "amp;" * 450 + "a=1", "accepted"),
    "utm without end": (START + "?" + "utm_" * 480, "accepted"),
    "a user and password": ("https://user:pass@a.example/", "bad_url"),
    "a user": ("https://user@a.example/", "bad_url"),
    "a backslash": ("https://a.example\\@b.example/", "bad_url"),
    "a tab": ("https://a.exa\tmple/", "bad_url"),
    "a line end": (START + "a\r\nHost: b", "bad_url"),
    "an escape sequence": (START + "\x1b[31m", "bad_url"),
    "a NUL": (START + "\0", "bad_url"),
    "a lone surrogate": (START + "\ud800", "bad_url"),
    "a change of direction": (START + "\u202egpj.exe", "accepted"),
    "javascript:": ("javascript:alert(1)", "unsupported_scheme"),
    "data:": ("data:text/html,x", "unsupported_scheme"),
    "file:": ("file:///etc/passwd", "unsupported_scheme"),
    "gopher:": ("gopher://a.example/", "unsupported_scheme"),
    "ftp:": ("ftp://a.example/", "unsupported_scheme"),
    "mailto:": ("mailto:a@a.example", "unsupported_scheme"),
    "an open bracket as the host": ("http://[oops/", "bad_url"),
    "a port too high": ("http://a.example:99999/", "bad_url"),
    "a host of 300 characters": ("http://" + "a" * 300 + ".example/", "accepted"),
    "1,000 labels": ("http://" + "a." * 900 + "example/", "accepted"),
    "a host with a percent sign": ("http://a%zz.example/", "bad_url"),
    "a host of spaces": ("http://a b/", "bad_url"),
    "broken punycode": ("http://xn--a.example/", "accepted"),
    "broken percent codes": (START + "%%%zz%2", "accepted"),
}


def got(address: str) -> str:
    try:
        url_id(normalise(address))
    except BadUrl as error:
        return str(error.reason)
    return "accepted"


CASES = tuple(
    Case("links", name, partial(got, address), expected)
    for name, (address, expected) in ADDRESSES.items()
)
