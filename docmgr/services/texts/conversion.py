"""Text in old encodings: show it before and after the conversion, undo the conversion, and do it again.

The worker reads the file again for that. Until then the text stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from docmgr import db, paging
from docmgr.models import Document, Version
from docmgr.policy import ENCODINGS, Actor, require
from docmgr.reading.repair.health import REASONS
from docmgr.services import forms
from docmgr.services.access import guard, versions
from docmgr.services.documents.rereading import queue
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message, restored
from docmgr.services.trail import log

PAGE_LINES = 200
WAITS = Message("Tệp đang chờ đọc lại; hãy đợi đọc xong.")


@dataclass(frozen=True)
class ComparedLine:
    """One line that the conversion changed. `no` is its number in the text, from 1."""

    no: int
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """A page of the lines that the conversion of a version changed. `lines` is empty when the text is left as it is
    written. `total` counts the lines on all pages, and `page` is the page number, from 1. `may_edit` says whether the
    actor may undo the conversion."""

    document: Document
    version: Version
    lines: tuple[ComparedLine, ...]
    total: int
    page: int
    may_edit: bool


def names(encodings: str | None) -> str:
    """Write the old encodings of a version, its `encodings`, as people call them: "TCVN3 (ABC), VNI". "" for None."""
    return ", ".join(ENCODINGS[code] for code in (encodings or "").split())


def told(version: Version | None) -> Message | None:
    """Say what is to know of the text of a version: that it was converted, or why it is doubtful. None for good text
    and for versions without text, which give their reason elsewhere."""
    if version is None or version.outcome != "text" or version.health_reason is None:
        return None
    if version.health_reason == "as_written":
        return Message("Chữ ở bảng mã cũ %(names)s được để nguyên như trong tệp.", names=names(version.encodings))
    return Message(REASONS[version.health_reason])


def notes(version: Version | None) -> list[Message]:
    """List what the readers say about the text of a version: which part of the file was left out, and other remarks."""
    return [restored(note) for note in (version.notes if version is not None else None) or ()]


def compare(actor: Actor, document_id: int, no: int | None, page: int = 1) -> Comparison:
    """Load a page of the lines that the conversion changed in the version `no`; None means the newest one that the
    actor may see. Raises Denied when the actor's roles may not read documents. Raises NotFound when the actor may not
    read the document or see the version, or when it has no text in an old encoding."""
    require(actor, "document:read")
    with db.read() as session:
        document = guard.readable(session, actor, document_id)
        version = _version(session, actor, document, no)
        query = select(Version).where(Version.id == version.id)
        session.scalar(query.options(undefer(Version.text), undefer(Version.text_before)))
        changed = _changed(version)
        page, _ = paging.nearest(page, len(changed), PAGE_LINES)
        shown = changed[(page - 1) * PAGE_LINES : page * PAGE_LINES]
        return Comparison(document, version, tuple(shown), len(changed), page, guard.may_edit(actor, document_id))


def set_as_written(actor: Actor, document_id: int, no: int, as_written: bool) -> None:
    """Ask that the version `no` is read again: as it is written in the file, or converted to Unicode. Nothing happens
    when it was read in this way. Raises Denied or NotFound when the actor may not edit the document or the version
    cannot be seen or has no text in an
    old encoding, and Invalid when it waits to be read."""
    with db.write() as session:
        document = guard.for_change(session, actor, document_id)
        version = _version(session, actor, document, no)
        if version.as_written == as_written:
            return
        if version.read_again or version.outcome is None:
            raise Invalid(WAITS)
        version.as_written = as_written
        queue.ask(session, version, "read")
        forms.bump(document)
        action = "version:unconvert" if as_written else "version:convert"
        details = {"no": version.no, "encodings": (version.encodings or "").split()}
        log.document_event(session, actor, action, document, details)


def _version(session: Session, actor: Actor, document: Document, no: int | None) -> Version:
    if no is None:
        version = versions.shown_now(session, actor, document, versions.newest(session, document))
    else:
        version = versions.numbered(session, actor, document, no)
    if version is None or not version.encodings:
        raise NotFound
    return version


def _changed(version: Version) -> list[ComparedLine]:
    if version.text_before is None:
        return []
    pairs = zip(version.text_before.split("\n"), (version.text or "").split("\n"), strict=False)
    return [ComparedLine(no, before, after) for no, (before, after) in enumerate(pairs, start=1) if before != after]
