"""What the rows of a workbook would become, and what is wrong with their cells. Nothing is stored."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Assignment, Task, Unit
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people.unit_names import UnitNames
from docmgr.services.planning import tasks
from docmgr.services.planning.lists import DUE_RULES
from docmgr.services.planning.occurrences import recurrence
from docmgr.services.planning.occurrences.recurrence import EVERY
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.targets import storing as targets
from docmgr.services.planning.targets.storing import TargetInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.start.sheets import CellFault
from docmgr.services.start.task_sheets import uploads
from docmgr.services.start.task_sheets.columns import COLUMNS
from docmgr.services.start.task_sheets.uploads import StoredSheet
from indexer import fold
from legaltext import dates
from legaltext.text import clean_line

# Field → the most characters it takes, as the form of a task.
LONGEST = {"title": 2000, "due_note": 1000, "expected_evidence": 2000, "legal_basis": 2000, "target": targets.WORDS}
_RULES = {fold(words): rule for rule, words in DUE_RULES.items()}
_EVERY = {fold(words): every for every, words in EVERY.items()}
_BETWEEN = re.compile(r"[;\n]")
# Which column of the workbook is which, by key of COLUMNS.
Places = Mapping[str, int]


@dataclass(frozen=True)
class PlannedTask:
    """A task that a row would make; `lead` is the name of its leading unit."""

    number: int
    given: TaskInput
    lead: str


@dataclass(frozen=True)
class TaskPlan:
    """What the rows lead to: `new` tasks, the numbers of rows whose task the plan has already (`kept`), and what is wrong. With any of `faults`
    nothing is made."""

    new: tuple[PlannedTask, ...]
    kept: tuple[int, ...]
    faults: tuple[CellFault, ...]


def plan(actor: Actor, sheet: StoredSheet, places: Places) -> TaskPlan:
    """Work out what the rows of a workbook would become, with these columns. Raises Denied and NotFound as `uploads.check` does, and Invalid with
    the field when a required column is missing or one is used twice."""
    uploads.check(actor, sheet.plan_id)
    with db.read() as session:
        return planned(session, actor, sheet, places)


def planned(session: Session, actor: Actor, sheet: StoredSheet, places: Places) -> TaskPlan:
    """As `plan`, in an open session and without asking for the right."""
    _check(sheet, places)
    units = list(session.scalars(select(Unit)))
    reader = _RowReader(actor, sheet, places, UnitNames([(unit.name, unit.abbreviation, unit.id) for unit in units]))
    called = {unit.id: unit.name for unit in units}
    has = {(_same(title), lead) for title, lead in session.execute(select(Task.title, Assignment.unit_id).join(Assignment).where(Task.plan_id == sheet.plan_id, Assignment.role == "lead"))}
    new, kept, first = [], list[int](), dict[tuple[str, int | None], int]()
    for number, texts in sheet.rows:
        given = reader.row(number, texts)
        key = _same(given.title), given.lead_id
        if given.lead_id is not None and key in has:
            kept.append(number)
        elif key in first and given.title and given.lead_id is not None:
            reader.fault(number, "title", Message("trùng với dòng %(other)s", other=first[key]))
        else:
            first[key] = number
            new.append(PlannedTask(number, given, called.get(given.lead_id or 0, "")))
    wrong = {fault.number for fault in reader.faults}
    return TaskPlan(tuple(one for one in new if one.number not in wrong), tuple(kept), tuple(reader.faults))


def _check(sheet: StoredSheet, places: Places) -> None:
    for key, column in COLUMNS.items():
        if column.required and key not in places:
            raise Invalid(Message("Hãy chọn cột “%(column)s”.", column=column.label), key)
        if key in places and not 0 <= places[key] < len(sheet.head):
            raise Invalid(Message("Hãy chọn một mục trong danh sách."), key)
    for key, place in places.items():
        if key in COLUMNS and list(places.values()).count(place) > 1:
            raise Invalid(Message("Một cột của tệp chỉ dùng cho một mục."), key)


class _RowReader:
    """Reads rows, and keeps what is wrong with their cells."""

    def __init__(self, actor: Actor, sheet: StoredSheet, places: Places, units: UnitNames[int]) -> None:
        self.actor, self.places, self.units, self.year = actor, places, units, sheet.plan_year
        self.faults: list[CellFault] = []

    def fault(self, number: int, key: str, told: Message) -> None:
        self.faults.append(CellFault(number, COLUMNS[key].label, told))

    def row(self, number: int, texts: tuple[str, ...]) -> TaskInput:
        """Read one row. What cannot be read is a fault, and blank in the answer."""
        cells = {key: texts[place].strip() if place < len(texts) else "" for key, place in self.places.items()}
        for key, most in LONGEST.items():
            if len(cells.get(key, "")) > most:
                self.fault(number, key, Message("dài quá %(most)s ký tự", most=most))
        if not cells["title"]:
            self.fault(number, "title", Message("hãy ghi nội dung nhiệm vụ"))
        lead = self._unit(number, "lead", cells["lead"]) if cells["lead"] else None
        if not cells["lead"]:
            self.fault(number, "lead", Message("hãy ghi đơn vị chủ trì"))
        support = tuple(found for name in self._names(cells.get("support", "")) if (found := self._unit(number, "support", name)) is not None)
        if lead is not None and not tasks.may_edit_units(self.actor, {lead, *support}):
            self.fault(number, "lead", Message("đơn vị của bạn phải chủ trì hoặc phối hợp"))
        rule, due_on, spread = self._when(number, cells)
        return TaskInput(
            title=cells["title"], lead_id=lead, support_ids=support, due_rule=rule, due_on=due_on, due_note=cells.get("due_note"),
            expected_evidence=cells.get("expected_evidence"), legal_basis=cells.get("legal_basis"), spread=spread,
            target=self._target(number, cells.get("target", "")),
        )  # fmt: skip

    def _target(self, number: int, text: str) -> TargetInput:
        found = targets.of_words(text or None)
        if text and not found.number:
            self.fault(number, "target", Message("hãy ghi số và đơn vị tính, ví dụ: ít nhất 95% hồ sơ"))
        return found

    def _names(self, text: str) -> list[str]:
        """Names of units between semicolons; between commas where the whole is no name."""
        parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        return [name for part in parts for name in ([part] if self.units.meant(part) else [one.strip() for one in part.split(",") if one.strip()])]

    def _unit(self, number: int, key: str, name: str) -> int | None:
        found = self.units.meant(clean_line(name))
        if len(found) == 1:
            return next(iter(found))
        several = Message("có nhiều đơn vị gọi là “%(name)s”; hãy ghi tên đầy đủ", name=name[:100])
        self.fault(number, key, several if found else Message("không có đơn vị “%(name)s”", name=name[:100]))
        return None

    def _day(self, number: int, key: str, text: str) -> dt.date | None:
        if not text:
            return None
        try:
            return dates.parse(text)
        except ValueError:
            self.fault(number, key, Message("“%(text)s” không phải ngày; hãy ghi dạng 05/02/2026", text=text[:50]))
            return None

    def _when(self, number: int, cells: Mapping[str, str]) -> tuple[str, dt.date | None, SpreadInput]:
        """When the task is due: its rule, its day, and its periods."""
        before = len(self.faults)
        due_on, first, until = (self._day(number, key, cells.get(key, "")) for key in ("due_on", "recurs_from", "recurs_until"))
        every = self._one_of(number, "recurs_every", cells.get("recurs_every", ""), _EVERY, EVERY)
        rule = self._one_of(number, "due_rule", cells.get("due_rule", ""), _RULES, DUE_RULES)
        if len(self.faults) > before:
            return "continuous", None, SpreadInput()
        rule = rule or ("recurring" if every else "fixed" if due_on else None)
        if rule is None or (rule == "fixed" and due_on is None):
            self.fault(number, "due_on" if "due_on" in self.places else "title", Message("hãy ghi ngày đến hạn, hoặc loại thời hạn khác"))
        elif every and rule != "recurring":
            self.fault(number, "recurs_every", Message("chỉ dùng với loại thời hạn “Định kỳ”"))
        elif every:
            first, until = self._periods(number, every, first, until)
        elif first and due_on and due_on < first:
            self.fault(number, "due_on", Message("ngày đến hạn trước ngày bắt đầu"))
        spread = SpreadInput(every, first, until) if every and rule == "recurring" else SpreadInput()
        return rule or "continuous", due_on, spread

    def _periods(self, number: int, every: str, first: dt.date | None, until: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
        try:
            return recurrence.checked(every, first, until, self.year)
        except Invalid as wrong:
            key = wrong.field if wrong.field in self.places else "recurs_every"
            self.fault(number, key or "recurs_every", wrong.message)
            return None, None

    def _one_of(self, number: int, key: str, text: str, known: Mapping[str, str], words: Mapping[str, str]) -> str | None:
        if not text:
            return None
        found = known.get(" ".join(fold(text).split()))
        if found is None:
            self.fault(number, key, Message("hãy ghi một trong: %(words)s", words="; ".join(words.values())))
        return found


def _same(title: str) -> str:
    return " ".join((forms.cleaned(title, "title") or "").lower().split())
