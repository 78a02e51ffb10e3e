"""Whether an S3 store takes objects now. A store that hangs holds up nobody: it is asked by a thread of its own."""

from __future__ import annotations

import logging
import os
import threading
import time

from docmgr.storage.address import StoreAddress
from docmgr.storage.protocol import DiskFull, StoreAway, StoreCondition
from docmgr.storage.s3.client import S3Client

ANSWER_SECONDS, REQUEST_SECONDS = 0.8, 3.0
# An answer is used for so long before the store is asked again.
FRESH_SECONDS = 3.0
AWAY = StoreCondition("away")
log = logging.getLogger(__name__)


class Pulse:
    """Asks the store of `address` by writing the small object `name`. The last answer is kept in each process."""

    def __init__(self, address: StoreAddress, name: str) -> None:
        self._client = S3Client(address, seconds=REQUEST_SECONDS, retries=0)
        self._name = name
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        self._last, self._at = StoreCondition(None), float("-inf")
        self._asking: threading.Thread | None = None

    def now(self) -> StoreCondition:
        """Ask the store. The answer comes in ANSWER_SECONDS; a store that is slower counts as away."""
        asking = self._begin()
        asking.join(ANSWER_SECONDS)
        return AWAY if asking.is_alive() else self._last

    def lately(self) -> StoreCondition:
        """Return the last answer at once. When it is old, the store is asked in the background for the next time."""
        if time.monotonic() - self._at > FRESH_SECONDS or self._process != os.getpid():
            self._begin()
        return self._last

    def _begin(self) -> threading.Thread:
        with self._lock:
            if self._process != os.getpid():
                self._forget()
            if self._asking is None or not self._asking.is_alive():
                self._asking = threading.Thread(target=self._ask, name="store", daemon=True)
                self._asking.start()
            return self._asking

    def _ask(self) -> None:
        try:
            version = self._client.write(self._name)
            self._last = StoreCondition(None, keeps_old=version is not None)
        except StoreAway as away:
            self._last = StoreCondition("read_only" if away.reason == "denied" else away.reason)
        except DiskFull:
            self._last = StoreCondition("full")
        except Exception:  # A store that cannot be asked, such as for a file of certificates that cannot be read, takes nothing.
            log.exception("asking the store")
            self._last = StoreCondition("address")
        self._at = time.monotonic()
