"""What the trail tells about files that wait and about drafts that were joined to another document, and drafts that inspections name."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Base, Checklist, ChecklistLine, File, Finding, Inspection, InspectionCheck
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents.confirming import renditions
from docmgr.services.errors import Invalid
from docmgr.services.trail import history
from docmgr.services.trail.history import Filter
from tests.filling.papers import decision, pdf
from tests.support.acting import upload, work


def told(actor: Actor, document_id: int) -> str:
    """All that the trail of a document tells the actor, as one text."""
    db.release()
    events, _total = history.of_document(actor, document_id, Filter())
    return " ".join(f"{one.subject_label} {one.details}" for one in events)


def test_the_trail_names_no_rendition_that_waits(site: Context, clerk: Actor, staff: Actor, paper: int) -> None:
    renditions.add_file(clerk, paper, io.BytesIO(pdf(1)), "ban-ky-so.pdf")
    with db.read() as session:
        sha256 = session.scalars(select(File.sha256).where(File.name == "ban-ky-so.pdf")).one()
    assert sha256 in told(clerk, paper) and "ban-ky-so.pdf" in told(clerk, paper)
    assert sha256 not in told(staff, paper) and "ban-ky-so.pdf" not in told(staff, paper)
    work(site)
    assert sha256 in told(staff, paper) and "ban-ky-so.pdf" in told(staff, paper)


def test_a_rendition_that_nobody_with_an_account_added_is_not_named(site: Context, staff: Actor, paper: int) -> None:
    renditions.add_file(COMMAND_LINE, paper, io.BytesIO(pdf(1)), "dong-lenh.pdf")
    assert "dong-lenh.pdf" not in told(staff, paper)
    assert "dong-lenh.pdf" in told(COMMAND_LINE, paper)


@pytest.mark.parametrize("way", [renditions.VERSION, renditions.RENDITION])
def test_the_trail_names_no_hidden_draft_after_a_join(
    site: Context, clerk: Actor, staff: Actor, auditor: Actor, paper: int, way: str
) -> None:
    draft = upload(clerk, decision(number="77", subject="Việc kín"), "nhap.docx")
    work(site)
    renditions.join(clerk, draft, paper, way, despite_readers=True)
    work(site)
    assert "77/QĐ-SGDĐT" in told(clerk, paper) and "77/QĐ-SGDĐT" in told(auditor, paper)
    assert "77/QĐ-SGDĐT" not in told(staff, paper) and f"'from_id': {draft}" not in told(staff, paper)


@pytest.mark.parametrize("kind", ["line", "check", "pin"])
def test_a_draft_that_inspections_name_is_not_joined(site: Context, clerk: Actor, paper: int, kind: str) -> None:
    draft = upload(clerk, decision(subject="Về việc khác"), "ban-khac.docx")
    work(site)
    with db.write() as session:
        inspection, checklist = Inspection(title="Kiểm tra"), Checklist(title="Danh mục")
        session.add_all([inspection, checklist])
        session.flush()
        made: dict[str, Base] = {
            "line": ChecklistLine(checklist_id=checklist.id, text="a", document_id=draft, anchor="dieu-1", place=1),
            "check": InspectionCheck(inspection_id=inspection.id, text="a", document_id=draft, anchor="dieu-1", place=1),
            "pin": Finding(inspection_id=inspection.id, text="a", pinned_document_id=draft, pinned_anchor="dieu-1"),
        }
        session.add(made[kind])
    with pytest.raises(Invalid) as refused:
        renditions.join(clerk, draft, paper, renditions.VERSION, despite_readers=True)
    assert refused.value.message == renditions.TIED
