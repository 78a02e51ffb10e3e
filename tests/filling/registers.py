"""Series, documents and case files for tests of registers and case files, and documents in workflows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from docmgr import db
from docmgr.models import (
    CaseDocument,
    CaseFile,
    Document,
    DocumentFlow,
    File,
    NumberSeries,
    RegisterEntry,
    Version,
    Workflow,
)
from docmgr.policy import Actor
from docmgr.services.access.rule import list_for
from docmgr.services.cases import contents, files
from docmgr.services.cases.files import CaseInput
from docmgr.services.folders import tree
from docmgr.services.registers import series
from docmgr.services.registers.series import SeriesInput
from docmgr.services.workflow import moving, starting
from docmgr.services.workflow.assigning import Receivers
from docmgr.services.workflow.moving import StepInput
from tests.filling.filing import file_document

SECRET = "Kỷ luật ông Bí Mật"


def delivered(clerk: Actor, kind: str = "outgoing") -> int:
    """The id of the delivered series of this kind, whose organ is set."""
    with db.read() as session:
        found = session.scalars(select(NumberSeries).where(NumberSeries.kind == kind)).one()
    db.release()
    series.edit(clerk, found.id, SeriesInput(found.name, organ="SGDĐT"), revision=found.revision)
    return found.id


def paper(subject: str = "Về việc thử", **more: Any) -> int:
    """A decision without a number in the root folder."""
    return file_document(tree.root_id(), more.pop("number", None), subject, **more)


def rows(series_id: int) -> list[tuple[int, str, int | None]]:
    """The lines of a series as they are now: number, state, document."""
    db.release()
    columns = RegisterEntry.number, RegisterEntry.state, RegisterEntry.document_id
    with db.read() as session:
        query = select(*columns).where(RegisterEntry.series_id == series_id).order_by(RegisterEntry.year, RegisterEntry.number)
        return [tuple(row) for row in session.execute(query)]


def entry(entry_id: int) -> RegisterEntry:
    """The line as it is now."""
    db.release()
    with db.read() as session:
        return session.get_one(RegisterEntry, entry_id)


def day(text: str) -> dt.date:
    """The day of an ISO text."""
    return dt.date.fromisoformat(text)


def hide(document_id: int) -> None:
    """Take the right to read a document from everybody but auditors."""
    with db.write() as session:
        document = session.get_one(Document, document_id)
        document.access_list_id = list_for(session, frozenset({"role:auditor"}), frozenset())


def workflow(code: str) -> int:
    """The id of a delivered workflow."""
    with db.read() as session:
        return session.scalars(select(Workflow.id).where(Workflow.code == code)).one()


def running(actor: Actor, code: str, **more: Any) -> int:
    """A document that starts in the delivered workflow; returns its id."""
    usual = {"workflow": "published" if code == "incoming" else "draft", "created_by": actor.user_id}
    document_id = paper(more.pop("subject", "Về việc thử"), **{**usual, **more})
    starting.start(actor, document_id, workflow(code))
    return document_id


def flow_of(document_id: int) -> DocumentFlow:
    """The newest run of the document as it is now."""
    db.release()
    with db.read() as session:
        return session.scalars(select(DocumentFlow).where(DocumentFlow.document_id == document_id).order_by(DocumentFlow.id.desc()).limit(1)).one()


def step(actor: Actor, document_id: int, code: str, comment: str | None = None, *, to: str | None = None, **more: Any) -> str:
    """Make a step as a form does that was just opened; returns the name of the new state."""
    support = tuple(more.pop("support", ()))
    given = StepInput(comment, Receivers(to, support), **more)
    return moving.move(actor, document_id, code, given, revision=flow_of(document_id).revision)


def key(actor: Actor) -> str:
    """The access key of a person."""
    return f"user:{actor.user_id}"


def signed_scan(document_id: int) -> None:
    """Give the document a version that is a scan."""
    with db.write() as session:
        version = Version(document_id=document_id, no=1, outcome="no_text")
        session.add(version)
        session.flush()
        session.add(File(version_id=version.id, sha256=f"{document_id:064x}", size=1, name="ky.pdf", kind="pdf"))


def opened(actor: Actor, code: str = "01/TCCB", title: str = "Hồ sơ thử", **more: Any) -> int:
    """An open case file, kept for ever unless years are given."""
    given = {"permanent": "retention_years" not in more, **more}
    return files.create(actor, CaseInput(code, title, **given))


def case(case_id: int) -> CaseFile:
    """The case file as it is now."""
    db.release()
    with db.read() as session:
        return session.get_one(CaseFile, case_id)


def inside(case_id: int) -> list[int]:
    """The ids of all documents in the case file, in their order, whoever may read them."""
    db.release()
    query = select(CaseDocument.document_id).where(CaseDocument.case_id == case_id).order_by(CaseDocument.position, CaseDocument.document_id)
    with db.read() as session:
        return list(session.scalars(query))


def seen(actor: Actor, case_id: int) -> list[int]:
    """The ids of the documents that the actor is shown, in their order."""
    db.release()
    return [row.document.id for row in contents.rows(actor, case_id)]
