"""The network address of a request, as limits count it."""

from __future__ import annotations

import ipaddress


def network(address: str) -> str:
    """What an address counts as: itself, or the network of one of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network(f"{found.exploded}/64", strict=False))
    return str(found)
