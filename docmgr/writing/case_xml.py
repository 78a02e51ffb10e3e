"""A case file as XML, with the fields that Annex VI of Decree 30/2020/NĐ-CP names for a case file and for each document in it.

The Annex gives names, kinds and longest lengths of the fields; the elements here have its names. A value that is longer is
cut, and a field without a value is an empty element. Characters that XML 1.0 does not allow are left out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

Value = str | int | dt.date | None
ROOT, DOCUMENTS, DOCUMENT, FILES, FILE = "CaseFile", "Documents", "Document", "Files", "File"
# Field → its longest value in characters; None where the Annex sets none.
CASE_FIELDS: dict[str, int | None] = {
    "FileCode": 50, "OrganId": 13, "FileCatalog": 4, "FileNotation": 50, "Title": 500, "Maintenance": 30, "Rights": 30, "Creator": 30,
    "Language": 50, "StartDate": None, "EndDate": None, "DocTotal": None, "PageTotal": None, "Description": 500,
}  # fmt: skip
DOCUMENT_FIELDS: dict[str, int | None] = {
    "DocOrdinal": 4, "TypeName": 100, "CodeNumber": 11, "CodeNotation": 30, "IssuedDate": None, "OrganName": 200, "Subject": 500,
    "Language": 30, "PageAmount": 4, "Description": 500, "Position": 100, "FullName": 50, "ToPlaces": 1000, "Priority": 1,
    "ArrivalDate": None, "ArrivalNumber": 10, "DueDate": None,
}  # fmt: skip
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class XmlFile:
    """A file of a document: its path in the package, and its SHA-256 in hexadecimal."""

    path: str
    sha256: str


@dataclass(frozen=True)
class XmlDocument:
    """A document of the case file: its values by the names of DOCUMENT_FIELDS, and its files."""

    values: Mapping[str, Value]
    files: tuple[XmlFile, ...] = field(default=())


def write(out: BinaryIO, values: Mapping[str, Value], documents: Iterable[XmlDocument]) -> None:
    """Write the case file to the stream `out`, one document after the other. `values` are those of the case file by the names
    of CASE_FIELDS."""
    xml = XMLGenerator(out, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    _open(xml, ROOT)
    _fields(xml, CASE_FIELDS, values)
    _open(xml, DOCUMENTS)
    for document in documents:
        _open(xml, DOCUMENT)
        _fields(xml, DOCUMENT_FIELDS, document.values)
        _open(xml, FILES)
        for file in document.files:
            _element(xml, FILE, _clean(file.path), {"sha256": file.sha256})
        _close(xml, FILES)
        _close(xml, DOCUMENT)
    _close(xml, DOCUMENTS)
    _close(xml, ROOT)
    xml.endDocument()


def _fields(xml: XMLGenerator, fields: Mapping[str, int | None], values: Mapping[str, Value]) -> None:
    for name, longest in fields.items():
        value = values.get(name)
        text = value.isoformat() if isinstance(value, dt.date) else "" if value is None else _clean(str(value))
        _element(xml, name, text[:longest] if longest else text)


def _element(xml: XMLGenerator, name: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
    xml.startElement(name, AttributesImpl(dict(attributes or {})))
    xml.characters(text)
    _close(xml, name)


def _open(xml: XMLGenerator, name: str) -> None:
    xml.startElement(name, AttributesImpl({}))
    xml.characters("\n")


def _close(xml: XMLGenerator, name: str) -> None:
    xml.endElement(name)
    xml.characters("\n")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
