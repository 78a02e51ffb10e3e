"""Case files for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from docmgr import db
from docmgr.models import CaseDocument, CaseFile
from docmgr.policy import Actor
from docmgr.services.cases import contents, files
from docmgr.services.cases.files import CaseInput


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
