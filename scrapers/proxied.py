"""Which connections of a request are guarded how, and through which proxy an address is asked, if any."""

import socket
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter

from scrapers.connections import Deadline, guarded_pools, host_and_port, is_named, require_public


def guard(adapter: HTTPAdapter, private_hosts: frozenset[str], proxy: str, deadline: Deadline) -> None:
    """Let an adapter connect to public hosts and those named, to `proxy` ("" for none), and only until `deadline`."""
    adapter.poolmanager.pool_classes_by_scheme = guarded_pools(private_hosts, deadline)
    if proxy:
        parts = urlsplit(proxy)
        named = frozenset({host_and_port(parts.hostname or "", parts.port or 80)})
        adapter.proxy_manager_for(proxy).pool_classes_by_scheme = guarded_pools(named, deadline)


def proxies(host: str, port: int, private_hosts: frozenset[str], proxy: str) -> dict[str, str]:
    """Through what a host is asked, as requests wants it: hosts of our own directly, all others through `proxy`.

    The proxy connects in our place. So raises PrivateAddressError for a host that is known here at an address inside;
    one that nobody here can look up is left to the proxy, as it must be where only the proxy can.
    """
    if not proxy or is_named(host, port, private_hosts):
        return {}
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        found = []
    for entry in found:
        require_public(host_and_port(host, port), str(entry[4][0]))
    return {"http": proxy, "https": proxy}
