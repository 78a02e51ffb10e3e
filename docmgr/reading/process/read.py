"""Read one file into a Reading, inside the reading process: find its kind, run the reader of its format,
repair its text, interpret it.

This module decides the order of these steps and how each failure is reported. The child process sets the
limits on time and memory.
"""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from docmgr.reading.formats.kinds import is_document, is_readable, sniff
from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable, fallen_short
from docmgr.reading.repair import health, official, texts
from docmgr.reading.types import TEXT, WITHHELD, PartContents, Reading

READERS: dict[str, tuple[str, str]] = {
    "docx": ("docmgr.reading.formats.docx.reader", "read_docx"),
    "html": ("docmgr.reading.formats.html.reader", "read_html"),
    "txt": ("docmgr.reading.formats.plain", "read_txt"),
    "md": ("docmgr.reading.formats.plain", "read_md"),
    "pdf": ("docmgr.reading.formats.pdf.reader", "read_pdf"),
    "doc": ("docmgr.reading.formats.doc", "read_doc"),
    "rtf": ("docmgr.reading.formats.rtf.reader", "read_rtf"),
    "xlsx": ("docmgr.reading.formats.sheets.xlsx", "read_xlsx"),
    "xls": ("docmgr.reading.formats.sheets.xls", "read_xls"),
    "ods": ("docmgr.reading.formats.sheets.ods", "read_ods"),
    "csv": ("docmgr.reading.formats.sheets.delimited", "read_csv"),
    "pptx": ("docmgr.reading.formats.slides.pptx", "read_pptx"),
    "ppt": ("docmgr.reading.formats.slides.ppt", "read_ppt"),
    "odp": ("docmgr.reading.formats.slides.odp", "read_odp"),
    "odt": ("docmgr.reading.formats.odt", "read_odt"),
    "mht": ("docmgr.reading.containers.mht", "read_mht"),
    "png": ("docmgr.reading.formats.pictures", "read_picture"),
    "jpg": ("docmgr.reading.formats.pictures", "read_picture"),
    "tiff": ("docmgr.reading.formats.pictures", "read_picture"),
}
# Readers of files that contain files; they also get the folder into which these are unpacked.
CONTAINERS: dict[str, tuple[str, str]] = {
    "eml": ("docmgr.reading.containers.eml", "read_eml"),
    "msg": ("docmgr.reading.containers.msg", "read_msg"),
    "zip": ("docmgr.reading.containers.zip", "read_zip"),
    "edxml": ("docmgr.reading.containers.edxml", "read_edxml"),
}
_INTERPRETER = "docmgr.reading.interpret"
_SIGNATURES = "docmgr.reading.signatures.verify"


def preload() -> None:
    """Import all readers, so that the forked children need not import them."""
    for module, _ in (*READERS.values(), *CONTAINERS.values()):
        importlib.import_module(module)
    importlib.import_module(_INTERPRETER)
    importlib.import_module(_SIGNATURES)


def read_here(
    path: Path,
    name: str | None,
    limits: ReadingLimits,
    interpret: bool,
    tell: Callable[[str], None],
    convert: bool = True,
    unpack: Path | None = None,
    trust: Path | None = None,
    prepare: Callable[[str], None] = lambda kind: None,
) -> Reading:
    """Read a file in this process. `name` is its original name, or None. With `interpret` the text is also
    interpreted. `convert` says whether text in old encodings is converted. Files inside the file are written to
    the folder `unpack`; None only lists them. `trust` is the folder with the certificates that the site trusts,
    or None. `prepare` is called with the kind of the file before it is read. This raises no error: every error becomes a Reading with a reason. `tell` gets one line of text for
    the log about each unexpected error."""
    reading = _read(path, name, limits, interpret, tell, convert, unpack, prepare)
    if reading.kind != "pdf" or reading.outcome == WITHHELD or reading.reason_code in ("too_large", "encrypted"):
        return reading
    # A scan without text may be signed too.
    found = importlib.import_module(_SIGNATURES).signatures_of(path, trust, lambda fault: tell(describe(fault, reading.kind)))
    return replace(reading, signatures=found)


def _read(
    path: Path,
    name: str | None,
    limits: ReadingLimits,
    interpret: bool,
    tell: Callable[[str], None],
    convert: bool,
    unpack: Path | None,
    prepare: Callable[[str], None],
) -> Reading:
    kind = "unknown"
    try:
        if path.stat().st_size > limits.file_bytes:
            return fallen_short("too_large", kind)
        kind = sniff(path, name)
        prepare(kind)
        refused = _unread_kind(kind)
        if refused:
            return fallen_short(refused, kind)
        contents = _contents(kind, path, limits, unpack)
        reading = finish(contents, interpret, convert)
        kept = reading.outcome != WITHHELD
        return replace(reading, attachments=contents.attachments) if kept else reading
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


def _contents(kind: str, path: Path, limits: ReadingLimits, unpack: Path | None) -> PartContents:
    """Run the reader for files of `kind`. Raises Unreadable when the file cannot be read."""
    module, function = READERS.get(kind) or CONTAINERS[kind]
    run = getattr(importlib.import_module(module), function)
    contents: PartContents = run(path, limits) if kind in READERS else run(path, limits, unpack)
    return contents


def _unread_kind(kind: str) -> str | None:
    if kind in ("empty", "encrypted"):
        return kind
    if not is_document(kind):
        return "not_document"
    return None if is_readable(kind) else "unsupported"


def finish(contents: PartContents, interpret: bool, convert: bool = True) -> Reading:
    """Make the Reading of what the reader of a format returned. With `interpret` the text is also interpreted, and with
    `convert` text in old encodings is converted. Secret text and missing text give a Reading with the reason."""
    repaired = texts.repair(contents.blocks, convert, encoded=not contents.from_pictures, apart=contents.apart)
    found = None
    if interpret:
        understand = importlib.import_module(_INTERPRETER).interpret
        found = understand(repaired.blocks, contents.kind, contents.facts, repaired.apart)
        if found.secrecy:
            return fallen_short("secrecy", contents.kind, contents.pages, secrecy=found.secrecy)
    if not repaired.blocks:
        return fallen_short("no_words", contents.kind, contents.pages)
    lines = [block.text for block in repaired.blocks]
    is_cut = any(note.is_cut for note in contents.notes)
    sound, why = health.judge(lines, repaired.old_fonts, contents.from_pictures, is_cut, contents.some_from_pictures)
    if found and why == health.ODD_WORDS and contents.facts is None:
        # Nobody can trust what was read from words that are none.
        found = replace(found, facts={field: replace(fact, sure=False) for field, fact in found.facts.items()})
    return Reading(
        outcome=TEXT,
        kind=contents.kind,
        blocks=() if found else repaired.blocks,
        pages=contents.pages,
        notes=contents.notes,
        interpretation=found,
        old_fonts=repaired.old_fonts,
        health=sound,
        health_reason=why,
        official=found is None or official.is_official(lines, found.facts),
        picture_pages=contents.picture_pages,
    )


def describe(fault: BaseException, kind: str) -> str:
    """Describe an unexpected error in one line for the log: its type, where it was raised, and the `kind` of
    file. The line never contains words of the file."""
    frames = traceback.extract_tb(fault.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"reading {kind}: {type(fault).__name__} at {place}"
