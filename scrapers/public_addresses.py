"""Which IP addresses anyone can reach, by IANA's registries of special-purpose addresses and not by Python's version.

https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry, in 2025: what they call
not globally reachable, and multicast. Python 3.11 still took 192.0.0.8 and 3fff::/20 for public.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared by carriers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata of clouds
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, given up
        "192.168.0.0/16",  # private use
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
# Of the protocol assignments two are reached from everywhere.
_PUBLIC_4 = frozenset({IPv4Address("192.0.0.9"), IPv4Address("192.0.0.10")})
_UNICAST_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # protocol assignments, Teredo and benchmarks among them
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
_PUBLIC_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001:1::1/128",
        "2001:1::2/128",
        "2001:1::3/128",
        "2001:3::/32",
        "2001:4:112::/48",
        "2001:20::/28",
        "2001:30::/28",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address can be reached by anyone. An IPv4 address carried in an IPv6 one is judged itself."""
    found = ip_address(address)
    if isinstance(found, IPv4Address):
        return _is_public_4(found)
    carried = found.ipv4_mapped or found.sixtofour or _translated(found)
    if carried is not None:
        return _is_public_4(carried)
    if any(found in network for network in _PUBLIC_6):
        return True
    return found in _UNICAST_6 and not any(found in network for network in _NOT_PUBLIC_6)


def _is_public_4(address: IPv4Address) -> bool:
    return address in _PUBLIC_4 or not any(address in network for network in _NOT_PUBLIC_4)


def _translated(address: IPv6Address) -> IPv4Address | None:
    """The address that a translator between the two kinds would speak to."""
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None
