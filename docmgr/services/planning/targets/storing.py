"""Store the target figure of a task, and the figure that a task or an occurrence reached."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from docmgr.models import Occurrence, Task
from docmgr.reading.obligations import figures
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words

RULES = {"least": "Ít nhất", "most": "Không quá"}
SHARE = "%"
WORDS = 500
_SAID = {"least": "ít nhất %(figure)s", "most": "không quá %(figure)s"}


@dataclass(frozen=True)
class TargetInput:
    """The target of a task's form. `number` is as it was typed, "" for none; `rule` a key of RULES. `words` are those of the document. `each`
    says that each occurrence is to reach it; otherwise the figures of all occurrences are added up. A percentage is always of each."""

    number: str = ""
    unit: str | None = None
    rule: str = "least"
    words: str | None = None
    each: bool = False


def of_words(words: str | None, *, each: bool = False) -> TargetInput:
    """The target that words of a document ask for; without a number only its words."""
    found = figures.figure(words)
    if found is None:
        return TargetInput(words=words, each=False)
    return TargetInput(figures.printed(found.number), found.unit, "most" if found.at_most else "least", words, each)


def stored(task: Task) -> TargetInput:
    """The target of a task as its form shows it."""
    if task.target is None:
        return TargetInput(words=task.target_words)
    return TargetInput(figures.printed(task.target), task.target_unit, task.target_rule or "least", task.target_words, task.target_each)


def fill(task: Task, given: TargetInput) -> None:
    """Set the target of a task. Raises Invalid with the field."""
    number, unit = read(given.number, "target"), forms.cleaned(given.unit, "target_unit", figures.UNIT)
    words = forms.cleaned(given.words, "target_words", WORDS)
    if number is None and unit is not None:
        raise Invalid(Message("Hãy nhập số của chỉ tiêu, hoặc bỏ trống cả đơn vị tính."), "target")
    if number is not None and unit is None:
        raise Invalid(Message("Hãy ghi đơn vị tính của chỉ tiêu, ví dụ: %, cuộc, hồ sơ."), "target_unit")
    task.target, task.target_unit, task.target_words = number, unit, words
    task.target_rule = forms.one_of(given.rule, RULES, "target_rule") if number is not None else None
    task.target_each = number is not None and (given.each or is_share(unit))


def forget_reached(session: Session, task: Task) -> None:
    """Take away the figures that were measured in a unit which the target no longer has."""
    task.reached = None
    measured = Occurrence.task_id == task.id, Occurrence.reached.is_not(None)
    session.execute(update(Occurrence).where(*measured).values(reached=None, revision=Occurrence.revision + 1).execution_options(synchronize_session=False))


def reach(row: Task | Occurrence, task: Task, text: str | None) -> None:
    """Set the figure that a task, or an occurrence of it, reached; blank for none, and None leaves what it has. Raises Invalid when it is no
    number, or the task has no target."""
    if text is None:
        return
    found = read(text, "reached")
    if found is not None and task.target is None:
        raise Invalid(Message("Nhiệm vụ này không có chỉ tiêu bằng số."), "reached")
    if task.target is not None:
        row.reached = found


def read(text: str, field: str) -> int | None:
    """Read a typed figure in thousandths; None when it is blank. Raises Invalid with the field."""
    cleaned = forms.cleaned(text, field, figures.UNIT)
    if cleaned is None:
        return None
    found = figures.number(cleaned)
    if found is None:
        raise Invalid(Message("Hãy nhập một số từ 0 đến 999.999.999, dấu phẩy trước phần thập phân (nhiều nhất 3 chữ số), ví dụ: 98,5 hoặc 1.200."), field)
    return found


def is_share(unit: str | None) -> bool:
    """Whether figures of this unit are percentages, which do not add up."""
    return unit is not None and unit.startswith(SHARE)


def measured(number: int, unit: str | None) -> str:
    """Write a figure with its unit: "98,5%", "12 cuộc"."""
    return figures.printed(number) + ("" if is_share(unit) else " ") + (unit or "")


def said(task: Task) -> Message | None:
    """Say the target of a task: "ít nhất 95%". None when it has none."""
    return wanted(task.target, task.target_unit, task.target_rule) if task.target is not None else None


def wanted(number: int, unit: str | None, rule: str | None) -> Message:
    """Say a target: "không quá 5 vụ"."""
    return Message(_SAID[rule or "least"], figure=measured(number, unit))


def shown(task: Task) -> dict[str, Words | None]:
    """The target of a task for the trail, by the Vietnamese label of each field."""
    each = task.target_each and not is_share(task.target_unit)
    return {"Chỉ tiêu": said(task), "Chỉ tiêu của từng kỳ, từng đơn vị": Message("Có") if each else None, "Lời văn về chỉ tiêu": task.target_words}


def reached(row: Task | Occurrence) -> str | None:
    """The figure that a task or an occurrence reached, for the trail."""
    return figures.printed(row.reached) if row.reached is not None else None
