"""IANA's registries of special-purpose addresses, range by range: what a publisher cannot be at."""

from ipaddress import IPv6Address, ip_network

import pytest

from scrapers.public_addresses import is_public

# https://www.iana.org/assignments/iana-ipv4-special-registry: (range, globally reachable).
IPV4 = (
    ("0.0.0.0/8", False),
    ("0.0.0.0/32", False),
    ("10.0.0.0/8", False),
    ("100.64.0.0/10", False),
    ("127.0.0.0/8", False),
    ("169.254.0.0/16", False),
    ("172.16.0.0/12", False),
    ("192.0.0.0/29", False),
    ("192.0.0.8/32", False),
    ("192.0.0.9/32", True),
    ("192.0.0.10/32", True),
    ("192.0.0.11/32", False),
    ("192.0.0.170/32", False),
    ("192.0.0.171/32", False),
    ("192.0.0.255/32", False),
    ("192.0.2.0/24", False),
    ("192.31.196.0/24", True),
    ("192.52.193.0/24", True),
    ("192.88.99.0/24", False),
    ("192.168.0.0/16", False),
    ("192.175.48.0/24", True),
    ("198.18.0.0/15", False),
    ("198.51.100.0/24", False),
    ("203.0.113.0/24", False),
    ("224.0.0.0/4", False),  # multicast has a registry of its own
    ("240.0.0.0/4", False),
    ("255.255.255.255/32", False),
)
# https://www.iana.org/assignments/iana-ipv6-special-registry
IPV6 = (
    ("::1/128", False),
    ("::/128", False),
    ("64:ff9b:1::/48", False),
    ("100::/64", False),
    ("100:0:0:1::/64", False),
    ("2001::/32", False),
    ("2001:1::1/128", True),
    ("2001:1::2/128", True),
    ("2001:1::3/128", True),
    ("2001:1::4/128", False),
    ("2001:2::/48", False),
    ("2001:3::/32", True),
    ("2001:4:112::/48", True),
    ("2001:10::/28", False),
    ("2001:20::/28", True),
    ("2001:30::/28", True),
    ("2001:1ff::/32", False),
    ("2001:db8::/32", False),
    ("2620:4f:8000::/48", True),
    ("3fff::/20", False),
    ("5f00::/16", False),
    ("fc00::/7", False),
    ("fe80::/10", False),
    ("fec0::/10", False),  # site-local, given up
    ("ff00::/8", False),
    ("::5db8:d822/128", False),  # IPv4-compatible, given up
    ("4000::/3", False),  # not handed out
)
PUBLIC = (
    "8.8.8.8",
    "192.0.1.0",
    "192.0.3.0",
    "100.128.0.0",
    "172.32.0.0",
    "198.20.0.0",
    "223.255.255.255",
    "93.184.216.34",
)


@pytest.mark.parametrize(("network", "public"), [*IPV4, *IPV6])
def test_each_range_of_the_registries_at_both_of_its_ends(network: str, public: bool) -> None:
    first, last = ip_network(network)[0], ip_network(network)[-1]
    assert (is_public(str(first)), is_public(str(last))) == (public, public)


def test_what_lies_beside_the_ranges_is_public() -> None:
    for address in (*PUBLIC, "2001:200::1", "2606:2800:220:1::1", "2a00::1", "3ffe::1", "2001:db9::1"):
        assert is_public(address), address


@pytest.mark.parametrize(("network", "public"), IPV4)
def test_an_ipv4_address_is_judged_itself_however_it_is_carried(network: str, public: bool) -> None:
    for address in (ip_network(network)[0], ip_network(network)[-1]):
        number = int(address)
        mapped = IPv6Address(0xFFFF << 32 | number)
        translated = IPv6Address(int(IPv6Address("64:ff9b::")) | number)
        six_to_four = IPv6Address(0x2002 << 112 | number << 80 | 1)
        for carried in (mapped, translated, six_to_four):
            assert is_public(str(carried)) is public, carried
