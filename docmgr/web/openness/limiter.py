"""Limit how often one network address asks the public page. Each web process counts by itself, in its memory: a request that is refused
costs no query, and no address is stored. An address of IPv6 counts as its network of 64 bits, which one connection has for itself."""

from __future__ import annotations

import threading
import time

from docmgr.web.kit.network import network

SECONDS = 60
# Pages and files of one address in a minute, and searches, which cost more. Many people of an office share one.
MOST = {"page": 120, "search": 30}
# So many addresses are remembered; then all are forgotten, which lets through more and never less.
REMEMBERED = 50_000


class Limiter:
    """Counts the requests of addresses in periods of SECONDS."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._period = -1.0
        self._counts: dict[tuple[str, str], int] = {}

    def wait(self, kind: str, address: str, now: float | None = None) -> int:
        """Count one request of a kind of MOST. Returns how many seconds the address must wait; 0 when it may ask now."""
        moment = time.monotonic() if now is None else now
        key = kind, network(address)
        with self._lock:
            if (period := moment // SECONDS) != self._period or len(self._counts) >= REMEMBERED:
                self._period = period
                self._counts.clear()
            self._counts[key] = count = self._counts.get(key, 0) + 1
        return 0 if count <= MOST[kind] else max(1, round((period + 1) * SECONDS - moment))
