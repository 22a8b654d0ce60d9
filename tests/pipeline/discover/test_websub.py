"""Links of hubs and topics, signatures, and leases."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.discover.websub import (
    ASKED_LEASE,
    LONGEST_LEASE,
    Signature,
    granted_lease,
    links_of_header,
    renewal_after,
    verify_signature,
)

LINKS = [
    ('<a>; rel="hub"', [("hub", "a")]),
    ("<a>;rel=hub,<b>;rel=self", [("hub", "a"), ("self", "b")]),
    ("<a> ; rel = hub , ,, <b>; rel=self", [("hub", "a"), ("self", "b")]),
    ('<a>; title="x, <c>; rel=hub"; rel=self', [("self", "a")]),
    (r'<a>; title="say \"hub\"; <c>"; rel=self', [("self", "a")]),
    ('<a>; REL="Hub Self"', [("hub self", "a")]),
    ("<a>; rel=self; rel=hub", [("self", "a")]),
    ('<a>; anchor="/x"; rel=hub', []),
    ("<a?b,c;d=e>; rel=hub", [("hub", "a?b,c;d=e")]),
    ("<a>; flag; rel=hub;", [("hub", "a")]),
    ("<a>", [("", "a")]),
    ("a; rel=hub", []),
    ("<a; rel=hub", []),
    ("<a>; rel=hub garbage <b>; rel=self", [("hub", "a")]),
    ("", []),
]


@pytest.mark.parametrize(("value", "expected"), LINKS)
def test_link_headers_are_read_as_rfc_8288_has_them(
    value: str, expected: list[tuple[str, str]]
) -> None:
    found = [(" ".join(sorted(link.relations)), link.target) for link in links_of_header(value)]
    assert found == expected


@given(st.text(alphabet='<>;,="\\ \tabrelhubself=/', max_size=200))
def test_no_link_header_takes_long_or_fails(value: str) -> None:
    assert len(list(links_of_header(value))) <= value.count("<")


@pytest.mark.parametrize(
    "piece", ["<a>;", '<a>; t="', "<a>; ;", "<", ",", "; ", '<a>; t="\\', "<a>;rel=hub,"]
)
def test_a_hostile_link_header_is_read_in_linear_time(piece: str) -> None:
    links = list(links_of_header(piece * 20_000))
    assert len(links) <= 20_000


BODY, SECRET = b'\x00\xff<rss>"', "s" * 64


@pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
def test_a_right_signature(method: str) -> None:
    digest = hmac.new(SECRET.encode(), BODY, getattr(hashlib, method)).hexdigest()
    for header in (
        f"{method}={digest}",
        f"{method.upper()}={digest.upper()}",
        f" {method}={digest} ",
    ):
        assert verify_signature(header, BODY, SECRET) is Signature.VALID
    assert verify_signature(f"{method}={digest}", BODY + b"\n", SECRET) is Signature.WRONG
    assert verify_signature(f"{method}={digest}", BODY, SECRET + "s") is Signature.WRONG
    assert verify_signature(f"{method}={digest[:-1]}", BODY, SECRET) is Signature.WRONG


def test_the_published_vector_of_hmac_sha256() -> None:
    """RFC 4231 §4.3."""
    header = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert verify_signature(header, b"what do ya want for nothing?", "Jefe") is Signature.VALID


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, Signature.MISSING),
        ("", Signature.MISSING),
        ("sha1=" + hmac.new(SECRET.encode(), BODY, "sha1").hexdigest(), Signature.WEAK),
        ("md5=" + hmac.new(SECRET.encode(), BODY, "md5").hexdigest(), Signature.WRONG),
        ("sha1=" + hmac.new(SECRET.encode(), BODY + b"x", "sha1").hexdigest(), Signature.WRONG),
        ("sha256", Signature.WRONG),
        ("sha256=", Signature.WRONG),
        ("sha3_256=" + hmac.new(SECRET.encode(), BODY, "sha3_256").hexdigest(), Signature.WRONG),
        ("sha256=\xe9\ud800", Signature.WRONG),
        ("=" * 1000, Signature.WRONG),
    ],
)
def test_any_other_signature(header: str | None, expected: Signature) -> None:
    assert verify_signature(header, BODY, SECRET) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ASKED_LEASE),
        ("1", 1.0),
        ("864000", 864_000.0),
        ("999999999999", LONGEST_LEASE),
        ("9999999999999", None),
        ("0", None),
        ("-1", None),
        ("1.5", None),
        ("", None),
        (" 5", None),
        ("٥", None),
        ("5\n", None),
    ],
)
def test_the_lease_that_a_hub_names(text: str | None, expected: float | None) -> None:
    assert granted_lease(text) == expected


def test_a_lease_is_renewed_while_there_is_time_to_try_again() -> None:
    assert renewal_after(864_000) == 648_000
    assert renewal_after(100) == 75
    assert renewal_after(1) == 5  # a hub that grants seconds is not asked each second
