"""Small files in the data folder by which any process asks the worker for a new index and learns how that went.

The index lies in the same folder. A request made while the index is being rebuilt stands for another rebuild.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docmgr import context
from indexer import IndexDamaged, IndexUnusable

# A rebuild that failed is not tried again at once, unless somebody asks for it.
RETRY_SECONDS = 60.0


def _file(ending: str = "") -> Path:
    return context.current().settings.home / f"index.rebuild{ending}"


def ask() -> None:
    """Ask for a rebuild, also where the last one failed."""
    _file(".failed").unlink(missing_ok=True)
    _file().touch()


def suspect() -> None:
    """Ask for a rebuild because damage was met: by the worker, too, which may have opened the index while it was whole.
    An index that is not there, or that another version wrote, the worker sees itself."""
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
    """Whether a request waits or is being worked on."""
    return _file().exists() or _file(".working").exists()


def failure() -> str | None:
    """Why the last rebuild did not come to its end; None where it did."""
    return _file(".failed").read_text() if _file(".failed").exists() else None


def failed_lately() -> bool:
    """Whether the last rebuild failed less than `RETRY_SECONDS` ago."""
    failed = _file(".failed")
    # What failed in the future failed when the clock was ahead.
    return failed.exists() and 0 <= time.time() - failed.stat().st_mtime <= RETRY_SECONDS


@contextmanager
def working() -> Iterator[None]:
    """Take the request; what the block raises is written down. A process that dies leaves it to the next one."""
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
