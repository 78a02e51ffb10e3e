"""A progress bar on stderr, which rewrites its own line on a terminal. When stderr is not a terminal,
nothing is printed."""

from __future__ import annotations

import sys
import time
from types import TracebackType

EVERY_SECONDS = 0.2


class Progress:
    """A progress bar: `with Progress(total, words) as progress: … progress.step()`. `total` is the number of
    items, `words` the text before the bar."""

    def __init__(self, total: int, words: str) -> None:
        self._total = total
        self._words = words
        self._done = 0
        self._shown = 0.0
        self._live = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def step(self) -> None:
        """Count one more item as done."""
        self.show(self._done + 1)

    def show(self, done: int) -> None:
        """Show that `done` items are done."""
        self._done = done
        if self._live and (time.monotonic() - self._shown > EVERY_SECONDS or done == self._total):
            self._shown = time.monotonic()
            filled = 30 * done // max(self._total, 1)
            sys.stderr.write(f"\r\033[K{self._words} [{'█' * filled}{' ' * (30 - filled)}] {done}/{self._total}")
            sys.stderr.flush()
