"""A checklist, its line, a line of an inspection with a photo, and a line of the plan of a year, for walks over all addresses."""

from __future__ import annotations

import io

from docmgr import context, db
from docmgr.models import ChecklistLine, CheckPhoto, InspectionCheck
from docmgr.policy import COMMAND_LINE
from docmgr.services.inspection import planned
from docmgr.services.inspection.checklists import lines, templates
from docmgr.services.inspection.planned import PlannedInput


def fill(inspection_id: int, unit_id: int) -> dict[str, int]:
    """Make them for an inspection; return their ids by the names that addresses have for them."""
    checklist = templates.create(COMMAND_LINE, "Danh mục thử")
    templates.add_text(COMMAND_LINE, checklist, "Nội dung thử")
    lines.take(COMMAND_LINE, inspection_id, checklist)
    plan = planned.create(COMMAND_LINE, PlannedInput("Kiểm tra thử", 2024, unit_ids=(unit_id,)))
    jpeg = b"\xff\xd8\xff\xe0"
    stored = context.current().storage.put(io.BytesIO(jpeg), len(jpeg))
    with db.write() as session:
        line = session.query(ChecklistLine).filter_by(checklist_id=checklist).one()
        check = session.query(InspectionCheck).filter_by(line_id=line.id).one()
        photo = CheckPhoto(check_id=check.id, sha256=stored.sha256, size=4, width=1, height=1, created_by_label="Thử")
        session.add(photo)
        session.flush()
        return {"checklist_id": checklist, "line_id": line.id, "check_id": check.id, "photo_id": photo.id, "planned_id": plan}
