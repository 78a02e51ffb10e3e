"""How far a plan is, section by section: the headings of its document under which its tasks stand, or its units where no task has a place in a
document that the actor may read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Plan, Task, Unit
from docmgr.policy import Actor
from docmgr.services.access import rule, versions
from docmgr.services.chunks import chunks
from docmgr.services.documents import references
from docmgr.services.errors import NotFound
from docmgr.services.planning.views import each
from docmgr.services.planning.views.each import KindCounts
from docmgr.services.planning.wanted import kinds
from docmgr.services.planning.wanted.filters import ELSEWHERE, TaskFilter, in_text, section_of
from legaltext import dates, labels

# So many units are rows of their own; the others are one row together.
UNITS_SHOWN = 30
# So many sections are, the first of the text.
SECTIONS_SHOWN = 100
_WORDS = 160
# Items by kind, and by the day on which they are due and kind.
Counted = tuple[KindCounts, dict[tuple[dt.date | None, str], int]]


@dataclass(frozen=True)
class Section:
    """A row of a plan. `section` is its key in a TaskFilter, or None for a unit `unit_id`, 0 for no unit; both are None in the row of all
    others. `words` are those of the heading in the document `document_id`, or the name of the unit; "" in the row of all other sections."""

    section: str | None
    unit_id: int | None
    words: str | None
    document_id: int | None
    counts: KindCounts
    days: dict[tuple[dt.date | None, str], int]

    @property
    def rest(self) -> bool:
        """Whether it stands for all units or sections that have no row of their own."""
        return self.section is None and self.unit_id is None


@dataclass(frozen=True)
class PlanSections:
    """The rows of a plan, and whether they are sections of its document."""

    rows: tuple[Section, ...]
    of_text: bool
    total: KindCounts


def load(actor: Actor, plan_id: int, *, by_day: bool = False) -> PlanSections:
    """Count the items of a plan by section and kind; `by_day` counts also by the day on which they are due. The number of queries does not depend
    on the plan. Raises Denied when the actor's roles may not read plans, and NotFound when there is no such plan."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        plan = session.get(Plan, plan_id)
        if plan is None:
            raise NotFound
        every = each.each(actor, TaskFilter(plan_id=plan_id))
        rows = session.execute(_by_anchor(actor, every, by_day)).all()
        if any(row.anchor is not None for row in rows):
            return _of_text(session, actor, plan, rows)
        return _of_units(session, every, by_day)


def _kind(every: Subquery) -> Any:
    return kinds.kind(every.c.state, every.c.due_on, dates.today()).label("kind")


def _by_anchor(actor: Actor, every: Subquery, by_day: bool) -> Any:
    anchor = case((in_text(actor), Task.anchor), else_=None).label("anchor")
    day = [every.c.due_on] if by_day else []
    tasks = select(Task.id, anchor, Task.position).where(Task.id.in_(select(every.c.task_id))).subquery()
    query = select(tasks.c.anchor, _kind(every), func.count().label("number"), *day).join(tasks, tasks.c.id == every.c.task_id)
    return query.group_by(tasks.c.anchor, "kind", *day).order_by(func.min(tasks.c.position), func.min(tasks.c.id))


def _of_text(session: Session, actor: Actor, plan: Plan, rows: Collection[Any]) -> PlanSections:
    summed = _summed((section_of(row.anchor) if row.anchor is not None else ELSEWHERE, row) for row in rows)
    # What stands elsewhere comes last.
    ordered = sorted(summed, key=lambda key: key == ELSEWHERE)
    keys, others = ordered[:SECTIONS_SHOWN], [summed[key] for key in ordered[SECTIONS_SHOWN:]]
    words = _headings(session, actor, plan, [key for key in keys if key != ELSEWHERE])
    found = tuple(Section(key, None, words.get(key), plan.document_id if key in words else None, *summed[key]) for key in keys)
    found += (Section(None, None, "", None, *_together(others)),) if others else ()
    return PlanSections(found, True, _total(found))


def _together(parts: Collection[Counted]) -> Counted:
    counts, days = KindCounts(), Counter[tuple[dt.date | None, str]]()
    for some, by_day in parts:
        days.update(by_day)
        for kind, number in some.by_kind.items():
            counts.add(kind, number)
    return counts, days


def _headings(session: Session, actor: Actor, plan: Plan, keys: Collection[str]) -> dict[str, str]:
    """The heading of each section in the newest text of the plan's document. Sections that it does not have are missing."""
    document = session.scalar(select(Document).where(Document.id == plan.document_id, rule.visible(actor)))
    version = versions.of_words(session, document) if document else None
    named = references.provisions(session, [(version.id, key) for key in keys]) if version else {}
    return {anchor: _heading(place) for (_version, anchor), place in named.items()}


def _heading(place: references.ProvisionRef) -> str:
    words = labels.opening(place.label, place.words) or place.words
    whole = words if words.startswith(place.label) else f"{place.label}. {words}"
    return whole if len(whole) <= _WORDS else whole[: _WORDS - 1] + "…"


def _of_units(session: Session, every: Subquery, by_day: bool) -> PlanSections:
    """The units with most to do, sorted by that, and the others together."""
    first = session.execute(
        select(every.c.unit_id, func.count()).group_by(every.c.unit_id).order_by(func.count().desc(), every.c.unit_id).limit(UNITS_SHOWN)
    ).all()
    shown = [unit_id or 0 for unit_id, _ in first]
    unit = func.coalesce(every.c.unit_id, 0)
    key = case((unit.in_(shown), unit), else_=-1).label("key")
    day = [every.c.due_on] if by_day else []
    rows = session.execute(select(key, _kind(every), func.count().label("number"), *day).group_by("key", "kind", *day)).all()
    summed = _summed((row.key, row) for row in rows)
    names = {number: name for some in chunks(shown) for number, name in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(some)))}
    keys = [*shown, *([-1] if -1 in summed else [])]
    found = tuple(Section(None, key if key >= 0 else None, names.get(key), None, *summed[key]) for key in keys)
    return PlanSections(found, False, _total(found))


def _summed(rows: Any) -> dict[Any, Counted]:
    found: dict[Any, Counted] = {}
    for key, row in rows:
        counts, days = found.setdefault(key, (KindCounts(), {}))
        counts.add(row.kind, row.number)
        place = (getattr(row, "due_on", None), row.kind)
        days[place] = days.get(place, 0) + row.number
    return found


def _total(rows: Collection[Section]) -> KindCounts:
    total = KindCounts()
    for row in rows:
        for kind, number in row.counts.by_kind.items():
            total.add(kind, number)
    return total
