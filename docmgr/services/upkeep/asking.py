"""Ask something that may hang (a database, a store, a search engine) and wait for its answer for a limited time only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_asking: dict[str, tuple[threading.Thread, list[Any]]] = {}
_lock = threading.Lock()

log = logging.getLogger(__name__)


def start(name: str, ask: Callable[[], Answer]) -> Callable[[float], Answer | None]:
    """Call `ask` in a thread of its own. Returns a function that waits at most so many seconds and gives the answer, or None
    when there is none. While an earlier question of this `name` is still open, its answer is waited for and nothing is asked,
    so hanging questions do not pile up. An error of `ask` is logged and counts as no answer."""
    with _lock:
        asking, found = _asking.get(name, (None, []))
        if asking is None or not asking.is_alive():
            found = []
            asking = threading.Thread(target=_run, args=(ask, found), name=f"asking {name.partition(' ')[0]}", daemon=True)
            _asking[name] = asking, found
            asking.start()

    def answer(seconds: float) -> Answer | None:
        asking.join(seconds)
        return found[0] if found else None

    return answer


def _run(ask: Callable[[], Answer], found: list[Answer]) -> None:
    try:
        found.append(ask())
    except Exception:
        log.exception("no answer")
