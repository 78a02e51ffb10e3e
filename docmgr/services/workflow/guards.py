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
from legaltext.numbers import normalise_number

_SCANS = frozenset({"png", "jpg", "tiff"})

LACKING = {
    "confirmed": "Thông tin của văn bản chưa được xác nhận.",
    "numbered": "Văn bản chưa có số trong sổ văn bản đi; hãy cấp số trước.",
    "agrees": "Số, ngày trong thông tin văn bản khác với sổ: sổ ghi %(number)s ngày %(day)s.",
    "signed": "Chưa có bản PDF ký số hoặc bản chụp đã ký; hãy thêm tệp đã ký vào văn bản.",
    "arrived": "Văn bản chưa có số trong sổ văn bản đến; hãy vào sổ trước.",
    "differs": "Tệp đã ký “%(file)s” đọc được số %(read)s ngày %(read_on)s, khác với sổ: %(number)s ngày %(day)s. Nếu máy đọc sai, hãy đối chiếu tệp, đánh dấu ô “Máy đọc sai” và ghi lý do.",
}


def require(session: Session, document: Document, transition: Transition, *, misread: bool = False) -> File | None:
    """Raise Invalid with what lacks when a condition of the transition does not hold for the document. A signed file from which
    another number or day was read than the register has is refused, unless somebody says that it was `misread`; that file is
    returned, and None when nothing differs."""
    for name in transition.guards:
        lacking = _GUARDS[name](session, document)
        if lacking is not None:
            raise Invalid(lacking)
    entry = lines.issued(session, document.id, "outgoing") if "signed" in transition.guards else None
    file = _differing(session, document, entry) if entry is not None else None
    if file is not None and entry is not None and not misread:
        day = f"{file.read_on:%d/%m/%Y}" if file.read_on else "…"
        said = Message(LACKING["differs"], file=file.name, read=file.read_number or "…", read_on=day, number=entry.symbol or "", day=f"{entry.dated_on:%d/%m/%Y}")
        raise Invalid(said, "misread")
    return file


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
    then the first one counts."""
    newest = session.scalar(select(Version).where(Version.document_id == document.id).order_by(Version.no.desc()).limit(1))
    if newest is None:
        return []
    first, *others = newest.files or (None,)
    found = [file for file in newest.files if file.kind in _SCANS] + [file for file in others if file is not None and file.kind == "pdf"]
    scanned = first is not None and first.kind == "pdf" and (newest.outcome == "no_text" or newest.health == "ocr")
    signed = not found and session.scalar(select(Signature.id).where(Signature.version_id == newest.id).limit(1)) is not None
    return [first, *found] if first is not None and (scanned or signed) else found


def _differing(session: Session, document: Document, entry: RegisterEntry) -> File | None:
    """Find the signed file from which another number or day was read than the register has. None where one signed file does not
    differ; what was not read differs from nothing."""
    files = _signed_files(session, document)
    wrong = [file for file in files if _differs(file, entry)]
    return wrong[0] if wrong and len(wrong) == len(files) else None


def _differs(file: File, entry: RegisterEntry) -> bool:
    number = file.read_number is not None and normalise_number(file.read_number) != normalise_number(entry.symbol or "")
    return number or (file.read_on is not None and file.read_on != entry.dated_on)


_GUARDS: dict[str, Callable[[Session, Document], Message | None]] = {
    "confirmed": _confirmed, "numbered": _numbered, "agrees": _agrees, "signed": _signed, "arrived": _arrived,
}  # fmt: skip
