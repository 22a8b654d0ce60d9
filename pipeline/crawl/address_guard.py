"""Which IP addresses must never be contacted.

A table of its own, because ``ipaddress.is_global`` calls several ways to reach the inside "global"
on Python 3.11 (mapped, NAT64 and 6to4 forms of private addresses, multicast). Sources: the IANA
special-purpose address registries (RFC 6890, updated), RFC 6052, RFC 3056, RFC 4380.
"""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_FORBIDDEN: dict[str, str] = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "carrier-grade NAT",
    "127.0.0.0/8": "loopback",
    "169.254.0.0/16": "link-local, cloud metadata",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112",
    "192.52.193.0/24": "AMT",
    "192.88.99.0/24": "6to4 relay",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "AS112",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, broadcast",
    "::/96": "unspecified, loopback, IPv4-compatible",
    "::ffff:0:0/96": "IPv4-mapped",
    "::ffff:0:0:0/96": "IPv4-translated",
    "64:ff9b::/96": "NAT64",
    "64:ff9b:1::/48": "local NAT64",
    "100::/64": "discard only",
    "100:0:0:1::/64": "dummy prefix",
    "2001::/23": "protocol assignments, Teredo, ORCHID",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4",
    "2620:4f:8000::/48": "AS112",
    "3fff::/20": "documentation",
    "5f00::/16": "segment routing",
    "fc00::/7": "unique local",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local",
    "ff00::/8": "multicast",
}
_NETWORKS: list[tuple[IPv4Network | IPv6Network, str]] = [
    (ip_network(net), name) for net, name in _FORBIDDEN.items()
]


def forbidden(address: str) -> str | None:
    """Why an IP address must not be contacted, or None when it may be.

    Anything that is not the plain text of an IP address, or carries a zone (``fe80::1%eth0``), is
    forbidden too.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not an IP address"
    if isinstance(parsed, IPv6Address) and parsed.scope_id:
        return "an address with a zone"
    for network, name in _NETWORKS:
        if parsed.version == network.version and parsed in network:
            return name
    return None
