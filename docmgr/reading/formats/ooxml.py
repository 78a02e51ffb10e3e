"""Open zip packages (DOCX, XLSX, ODT) safely: limit their size, give access to their parts, and parse XML
without entities.

This module decides what is an archive bomb and which XML is refused. The readers of the formats interpret the
parts.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable

_STRICT = b"http://purl.oclc.org/ooxml/"
# The names of ISO/IEC 29500 Strict, mapped to the Transitional ones that the readers know.
_STRICT_NAMES = (
    (b"wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (
        b"officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
    (b"drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
)
_ENCRYPTED_FLAG = 0x1
ZIP_FAULTS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    KeyError,
    IndexError,
    UnicodeError,
)


class Package:
    """A zip package. Its parts are found by name; upper and lower case, and slashes and backslashes, make no
    difference."""

    def __init__(self, archive: zipfile.ZipFile, limits: ReadingLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._names = {_norm(info.filename): info for info in archive.infolist()}

    def names(self) -> list[str]:
        """List the names of all parts, in lower case and with slashes, for example "word/document.xml"."""
        return list(self._names)

    def has(self, name: str) -> bool:
        """Whether the package has a part of this name."""
        return _norm(name) in self._names

    def read(self, name: str) -> bytes:
        """Read the bytes of one part. Raises Unreadable when the part is missing, damaged, encrypted or too
        large."""
        info = self._names.get(_norm(name))
        if info is None:
            raise Unreadable("broken")
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise Unreadable("encrypted")
        try:
            with self._archive.open(info) as stream:
                data = stream.read(self._limits.archive_part_bytes + 1)
        except ZIP_FAULTS as fault:
            raise Unreadable("broken") from fault
        if len(data) > self._limits.archive_part_bytes:
            raise Unreadable("bomb")
        return data

    def read_xml(self, name: str) -> bytes:
        """Read one XML part and return its bytes, with the namespaces of ISO Strict files replaced by the
        usual (Transitional) ones. Raises Unreadable when the part is missing, damaged, encrypted or too
        large, or has too many tags."""
        data = transitional(self.read(name))
        # Millions of empty paragraphs compress into a small file and take minutes to walk through.
        if data.count(b"<") > self._limits.xml_tags:
            raise Unreadable("too_large")
        return data

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Read the relationships of the part `part` to other parts. Maps each relationship id to (type,
        name of the other part). The type is one word, such as "styles". Relationships to something outside
        the package are left out. Empty when the part has none."""
        folder, _, base = _norm(part).rpartition("/")
        rels = f"{folder}/_rels/{base}.rels".lstrip("/")
        if not self.has(rels):
            return {}
        found: dict[str, tuple[str, str]] = {}
        for element in parse_xml(self.read_xml(rels)).iter("{*}Relationship"):
            if element.get("TargetMode") == "External":
                continue
            target = (element.get("Target") or "").replace("\\", "/")
            joined = target if target.startswith("/") else posixpath.join(folder, target)
            kind = (element.get("Type") or "").rsplit("/", 1)[-1]
            found[element.get("Id") or ""] = (kind, posixpath.normpath(joined).lstrip("/"))
        return found


def _norm(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def open_package(path: Path, limits: ReadingLimits) -> Package:
    """Open the zip package at `path`. Raises Unreadable: "bomb" when it declares more entries or bytes than
    `limits` allows, "broken" when it is no valid zip file."""
    try:
        archive = zipfile.ZipFile(path)
    except ZIP_FAULTS as fault:
        raise Unreadable("broken") from fault
    check_archive(archive, path.stat().st_size, limits)
    return Package(archive, limits)


def check_archive(archive: zipfile.ZipFile, packed: int, limits: ReadingLimits) -> None:
    """Raise Unreadable("bomb") when the directory of the archive declares more entries or bytes than
    `limits` allows. `packed` is the size of the zip file in bytes."""
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    ratio = total / max(packed, 1)
    if (
        len(entries) > limits.archive_entries
        or total > limits.archive_total_bytes
        or any(entry.file_size > limits.archive_part_bytes for entry in entries)
        or (ratio > limits.archive_ratio and total > limits.archive_ratio_from_bytes)
    ):
        raise Unreadable("bomb")


def transitional(data: bytes) -> bytes:
    """Replace the namespaces of ISO Strict in an XML part by the usual (Transitional) ones, and return its
    bytes. UTF-16 is converted to UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace").lstrip("\ufeff")
        body = text.partition("?>")[2] if text.startswith("<?xml") else text
        data = body.encode()
    if _STRICT in data:
        for strict, name in _STRICT_NAMES:
            data = data.replace(_STRICT + strict, name)
    return data


def parse_xml(data: bytes) -> etree._Element:
    """Parse an XML part and return its root element. Entities, DTDs and network access are disabled. Raises
    Unreadable: "doctype" when it declares a DTD, "broken" when it is not well-formed."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable("doctype" if has_doctype(data) else "broken") from fault
    refuse_doctype(root)
    return root


def stream_children(data: bytes, parent: str) -> Iterator[etree._Element]:
    """Yield each complete child of the first element called `parent` in the XML part `data`. A child is freed
    after use, so that little memory is needed for a large part. Raises Unreadable: "doctype" when the XML
    declares a DTD, "broken" when it is not well-formed."""
    context = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    depth, inside_at = 0, -1
    try:
        for event, element in context:
            if event == "start":
                if depth == 0:
                    refuse_doctype(element)
                depth += 1
                if inside_at < 0 and element.tag == parent:
                    inside_at = depth
                continue
            depth -= 1
            if inside_at > 0 and depth == inside_at:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            elif depth < inside_at:
                return
    except etree.XMLSyntaxError as fault:
        raise Unreadable("doctype" if has_doctype(data) else "broken") from fault


def refuse_doctype(element: etree._Element) -> None:
    """Raise Unreadable("doctype") when the document that contains the element declares a DTD."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("doctype")


def has_doctype(data: bytes) -> bool:
    """Whether the bytes of an XML part declare a DOCTYPE near their beginning."""
    return b"<!DOCTYPE" in data[:65536].upper()
