"""No way inside: every special-purpose address and every disguise of one."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.address_guard import forbidden
from pipeline.urls import BadUrl, Url, normalise
from tests.support.data.addresses import INSIDE, PUBLIC

NO_ADDRESS = [
    "",
    "example.org",
    "localhost",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "1.1.1.1/32",
    " 1.1.1.1",
    "１.1.1.1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_forbidden(address: str) -> None:
    assert forbidden(address) is not None


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    assert forbidden(address) is None


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_not_the_plain_text_of_an_address_is_forbidden(text: str) -> None:
    assert forbidden(text) == "not an IP address"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://１２７．０．０．１/",
        "http://127。0。0。1/",
        "http://%31%32%37.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[0:0:0:0:0:ffff:7f00:0001]/",
        "http://[::]/",
        "http://0/",
        "http://0xa9fea9fe/latest/meta-data/",
        "http://3232235521/",
        "http://192.168.0.1./",
    ],
)
def test_every_spelling_of_an_inside_address_is_seen_after_normalisation(url: str) -> None:
    try:
        host = Url(normalise(url)).host.strip("[]")
    except BadUrl:
        return
    assert forbidden(host) not in (None, "not an IP address")


def _is_special(address: IPv4Address) -> bool:
    return not address.is_global or address.is_multicast


@given(st.integers(0, 2**32 - 1))
def test_no_ipv4_address_that_python_calls_special_passes(number: int) -> None:
    address = IPv4Address(number)
    if _is_special(address):
        assert forbidden(str(address)) is not None


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["::ffff:0:0/96", "64:ff9b::/96", "::/96", "2002::/16"]),
)
def test_no_ipv4_address_passes_in_ipv6_clothes(number: int, clothes: str) -> None:
    prefix = ip_network(clothes)
    shift = 128 - prefix.prefixlen - 32 if prefix.prefixlen < 96 else 0
    assert forbidden(str(IPv6Address(int(prefix.network_address) | number << shift))) is not None
