"""Request a rebuild of the index from the worker, and learn its result, through small files in the data folder.

A request that is made during a rebuild causes another rebuild.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docmgr import context
from indexer import IndexAway, IndexDamaged, IndexUnusable

# In seconds. A failed rebuild is not repeated sooner, unless somebody requests it.
RETRY_SECONDS = 60.0


def _file(ending: str = "") -> Path:
    return context.current().settings.home / f"index.rebuild{ending}"


def ask() -> None:
    """Request a rebuild, even when the last one has just failed."""
    _file(".failed").unlink(missing_ok=True)
    _file().touch()


def suspect(error: IndexUnusable | None = None) -> None:
    """Request a rebuild because the index was found damaged, by a question that raised `error` or by a check. Nothing is
    requested when `error` is that of a server that does not answer, nor when the worker will rebuild anyway, because the
    index is missing or was written by another version, nor for RETRY_SECONDS after a rebuild has failed."""
    if isinstance(error, IndexAway):
        return
    try:
        context.current().backend.require_usable()
    except IndexDamaged:
        if _file(".working").exists():
            return
    except IndexUnusable:
        return
    if not failed_lately():
        _file().touch()


def pending() -> bool:
    """Whether a rebuild is requested or under way."""
    return _file().exists() or _file(".working").exists()


def failure() -> str | None:
    """The error of the last rebuild, as text. None when it succeeded."""
    return _file(".failed").read_text() if _file(".failed").exists() else None


def failed_lately() -> bool:
    """Whether the last rebuild failed less than RETRY_SECONDS ago."""
    failed = _file(".failed")
    # A failure in the future was written while the clock was ahead.
    return failed.exists() and 0 <= time.time() - failed.stat().st_mtime <= RETRY_SECONDS


@contextmanager
def working() -> Iterator[None]:
    """Mark the requested rebuild as under way while the block runs. An exception in the block is stored as the
    result. When the process is stopped or dies, the rebuild stays requested."""
    _file(".working").touch()
    _file().unlink(missing_ok=True)
    try:
        yield
        _file(".failed").unlink(missing_ok=True)
    except Exception as error:
        _file(".failed").write_text(repr(error))
        raise
    except BaseException:
        _file().touch()
        raise
    finally:
        _file(".working").unlink(missing_ok=True)
