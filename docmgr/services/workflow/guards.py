"""The conditions of transitions, by name (words.GUARDS): each says what lacks, or None when it holds."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Document, File, RegisterEntry, Signature, Version
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.registers import lines
from docmgr.services.workflow.definition import Transition
from legaltext import dates
from legaltext.numbers import normalise_number

_SCANS = frozenset({"png", "jpg", "tiff"})

LACKING = {
    "confirmed": "Thông tin của văn bản chưa được xác nhận.",
    "numbered": "Văn bản chưa có số trong sổ văn bản đi; hãy cấp số trước.",
    "agrees": "Số, ngày trong thông tin văn bản khác với sổ: sổ ghi %(number)s ngày %(day)s.",
    "signed": "Chưa có bản PDF ký số hoặc bản chụp đã ký; hãy thêm tệp đã ký vào văn bản.",
    "arrived": "Văn bản chưa có số trong sổ văn bản đến; hãy vào sổ trước.",
    "differs": "Tệp đã ký đọc được khác với sổ (%(number)s ngày %(day)s): %(files)s. Nếu máy đọc sai, hãy đối chiếu tệp, đánh dấu ô “Máy đọc sai” và ghi lý do.",
}


def require(session: Session, document: Document, transition: Transition, *, misread: bool = False) -> list[File]:
    """Raise Invalid with what lacks when a condition of the transition does not hold for the document. Signed files from which
    another number or day was read than the register has are refused, unless somebody says that they were `misread`; these files
    are returned, and none when one signed file agrees."""
    for name in transition.guards:
        lacking = _GUARDS[name](session, document)
        if lacking is not None:
            raise Invalid(lacking)
    entry = lines.issued(session, document.id, "outgoing") if "signed" in transition.guards else None
    wrong = _differing(session, document, entry) if entry is not None else []
    if wrong and entry is not None and not misread:
        files = "; ".join(f"“{file.name}” ({was_read(file)})" for file in wrong)
        raise Invalid(Message(LACKING["differs"], files=files, number=entry.symbol or "", day=f"{entry.dated_on:%d/%m/%Y}"), "misread")
    return wrong


def was_read(file: File) -> str:
    """What was read from a file as number and day, for people."""
    return " · ".join(filter(None, (file.read_number, dates.printed(file.read_on) if file.read_on else None)))


def _confirmed(_session: Session, document: Document) -> Message | None:
    return None if document.confirmed_at is not None else Message(LACKING["confirmed"])


def _numbered(session: Session, document: Document) -> Message | None:
    return None if lines.issued(session, document.id, "outgoing") is not None else Message(LACKING["numbered"])


def _arrived(session: Session, document: Document) -> Message | None:
    return None if lines.issued(session, document.id, "incoming") is not None else Message(LACKING["arrived"])


def _agrees(session: Session, document: Document) -> Message | None:
    entry = lines.issued(session, document.id, "outgoing")
    if entry is None:
        return Message(LACKING["numbered"])
    if normalise_number(document.number or "") == normalise_number(entry.symbol or "") and document.issued_on == entry.dated_on:
        return None
    return Message(LACKING["agrees"], number=entry.symbol or "", day=f"{entry.dated_on:%d/%m/%Y}")


def _signed(session: Session, document: Document) -> Message | None:
    return None if _signed_files(session, document) else Message(LACKING["signed"])


def _signed_files(session: Session, document: Document) -> list[File]:
    """The signed copies of the newest version: a file with an electronic signature, a picture, a PDF without text of its own, or a
    PDF that was added beside the file with the text. Which file an electronic signature is in is not known where there are several;
    then the first one counts too, if it is a PDF: others have none."""
    newest = session.scalar(select(Version).where(Version.document_id == document.id).order_by(Version.no.desc()).limit(1))
    if newest is None:
        return []
    first, *others = newest.files or (None,)
    found = [file for file in newest.files if file.kind in _SCANS] + [file for file in others if file is not None and file.kind == "pdf"]
    if first is None or first.kind != "pdf":
        return found
    scanned = newest.outcome == "no_text" or newest.health == "ocr"
    signed = session.scalar(select(Signature.id).where(Signature.version_id == newest.id).limit(1)) is not None
    return [first, *found] if scanned or signed else found


def _differing(session: Session, document: Document, entry: RegisterEntry) -> list[File]:
    """List the signed files from which another number or day was read than the register has. None where one signed file agrees;
    what was not read neither differs nor agrees."""
    read = [file for file in _signed_files(session, document) if file.read_number is not None or file.read_on is not None]
    wrong = [file for file in read if _differs(file, entry)]
    return wrong if len(wrong) == len(read) else []


def _differs(file: File, entry: RegisterEntry) -> bool:
    number = file.read_number is not None and normalise_number(file.read_number) != normalise_number(entry.symbol or "")
    return number or (file.read_on is not None and file.read_on != entry.dated_on)


_GUARDS: dict[str, Callable[[Session, Document], Message | None]] = {
    "confirmed": _confirmed, "numbered": _numbered, "agrees": _agrees, "signed": _signed, "arrived": _arrived,
}  # fmt: skip
