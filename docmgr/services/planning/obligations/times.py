"""The due rule of an obligation (reading.types.Due as data): its words, and the fields of a task about its times and units."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from docmgr.services import forms
from docmgr.services.message import Message
from docmgr.services.planning.due import MOST_DAYS
from docmgr.services.planning.occurrences import recurrence as periods
from docmgr.services.planning.occurrences.spread import SpreadInput
from legaltext import dates

RULES = {
    "": "Không nêu thời hạn",
    "fixed": "Có thời hạn cụ thể",
    "recurring": "Định kỳ",
    "after": "Một số ngày sau sự kiện",
    "inherited": "Theo văn bản khác",
    "continuous": "Thường xuyên",
    "request": "Theo yêu cầu",
}
EVERY = {
    "": "Định kỳ (không nêu kỳ)",
    "week": "Hằng tuần",
    "month": "Hằng tháng",
    "quarter": "Hằng quý",
    "half-year": "06 tháng một lần",
    "semester": "Mỗi học kỳ",
    "year": "Hằng năm",
    "school-year": "Mỗi năm học",
}
UNITS = {
    "working-day": "ngày làm việc",
    "day": "ngày",
    "week": "tuần",
    "month": "tháng",
    "year": "năm",
}
# The period of a task that recurs, and the month with which its first one in a year ends; a school year ends with May. Weeks and
# semesters are told by the task's note.
_PERIODS = {"month": ("month", 1), "quarter": ("quarter", 3), "half-year": ("half_year", 6), "year": ("year", 12), "school-year": ("school_year", 5)}
# Days of a calendar in a period of these; months and years differ in length.
_DAYS = {"day": 1, "working-day": 1, "week": 7}
NOTHING: dict[str, Any] = {"rule": None, "on": None, "every": None, "n": None, "unit": None, "event": None}


def words(due: Mapping[str, Any]) -> Message:
    """Say when an obligation is due."""
    rule, event = due.get("rule"), due.get("event")
    if rule == "fixed" and _day(due):
        return Message("Đến ngày %(day)s", day=forms.day(_day(due)) or "")
    if rule == "recurring":
        every = _said(EVERY, due.get("every"), "")
        return Message("%(every)s; %(more)s", every=every, more=event) if event else every
    if rule == "after" and due.get("n"):
        unit = _said(UNITS, due.get("unit"), "day")
        if event:
            return Message("%(n)s %(unit)s sau: %(event)s", n=due["n"], unit=unit, event=event)
        return Message("Trong %(n)s %(unit)s", n=due["n"], unit=unit)
    if rule == "inherited" and event:
        return Message("Theo %(event)s", event=event)
    return _said(RULES, rule, "")


def _said(table: Mapping[str, str], key: Any, otherwise: str) -> Message:
    said = table.get(key or otherwise, table[otherwise])
    return Message(said)


def task_fields(due: Mapping[str, Any], otherwise: dt.date | None) -> dict[str, Any]:
    """The fields of TaskInput about the time of a task. `otherwise` is the last day of a task of which the text says no time.
    What a task cannot say as data, its note says in Vietnamese."""
    rule, note = due.get("rule"), words(due).told()
    if rule == "fixed" and _day(due):
        return {"due_rule": "fixed", "due_on": _day(due)}
    if rule == "recurring":
        return {"due_rule": "recurring", "due_note": note}
    if rule == "after":
        unit, days = due.get("unit") or "day", (due.get("n") or 0) * _DAYS.get(due.get("unit") or "day", 0)
        if 1 <= days <= MOST_DAYS:
            return {"due_rule": "event", "due_note": note, "due_days": days, "due_unit": "working" if unit == "working-day" else "calendar"}
        return {"due_rule": "event", "due_note": note}
    if rule in ("inherited", "continuous"):
        return {"due_rule": rule, "due_note": note if rule == "inherited" else None}
    if rule == "request":
        return {"due_rule": "on_request"}
    return {"due_rule": "fixed", "due_on": otherwise}


def recurrence(due: Mapping[str, Any], year: int, issued: dt.date) -> SpreadInput:
    """When a task of a plan of this year recurs. Its days are counted from the one that the text says, if it is in that year, else from the
    end of the first period, and those before `issued`, when the text was issued, are left out; if all are, the last one is kept. A school year begins
    in the year of the plan and ends in the next one. Empty where the text names no period that a task can have."""
    if due.get("rule") != "recurring" or due.get("every") not in _PERIODS:
        return SpreadInput()
    every, month = _PERIODS[due["every"]]
    begins, ends = dt.date(year, 1, 1), dt.date(year, 12, 31)
    if every == "school_year":
        year, ends = year + 1, dt.date(year + 1, 5, 31)
    said = _day(due)
    start = said if said and begins <= said <= ends else dt.date(year, month, calendar.monthrange(year, month)[1])
    days = periods.days(every, start, ends)
    first = next((day for day in days if day >= issued), days[-1])
    # Without an end it is that of the plan's year.
    return SpreadInput(every, first, ends if first.year > begins.year else None)


def by_units(recurring: SpreadInput, many: str | None, below_id: int | None) -> SpreadInput:
    """Give what recurs so to each unit below `below_id` whose name begins with `many`, where a text asks it of many units and a person
    has said which unit they are below; else return it as it is."""
    if many is None or below_id is None:
        return recurring
    return replace(recurring, fan_out="below", unit_id=below_id, words=many or None)


def is_blank(due: Mapping[str, Any]) -> bool:
    """Whether the text says no time, so that a person must give a day."""
    return task_fields(due, None) == {"due_rule": "fixed", "due_on": None}


def _day(due: Mapping[str, Any]) -> dt.date | None:
    try:
        return dates.parse(due["on"]) if due.get("on") else None
    except ValueError:
        return None
