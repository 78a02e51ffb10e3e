"""A draft whose provisions are lines of checklists or what findings pin stays a document of its own."""

from __future__ import annotations

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import Base, Checklist, ChecklistLine, Finding, Inspection, InspectionCheck
from docmgr.policy import Actor
from docmgr.services.documents.confirming import renditions
from docmgr.services.errors import Invalid
from tests.filling.papers import decision
from tests.support.acting import upload, work


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
