"""What a source that lives in a private network may reach."""

import pytest

from pipeline.crawl.address_guard import forbidden
from pipeline.crawl.private_access import is_private, private_access, private_network


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("192.168.1.0/24", "192.168.1.0/24"),
        (" 192.168.1.77/24 ", "192.168.1.0/24"),
        ("192.168.1.5", "192.168.1.5/32"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("172.18.0.0/16", "172.18.0.0/16"),
        ("100.64.0.0/10", "100.64.0.0/10"),
        ("fd12:3456::/48", "fd12:3456::/48"),
        ("FC00::/7", "fc00::/7"),
    ],
)
def test_a_private_network_can_be_named(text: str, network: str) -> None:
    assert str(private_network(text)) == network


@pytest.mark.parametrize(
    "text",
    [
        "",
        "home",
        "rsshub.lan",
        "192.168.1.0/33",
        "192.168.1.0-192.168.1.9",
        "0.0.0.0/0",
        "0.0.0.0/8",
        "127.0.0.0/8",
        "127.0.0.1",
        "169.254.0.0/16",
        "169.254.169.254",
        "172.0.0.0/8",
        "192.0.0.0/8",
        "8.8.8.0/24",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "255.255.255.255",
        "100.100.100.200",
        "::/0",
        "::1",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        "fd00:ec2::/32",
        "fd00:ec2::254",
        "fd20:ce::254",
        "2001:db8::/32",
        "::ffff:192.168.1.0/120",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b::192.168.1.0/120",
        "fd12::1%eth0",
    ],
)
def test_no_other_network_can_be_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a private network such as 192\.168\.1\.0/24"):
        private_network(text)


@pytest.mark.parametrize(
    ("network", "inside"),
    [
        ("192.168.1.0/24", ["192.168.1.0", "192.168.1.5", "192.168.1.255"]),
        ("10.0.0.0/8", ["10.0.0.1", "10.255.255.254"]),
        ("172.16.0.0/12", ["172.16.0.1", "172.31.255.255"]),
        ("100.64.0.0/10", ["100.64.0.1", "100.127.255.255"]),
        ("fc00::/7", ["fc00::1", "fdff::1"]),
    ],
)
def test_the_addresses_of_the_network_are_covered(network: str, inside: list[str]) -> None:
    access = private_access(network, 1200)
    for address in inside:
        assert access.covers(address)
        assert is_private(address)
        assert forbidden(address) is not None  # without the network


@pytest.mark.parametrize("network", ["10.0.0.0/8", "192.168.1.0/24", "100.64.0.0/10", "fc00::/7"])
@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "127.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "172.17.0.1",
        "192.168.2.1",
        "192.0.0.192",
        "224.0.0.1",
        "255.255.255.255",
        "8.8.8.8",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fd12::1%eth0",
        "::ffff:10.0.0.1",
        "::ffff:192.168.1.5",
        "::ffff:0:192.168.1.5",
        "64:ff9b::10.0.0.1",
        "64:ff9b::192.168.1.5",
        "64:ff9b:1::192.168.1.5",
        "2002:c0a8:105::",
        "192.168.1.5:80",
        "0xc0a80105",
        "name.lan",
    ],
)
def test_nothing_else_is_covered(network: str, address: str) -> None:
    assert not private_access(network, 1200).covers(address)
