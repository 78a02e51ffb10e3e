"""Find the kind of a file from its content.

The name of the file is used only to tell Markdown and CSV from plain text. This module also decides which kinds are
accepted as documents (others are refused before they are stored) and which can be read.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from docmgr.reading.formats.encoding import decode, is_utf8
from docmgr.reading.formats.message_heads import message_kind
from docmgr.reading.formats.ole import MAGIC as OLE
from docmgr.reading.formats.ole import ole_kind
from docmgr.reading.formats.ooxml import ZIP_FAULTS
from docmgr.reading.formats.sheets import delimited

_SAMPLE = 16_384
# Pictures of pages, whose text is recognised.
PICTURES = frozenset({"png", "jpg", "tiff"})
READABLE = PICTURES | frozenset(
    {"docx", "pdf", "doc", "rtf", "html", "txt", "md", "odt", "mht"}
    | {"xls", "xlsx", "ods", "csv", "ppt", "pptx", "odp"}
)
# Files that contain files; these become documents of their own.
CONTAINERS = frozenset({"eml", "msg", "zip", "edxml"})
# These are stored although nothing reads them yet; a damaged or locked office file is still a document.
STORED = frozenset({"xml", "encrypted", "ole", "empty"})
DOCUMENTS = READABLE | CONTAINERS | STORED
CONVERTED = frozenset({"doc", "ppt"})
# The kinds that people may upload, as pages name them.
SHOWN = "DOCX, DOC, PDF, PNG, JPG, TIFF, RTF, ODT, HTML, TXT, MD, XLSX, XLS, ODS, CSV, PPTX, PPT, ODP, EML, MSG, MHT, ZIP, edXML"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"\0\0\1\0", "image"),
    (b"MZ", "unknown"),
    (b"\x7fELF", "unknown"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"BZh", "archive"),
    (b"\xdb\xa5\x2d\0", "doc"),
    (b"\xfe\x37\0\x23", "doc"),
    (b"1\xbe\0\0", "doc"),
    # Workbooks of Excel 2 to 4, which are no OLE files.
    (b"\x09\0\x04\0", "xls"),
    (b"\x09\x02\x06\0", "xls"),
    (b"\x09\x04\x06\0", "xls"),
)
_MAIN_TYPES = (
    (re.compile(r"wordprocessingml\.(document|template)|ms-word\.(document|template)"), "docx"),
    (re.compile(r"spreadsheetml\.(sheet|template)|ms-excel\.(sheet|template)"), "xlsx"),
    (re.compile(r"presentationml|ms-powerpoint"), "pptx"),
)
_ODF = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
_HTML = re.compile(
    r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<(?:p|div|table|font|span|meta)\b[^>]*>", re.I
)
_EDXML = re.compile(r"<(?:\w+:)?edXML[\s>]")
# Zip files with one of these entries are programs or books, not archives of documents.
_NOT_ARCHIVES = ("meta-inf/manifest.mf", "androidmanifest.xml", "mimetype", "[content_types].xml")
_PDF_OBJECT = re.compile(rb"(?:^|[\r\n])\s*\d{1,7} \d{1,5} obj\s*(?:<<|\[)")
_PDF_END = re.compile(rb"(?:^|[\r\n])(?:startxref\s+\d+|xref\s[\d\sfn]*)\s+%%EOF\s*$")
_MARKDOWN = (".md", ".markdown")


def sniff(path: str | Path, name: str | None = None) -> str:
    """Find the kind of a file from its content: docx, xlsx, odt, pdf, doc, rtf, html, txt, md, csv, xls,
    ppt, pptx, ods, odp, xml, edxml, eml, msg, mht, zip (an archive of any files), archive (one of another
    format), png, jpg, tiff, image (of another kind), encrypted, ole, empty or unknown. `name` is the original
    name, of which only the endings .md, .csv and .tsv matter; None if it is unknown."""
    path = Path(path)
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    if not head:
        return "empty"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(OLE):
        return ole_kind(path)
    if head.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08")):
        return _zip_kind(path, head)
    stripped = head.lstrip()
    for magic, kind in _MAGIC:
        if stripped.startswith(magic) if magic.startswith(b"{") else head.startswith(magic):
            return kind
    kind = _text_kind(head, name or path.name)
    return "pdf" if kind in ("unknown", "txt") and _is_headless_pdf(path, head) else kind


def is_document(kind: str) -> bool:
    """Whether a file of this kind is accepted as a document. Others are refused before they are stored."""
    return kind in DOCUMENTS


def is_readable(kind: str) -> bool:
    """Whether there is a reader for files of this kind."""
    return kind in READABLE or kind in CONTAINERS


def is_container(kind: str) -> bool:
    """Whether files of this kind contain files, which become documents of their own."""
    return kind in CONTAINERS


def is_converted(kind: str) -> bool:
    """Whether LibreOffice converts files of this kind before they are read."""
    return kind in CONVERTED


def _is_headless_pdf(path: Path, head: bytes) -> bool:
    """Whether the file is a PDF whose first line is damaged. `head` contains the first bytes of the file."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 1024))
        tail = stream.read()
    return bool(_PDF_OBJECT.search(head[:1024]) or _PDF_END.search(tail))


