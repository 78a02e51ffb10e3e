"""Write a whole case file into a ZIP: the files of its documents, PDF where there is one, an XML with the fields of Annex VI of
Decree 30/2020/NĐ-CP, and the contents list.

The ZIP has what the actor may read and nothing about the rest. It is written to a file without a name on the disk of the
data folder, each file copied piece by piece, so that its size does not matter for the memory.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from sqlalchemy import select

from docmgr import context, db
from docmgr.models import File, RegisterEntry
from docmgr.policy import Actor, require
from docmgr.reading.containers.edxml_facts import URGENCY
from docmgr.services.access import guard
from docmgr.services.cases import columns, contents, export, listing, packing, words
from docmgr.services.cases.columns import Translated
from docmgr.services.cases.contents import CaseRow
from docmgr.services.cases.listing import CaseLine
from docmgr.services.cases.packing import PackedFile
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log
from docmgr.writing import case_xml, formats
from docmgr.writing.case_xml import XmlDocument, XmlFile
from legaltext.numbers import parts_of, printed_serial, printed_symbol

FOLDER, XML, READ_ME = "van-ban", "ho-so.xml", "doc-truoc.txt"
TOLD = "Gói này gồm những văn bản của hồ sơ mà người xuất được quyền đọc tại thời điểm xuất.\n"
# The codes of the field Priority are those of messages between agencies. Where no stamp was read it stays empty.
_PRIORITY = {name: code for code, name in URGENCY.items()}


@dataclass(frozen=True)
class CasePackage:
    """A finished package: its name, an open stream at its start, which the caller closes, and its size in bytes."""

    name: str
    stream: BinaryIO
    size: int


@dataclass(frozen=True)
class PackedCase:
    """What of a case file goes into a package. `files` has pairs (file, hash of the PDF that was rendered from it or None) by the
    id of the document."""

    line: CaseLine
    rows: tuple[CaseRow, ...]
    files: dict[int, list[tuple[File, str | None]]]

    @property
    def bytes(self) -> int:
        """The size of the files together."""
        return sum(file.size for own in self.files.values() for file, _ in own)


def package(actor: Actor, case_id: int, translated: Translated = str) -> CasePackage:
    """Write the case file into a ZIP, and record that its documents were exported. `translated` translates Vietnamese words.
    Raises Denied, NotFound, and Invalid when the files are too large together or the disk has no room for them."""
    require(actor, "document:read")
    inside = gather(actor, case_id)
    refuse_size([inside])
    stream = cast(BinaryIO, tempfile.TemporaryFile(dir=context.current().settings.home))
    try:
        with zipfile.ZipFile(stream, "w", allowZip64=True) as made:
            write(made, actor, inside, translated)
        record(actor, inside)
        size = stream.seek(0, 2)
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return CasePackage(f"ho-so-{export.slug(inside.line.case.code)}.zip", stream, size)


def gather(actor: Actor, case_id: int) -> PackedCase:
    """Find what of a case file goes into a package for the actor: the documents that the actor may read and that are not in the
    recycle bin, with their files. Raises Denied and NotFound."""
    line = listing.line(actor, case_id)
    rows = tuple(row for row in contents.rows(actor, case_id, per_page=words.MOST_DOCUMENTS) if not row.deleted)
    return PackedCase(line, rows, packing.stored_files(actor, [row.document.id for row in rows]))


def write(made: zipfile.ZipFile, actor: Actor, inside: PackedCase, translated: Translated, folder: str = "") -> list[PackedFile]:
    """Write a case file into an open ZIP, below `folder` ("" or a path that ends with a slash). Returns the files of its
    documents that were written: those whose bytes the store has."""
    parts = {row.document.id: _parts(row, inside.files.get(row.document.id, ())) for row in inside.rows}
    written = {number: [part for part in own if packing.copied(made, part, folder)] for number, own in parts.items()}
    _describe(made, actor, inside, written, translated, folder)
    return [part for own in written.values() for part in own]


def refuse_size(cases: Sequence[PackedCase], copies: int = 1) -> None:
    """Raise Invalid when the files of these case files are too large for one package, or the disk has no room for so many copies
    of them."""
    total = sum(one.bytes for one in cases)
    if total > packing.MOST_BYTES:
        raise Invalid(Message("Các tệp của hồ sơ lớn hơn %(limit)s GB, không lập được một gói.", limit=packing.MOST_BYTES >> 30))
    packing.refuse_full(total, copies)


def _parts(row: CaseRow, held: Iterable[tuple[File, str | None]]) -> list[PackedFile]:
    """Name the files of a document in the package: a folder for each document, in the order of the case file."""
    document = row.document
    folder = packing.safe_name(f"{row.place:04d} {document.number or document.label}")
    taken: set[str] = set()
    parts = []
    for file, pdf in held:
        parts.append(PackedFile(document.id, f"{FOLDER}/{folder}/{packing.free_name(packing.safe_name(file.name), taken)}", file.sha256))
        if pdf is not None and file.kind != "pdf":
            parts.append(PackedFile(document.id, f"{FOLDER}/{folder}/{packing.free_name(f'{packing.safe_name(file.name)}.pdf', taken)}", pdf))
    return parts


def _describe(
    made: zipfile.ZipFile, actor: Actor, inside: PackedCase, written: dict[int, list[PackedFile]], translated: Translated, folder: str
) -> None:
    """Write the contents list in its three forms, the XML, and the note about what the package has."""
    line, rows = inside.line, inside.rows
    for form in export.FORMS:
        body, _ = formats.write(export.table(actor, line, rows, translated), form)
        made.writestr(f"{folder}{export.FILE_NAME}.{form}", body, zipfile.ZIP_DEFLATED)
    pages = columns.pages_of(actor, rows)
    with made.open(zipfile.ZipInfo(folder + XML), "w", force_zip64=True) as out:
        case_xml.write(cast(BinaryIO, out), _case_values(line, rows, pages), _documents(rows, pages, written))
    made.writestr(folder + READ_ME, translated(TOLD))


def _case_values(line: CaseLine, rows: Sequence[CaseRow], pages: dict[int, int]) -> dict[str, Any]:
    case = line.case
    return {
        "FileCode": f"{case.year}.{case.code}", "FileCatalog": case.year, "FileNotation": case.code, "Title": case.title,
        "Maintenance": words.retention(case.retention_years).told(), "Creator": line.person, "Language": "Tiếng Việt",
        "StartDate": case.opened_on, "EndDate": case.closed_on, "DocTotal": len(rows), "PageTotal": sum(pages.values()),
        "Description": case.description,
    }  # fmt: skip


def _documents(rows: Sequence[CaseRow], pages: dict[int, int], written: dict[int, list[PackedFile]]) -> Iterator[XmlDocument]:
    arrived = _arrivals([row.document.id for row in rows])
    for row in rows:
        document, entry = row.document, arrived.get(row.document.id)
        parts = parts_of(document.number or "")
        values = {
            "DocOrdinal": row.place, "TypeName": document.type, "CodeNumber": parts.no if parts else None,
            "CodeNotation": printed_symbol(document.number or ""), "IssuedDate": document.issued_on, "OrganName": document.issuer,
            "Subject": document.subject, "Language": "Tiếng Việt", "PageAmount": pages.get(document.id), "Position": document.position,
            "FullName": document.signer, "ToPlaces": "; ".join(document.recipients or ()), "Priority": _PRIORITY.get(document.urgency or ""),
            "ArrivalDate": entry.dated_on if entry else None, "ArrivalNumber": printed_serial(entry.number) if entry else None,
            "DueDate": entry.due_on if entry else None,
        }  # fmt: skip
        yield XmlDocument(values, tuple(XmlFile(part.path, part.sha256) for part in written[document.id]))


def _arrivals(document_ids: Sequence[int]) -> dict[int, RegisterEntry]:
    """Load the valid lines of these documents in the register of incoming documents, by document id."""
    own = RegisterEntry.kind == "incoming", RegisterEntry.state == "issued"
    found: dict[int, RegisterEntry] = {}
    with db.read() as session:
        for some in chunks(document_ids):
            rows = session.scalars(select(RegisterEntry).where(RegisterEntry.document_id.in_(some), *own))
            found |= {entry.document_id: entry for entry in rows if entry.document_id is not None}
    return found


def record(actor: Actor, inside: PackedCase) -> None:
    """Record the export of the case file, and of each document in it: text of theirs leaves the site."""
    case = inside.line.case
    with db.write() as session:
        for row in inside.rows:
            # Who lost the right meanwhile gets nothing.
            document = guard.readable(session, actor, row.document.id)
            log.document_event(session, actor, "document:export", document, {"case": case.label, "format": "zip"})
        log.record(session, actor, "case:package", "case", case.id, case.label, details={"format": "zip"})
