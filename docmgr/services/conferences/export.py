"""The overview of the conferences of a year as XLSX."""

from __future__ import annotations

import datetime as dt

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.conferences import lists
from docmgr.services.conferences.lists import UnitYear
from docmgr.services.conferences.papers import PaperFile
from docmgr.services.conferences.records import KINDS, STATES
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Translate
from docmgr.services.people import agency
from docmgr.services.trail import log
from docmgr.writing import formats, tables
from docmgr.writing.tables import Cell, Table
from legaltext import dates
from legaltext.dates import VIETNAM

COLUMNS = ("Đơn vị", "Loại hội nghị", "Ngày họp", "Số người được triệu tập", "Số người dự", "Tình trạng", "Ngày công bố", "Quá hạn (ngày)")
TITLE = "Hội nghị cán bộ, công chức, viên chức và người lao động năm %d"
NOT_YET = "Chưa có hội nghị"
MADE = "Xuất lúc %(moment)s (UTC+7), người xuất: %(who)s"
# The rows of a file, as of the largest department with its schools.
MOST = 5_000


def xlsx(actor: Actor, year: int, translated: Translate = str, plan_id: int | None = None) -> PaperFile:
    """Write the overview of a year, of all units or of those of a plan, as XLSX and record an event. Raises Denied when the actor's roles may not read plans, and Invalid when there are
    more than MOST rows."""
    rows, total = lists.of_year(actor, year, plan_id=plan_id, limit=MOST)
    if total > MOST:
        raise Invalid(Message("Có %(total)s dòng, nhiều hơn %(most)s dòng của một tệp.", total=total, most=MOST))
    made = translated(MADE) % {"moment": dates.printed_moment(dt.datetime.now(VIETNAM), seconds=True), "who": actor.label}
    own = agency.name()
    table = Table(
        translated(TITLE) % year, (*([own] if own else []), made), tuple(map(translated, COLUMNS)), [_cells(row, translated) for row in rows],
        translated(tables.PAGE), translated(tables.SHEET),
    )  # fmt: skip
    body, _media_type = formats.write(table, "xlsx")
    with db.write() as session:
        log.record(session, actor, "conference:export", "conference", None, str(year), details={"format": "xlsx", "rows": len(rows)})
    return PaperFile(f"hoi-nghi-{year}.xlsx", body)


def _cells(row: UnitYear, translated: Translate) -> tuple[Cell, ...]:
    one = row.conference
    if one is None:
        return (row.unit, None, None, None, None, translated(NOT_YET), None, row.days_late or None)
    return (
        row.unit, translated(KINDS[one.kind]), one.held_on, one.invited, one.present, translated(STATES[one.state]), one.announced_on, row.days_late or None,
    )  # fmt: skip
