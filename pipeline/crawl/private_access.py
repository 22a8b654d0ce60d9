"""Private networks that one source may be fetched from, because an operator names them for it.

The address guard refuses every private address. A source with ``network: 192.168.1.0/24`` may
reach the addresses in it, and no other source may.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

_PRIVATE: tuple[Network, ...] = tuple(
    map(ip_network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)
"""Where a network may be: RFC 1918, RFC 6598, RFC 4193."""

_CLOUD: tuple[Network, ...] = tuple(
    map(ip_network, ("100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::/32"))
)
"""Where cloud machines ask for their credentials, within private ranges: Alibaba, AWS, Google."""

_EXPECTED = (
    "expected a private network such as 192.168.1.0/24, within 10.0.0.0/8, 172.16.0.0/12,"
    " 192.168.0.0/16, 100.64.0.0/10 or fc00::/7"
)


@dataclass(frozen=True, slots=True)
class PrivateAccess:
    """What one source may reach beside the public internet.

    Attributes:
        network: whose addresses may be contacted.
        port: of the source's own address; it may be used within the network.
    """

    network: Network
    port: int

    def covers(self, address: str) -> bool:
        """Whether an IP address may be contacted because it is in the network.

        Never one that belongs to a cloud's metadata service, nor one that carries a zone.
        """
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        if isinstance(parsed, IPv6Address) and parsed.scope_id:
            return False
        is_metadata = any(parsed in network for network in _CLOUD)
        return parsed in self.network and is_private(address) and not is_metadata


@lru_cache(maxsize=1_024)
def private_access(network: str, port: int) -> PrivateAccess:
    """What a source may reach that lives in a network, at this port.

    Raises:
        ValueError: as ``private_network`` does.
    """
    return PrivateAccess(private_network(network), port)


def private_network(text: str) -> Network:
    """The network that an operator names, as ``192.168.1.0/24`` or ``fd12:3456::/48``.

    Raises:
        ValueError: no network, or one that is not within a private range; the message says what is
            expected.
    """
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise ValueError(_EXPECTED) from None
    has_zone = "%" in text
    if has_zone or not any(_is_within(network, private) for private in _PRIVATE):
        raise ValueError(_EXPECTED)
    if any(_is_within(network, metadata) for metadata in _CLOUD):
        raise ValueError(f"{_EXPECTED}; {network} belongs to a cloud's metadata service")
    return network


def is_private(address: str) -> bool:
    """Whether an IP address is in a range that a source's network may be in."""
    parsed = ip_address(address)
    return any(parsed in network for network in _PRIVATE)


def _is_within(network: Network, other: Network) -> bool:
    if isinstance(network, IPv4Network) and isinstance(other, IPv4Network):
        return network.subnet_of(other)
    if isinstance(network, IPv6Network) and isinstance(other, IPv6Network):
        return network.subnet_of(other)
    return False
