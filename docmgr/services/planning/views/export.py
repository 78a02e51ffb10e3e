"""Lists of tasks and the matrix of legal bases as files, each with an event of the trail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docmgr import db, policy
from docmgr.models import Plan
from docmgr.policy import Actor
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.planning import lists, plans
from docmgr.services.planning.lists import WORDS, TaskRow
from docmgr.services.planning.views import matrix
from docmgr.services.planning.views.matrix import BasisPlace, Matrix
from docmgr.services.planning.wanted import met
from docmgr.services.planning.wanted.filters import TaskFilter
from docmgr.services.planning.wanted.met import Reach
from docmgr.services.trail import log, readings
from docmgr.writing import formats, tables
from docmgr.writing.tables import Cell, Table
from legaltext import dates

# More rows than these are refused: the list is to be narrowed.
MOST_TASKS = 5_000
MOST_BASES = 2_000
MATRIX_FORMS = ("xlsx", "docx")
TASKS_TITLE, MATRIX_TITLE = "Danh sách nhiệm vụ", "Ma trận căn cứ, nhiệm vụ, kiểm tra"
MADE = "Xuất lúc %(moment)s (UTC+7), người xuất: %(who)s"
TASK_COLUMNS = (
    "STT", "Nhiệm vụ", "Kế hoạch", "Kỳ", "Đơn vị thực hiện", "Đơn vị phối hợp", "Hạn", "Trạng thái", "Quá hạn (ngày)", "Minh chứng cần có", "Số minh chứng", "Chỉ tiêu", "Đạt được", "Kết quả so với chỉ tiêu", "Lời trích",
)  # fmt: skip
MATRIX_COLUMNS = ("Căn cứ", "Điều khoản", "Nhiệm vụ", "Xong", "Quá hạn", "Xong, chưa có minh chứng", "Cuộc kiểm tra")
TOTALS = {
    "items": "Tổng số nhiệm vụ: %(n)s", "baseless": "Nhiệm vụ không có căn cứ: %(n)s", "unproven": "Xong, chưa có minh chứng: %(n)s",
    "never": "Căn cứ chưa từng được kiểm tra: %(n)s",
}  # fmt: skip
NOBODY = "Chưa có nhiệm vụ nào thực hiện"
TYPED = "Căn cứ nhập tay"
Translated = Callable[[str], str]


@dataclass(frozen=True)
class ViewFile:
    """A finished file."""

    name: str
    media_type: str
    body: bytes


def tasks(actor: Actor, wanted: TaskFilter, translated: Translated = str) -> ViewFile:
    """Write the tasks and occurrences of a filter as XLSX, in the order of the list; `translated` translates Vietnamese words. Words of documents are
    recorded as read. Raises Denied when the actor's roles may not read plans, and Invalid when there are none or more than MOST_TASKS."""
    policy.require(actor, "plan:read")
    total = lists.find(actor, wanted, per_page=0)[1]
    if not total:
        raise Invalid(Message("Không có nhiệm vụ nào khớp bộ lọc."))
    if total > MOST_TASKS:
        raise Invalid(Message("Danh sách có %(total)s nhiệm vụ, nhiều hơn %(most)s dòng của một tệp. Hãy lọc bớt.", total=total, most=MOST_TASKS))
    rows, _ = lists.find(actor, wanted, per_page=MOST_TASKS)
    readings.record(actor, {row.document_id for row in rows if row.document_id is not None and row.quote})
    cells = [_task(number, row, translated) for number, row in enumerate(rows, start=1)]
    table = _table(actor, translated(TASKS_TITLE), (), TASK_COLUMNS, cells, translated)
    return _file(actor, table, "xlsx", "danh-sach-nhiem-vu", "task:export", None, len(cells))


def coverage(actor: Actor, plan_id: int | None, form: str, translated: Translated = str) -> ViewFile:
    """Write the matrix of a plan, None for all plans, as a file; `form` is one of MATRIX_FORMS. Raises Denied when the actor's roles may not read plans,
    NotFound when there is no such plan, and Invalid for another form and for more than MOST_BASES rows."""
    policy.require(actor, "plan:read")
    if form not in MATRIX_FORMS:
        raise Invalid(Message("Hãy chọn dạng tệp: XLSX hoặc DOCX."), "form")
    found = matrix.load(actor, plan_id, limit=MOST_BASES)
    if found.total > MOST_BASES:
        raise Invalid(Message("Ma trận có %(total)s căn cứ, nhiều hơn %(most)s dòng của một tệp. Hãy xuất theo từng kế hoạch.", total=found.total, most=MOST_BASES))
    readings.record(actor, {one.source_id for one in found.unused})
    cells: list[tuple[Cell, ...]] = [
        (*_basis(row.basis, translated), row.tasks, row.done, row.late, row.unproven, row.inspections) for row in found.rows
    ]
    cells += [(one.label, translated(NOBODY), 0, 0, 0, 0, None) for one in found.unused]
    table = _table(actor, translated(MATRIX_TITLE), _totals(found, translated), MATRIX_COLUMNS, cells, translated)
    return _file(actor, table, form, "ma-tran-can-cu", "plan:matrix", plan_id, len(cells))


def _task(number: int, row: TaskRow, translated: Translated) -> tuple[Cell, ...]:
    late = (dates.today() - row.due_on).days if row.overdue and row.due_on else None
    return (
        number, row.title, row.plan_title, row.number, row.lead, ", ".join(row.support), row.due_on, translated(WORDS[row.state]), late,
        row.expected_evidence, row.evidence, *_target(row.reach, translated), row.quote,
    )  # fmt: skip


def _target(reach: Reach | None, translated: Translated) -> tuple[Cell, Cell, Cell]:
    if reach is None:
        return None, None, None
    verdict = {True: translated(met.MET), False: translated(met.MISSED), None: None}[reach.met]
    return reach.wanted.told(translated), reach.figure or None, verdict


def _basis(basis: BasisPlace, translated: Translated) -> tuple[Cell, Cell]:
    if basis.document is None:
        return basis.typed, translated(TYPED)
    return " · ".join(filter(None, (basis.document.label, basis.document.subject))), basis.label


def _totals(found: Matrix, translated: Translated) -> tuple[str, ...]:
    numbers = {"items": found.items, "baseless": found.baseless, "unproven": found.unproven, "never": found.never}
    return tuple(translated(words) % {"n": numbers[name]} for name, words in TOTALS.items() if numbers[name] is not None)


def _table(
    actor: Actor, title: str, notes: tuple[str, ...], columns: tuple[str, ...], cells: list[tuple[Cell, ...]], translated: Translated
) -> Table:
    made = translated(MADE) % {"moment": dates.printed_moment(db.now(), seconds=True), "who": actor.label}
    return Table(title.upper(), (*notes, made), tuple(map(translated, columns)), cells, translated(tables.PAGE), translated(tables.SHEET))


def _file(actor: Actor, table: Table, form: str, name: str, action: str, plan_id: int | None, rows: int) -> ViewFile:
    body, media_type = formats.write(table, form)
    with db.write() as session:
        plan = session.get(Plan, plan_id) if plan_id is not None else None
        label = plans.titled(plan.title, plan.year) if plan else table.title.capitalize()
        log.record(session, actor, action, "plan", plan_id, label, document_id=plan.document_id if plan else None, details={"rows": rows, "format": form})
    return ViewFile(f"{name}.{form}", media_type, body)
