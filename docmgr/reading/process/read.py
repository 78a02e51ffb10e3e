"""Read one file into a Reading, inside the reading process: find its kind, run the reader of its format,
refuse legacy fonts, interpret the text.

This module decides the order of these steps and how each failure is reported. The child process sets the
limits on time and memory.
"""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable
from pathlib import Path

from docmgr.reading.formats.kinds import is_document, is_readable, sniff
from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable, fallen_short
from docmgr.reading.repair import legacy_fonts
from docmgr.reading.types import TEXT, PartContents, Reading

READERS: dict[str, tuple[str, str]] = {
    "docx": ("docmgr.reading.formats.docx.reader", "read_docx"),
    "html": ("docmgr.reading.formats.html.reader", "read_html"),
    "txt": ("docmgr.reading.formats.plain", "read_txt"),
    "md": ("docmgr.reading.formats.plain", "read_md"),
    "pdf": ("docmgr.reading.formats.pdf.reader", "read_pdf"),
    "doc": ("docmgr.reading.formats.doc", "read_doc"),
    "rtf": ("docmgr.reading.formats.rtf", "read_rtf"),
    "xlsx": ("docmgr.reading.formats.xlsx", "read_xlsx"),
    "odt": ("docmgr.reading.formats.odt", "read_odt"),
    "png": ("docmgr.reading.formats.pictures", "read_picture"),
    "jpg": ("docmgr.reading.formats.pictures", "read_picture"),
    "tiff": ("docmgr.reading.formats.pictures", "read_picture"),
}
_INTERPRETER = "docmgr.reading.interpret"


def preload() -> None:
    """Import all readers, so that the forked children need not import them."""
    for module, _ in READERS.values():
        importlib.import_module(module)
    importlib.import_module(_INTERPRETER)


def read_here(
    path: Path, name: str | None, limits: ReadingLimits, interpret: bool, tell: Callable[[str], None]
) -> Reading:
    """Read a file in this process. `name` is its original name, or None. With `interpret` the text is also
    interpreted. This raises no error: every error becomes a Reading with a reason. `tell` gets one line of
    text for the log about each unexpected error."""
    kind = "unknown"
    try:
        if path.stat().st_size > limits.file_bytes:
            return fallen_short("too_large", kind)
        kind = sniff(path, name)
        refused = _unread_kind(kind)
        if refused:
            return fallen_short(refused, kind)
        module, function = READERS[kind]
        contents: PartContents = getattr(importlib.import_module(module), function)(path, limits)
        return finish(contents, interpret)
    except Unreadable as fault:
        return fallen_short(fault.code, fault.kind or kind, fault.pages)
    except (MemoryError, RecursionError) as fault:
        return fallen_short("too_large" if isinstance(fault, MemoryError) else "broken", kind)
    except FileNotFoundError:
        return fallen_short("missing", kind)
    # A damaged file makes parsers raise any exception; it is reported and the process continues.
    except Exception as fault:  # noqa: BLE001
        tell(describe(fault, kind))
        return fallen_short("broken", kind)


def _unread_kind(kind: str) -> str | None:
    if kind in ("empty", "encrypted"):
        return kind
    if not is_document(kind):
        return "not_document"
    return None if is_readable(kind) else "unsupported"


def finish(contents: PartContents, interpret: bool) -> Reading:
    """Make the Reading of what the reader of a format returned. With `interpret` the text is also interpreted. Text in a
    legacy font, secret text and missing text give a Reading with the reason."""
    if not contents.blocks:
        return fallen_short("no_words", contents.kind, contents.pages)
    old = legacy_fonts.detect(contents.blocks)
    if old:
        return fallen_short("legacy_encoding", contents.kind, contents.pages)
    found = None
    if interpret:
        found = importlib.import_module(_INTERPRETER).interpret(contents.blocks, contents.kind)
        if found.secrecy:
            return fallen_short("secrecy", contents.kind, contents.pages, secrecy=found.secrecy)
    return Reading(
        outcome=TEXT,
        kind=contents.kind,
        blocks=() if found else contents.blocks,
        pages=contents.pages,
        notes=contents.notes,
        interpretation=found,
    )


def describe(fault: BaseException, kind: str) -> str:
    """Describe an unexpected error in one line for the log: its type, where it was raised, and the `kind` of
    file. The line never contains words of the file."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"reading {kind}: {type(fault).__name__} at {place}"