def _zip_kind(path: Path, head: bytes) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {n.replace("\\", "/").lstrip("/").lower(): n for n in archive.namelist()[:5_000]}
            declared = _head_of(archive, names.get("mimetype"))
            types = _head_of(archive, names.get("[content_types].xml"))
    except ZIP_FAULTS:
        return _damaged_zip_kind(head)
    if declared.startswith("application/vnd.oasis.opendocument."):
        return _ODF.get(declared.rsplit(".", 1)[-1].strip().removesuffix("-template"), "archive")
    for pattern, kind in _MAIN_TYPES:
        if pattern.search(types):
            return kind
    for prefix, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if any(n.startswith(prefix) for n in names):
            return kind
    return "archive" if any(name in names for name in _NOT_ARCHIVES) else "zip"


def _damaged_zip_kind(head: bytes) -> str:
    """Find the kind of a zip file that is cut short. `head` contains the first bytes of the file. Returns
    "docx", "xlsx", "pptx" or "odt", or "zip" when the kind cannot be seen."""
    for mark, kind in (
        (b"word/", "docx"),
        (b"xl/", "xlsx"),
        (b"ppt/", "pptx"),
        (b"opendocument.text", "odt"),
        (b"[Content_Types].xml", "docx"),
        (b"_rels/", "docx"),
    ):
        if mark in head:
            return kind
    return "zip"


def _head_of(archive: zipfile.ZipFile, name: str | None) -> str:
    if name is None:
        return ""
    try:
        with archive.open(name) as stream:
            data = stream.read(1_000_000)
    except ZIP_FAULTS:
        return ""
    return decode(data)


def _text_kind(head: bytes, name: str) -> str:
    if _is_binary(head):
        return "unknown"
    text = decode(head)
    start = text.lstrip()[:2_000]
    kind = message_kind(text)
    if kind:
        return kind
    if start.startswith("<") and _EDXML.search(start):
        return "edxml"
    if start.startswith("<?xml") and not _HTML.search(text[:2_000]):
        return "xml"
    if start.startswith("<") and _HTML.search(text):
        return "html"
    if name.lower().endswith(_MARKDOWN):
        return "md"
    if name.lower().endswith(delimited.NAMES) and delimited.delimiter_of(text):
        return "csv"
    return "txt" if text.strip() else "empty"


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return False
    body = head
    if b"\0" in body:
        text = decode(body)
        return "\0" in text or sum(c < " " and c not in "\t\r\n\f\v\x1b" for c in text) > 0.02 * len(text)
    if is_utf8(head[: max(len(head) - 4, 1)]) or _is_cut_utf8(head):
        odd = sum(byte < 32 and byte not in (7, 8, 9, 10, 11, 12, 13, 26, 27) for byte in body)
        return odd > 0.01 * len(body)
    odd = sum(byte < 32 and byte not in (9, 10, 11, 12, 13, 26, 27) for byte in body)
    high = sum(byte >= 128 for byte in body)
    return odd > 0.01 * len(body) or high > 0.6 * len(body)


def _is_cut_utf8(head: bytes) -> bool:
    """Whether `head`, the first bytes of a file, is valid UTF-8 that ends in the middle of a character."""
    return any(is_utf8(head[:-cut]) for cut in (1, 2, 3) if len(head) > cut)
