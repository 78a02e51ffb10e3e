"""The obligations of one version as the page lists them, and how one is loaded to be changed.

This module decides who may work on them: clerks and leaders, and whoever may edit the document; all of them need the right
to edit plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import keys, policy
from docmgr.models import Document, Task, Version, VersionObligation
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import guard, versions
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.planning.obligations import times
from docmgr.services.planning.obligations.units import SiteUnits, kind_of_many

STATES = {"proposed": "Chờ xử lý", "accepted": "Đã giao", "dropped": "Đã bỏ"}
NONE_CHOSEN = Message("Chưa chọn mục nào.")
TAKEN = Message("Có mục vừa được người khác xử lý, hoặc văn bản vừa được đọc lại. Chưa có gì được lưu; danh sách dưới đây là mới nhất.")
# As many as stand on one page, and at most so many are changed at once.
PAGE_SIZE = 100


@dataclass(frozen=True)
class Picked:
    """An obligation that a person chose, with the revision that the page showed."""

    id: int
    revision: int


@dataclass(frozen=True)
class TaskRef:
    """The task that was made of an obligation."""

    id: int
    title: str
    state: str


@dataclass(frozen=True)
class ObligationRow:
    """An obligation as a page shows it. `quote` are its words, "" when they are no longer in the text. `lead` is (id, name) of
    the unit in charge, matched from the printed names unless a person chose it; None when no unit is meant. `many` says how the names of the
    units begin when many are meant instead (units.kind_of_many). `support` are the units that help, as `lead`. `why` are pairs (part, words of the text that made it)."""

    id: int
    revision: int
    state: str
    start: int
    end: int
    anchor: str
    quote: str
    action: str
    units: tuple[str, ...]
    supporting: tuple[str, ...]
    lead: tuple[int, str] | None
    many: str | None
    support: tuple[tuple[int, str], ...]
    due: dict[str, Any]
    due_words: Message
    evidence: str | None
    target: str | None
    sure: bool
    changed: bool
    why: tuple[tuple[str, str], ...]
    task: TaskRef | None


def row_of(one: VersionObligation, text: str, units: SiteUnits, task: TaskRef | None) -> ObligationRow:
    """Make the row of an obligation. `text` is that of its version."""
    lead = one.lead_id if one.lead_id is not None else next(iter(units.all_meant(one.units)), None)
    support = one.support_ids if one.support_ids is not None else units.all_meant([*one.units, *one.supporting])
    return ObligationRow(
        id=one.id, revision=one.revision, state=one.state, start=one.start, end=one.end, anchor=one.anchor,
        quote=text[one.start : one.end], action=one.action, units=tuple(one.units), supporting=tuple(one.supporting),
        lead=next(iter(units.pairs([lead])), None) if lead is not None else None, many=kind_of_many(one.units) if lead is None else None,
        support=units.pairs([number for number in support if number != lead]),
        due=dict(one.due), due_words=times.words(one.due), evidence=one.evidence, target=one.target,
        sure=one.sure == "good", changed=one.changed,
        why=tuple((why["part"], text[why["start"] : why["end"]]) for why in one.why), task=task,
    )  # fmt: skip


def tasks_of(session: Session, found: Iterable[VersionObligation]) -> dict[int, TaskRef]:
    """Load the tasks of obligations, by task id."""
    ids = {one.task_id for one in found if one.task_id is not None}
    rows = session.execute(select(Task.id, Task.title, Task.state).where(Task.id.in_(ids))) if ids else ()
    return {row.id: TaskRef(row.id, row.title, row.state) for row in rows}


def may_work(actor: Actor, document: Document) -> bool:
    """Whether the actor, who may read the document, may accept, change and drop its obligations."""
    if not policy.may(actor, "plan:edit"):
        return False
    return forms.edits_all(actor) or "edit" in guard.rights(actor, document)


def held(session: Session, actor: Actor, document_id: int, picked: Sequence[Picked], *states: str) -> list[VersionObligation]:
    """Lock the obligations that a person picked, in the order of the text. They belong to one version, whose row is the lock of
    all its obligations; tasks made of them are locked before it.

    Raises NotFound when the actor may not read the document, Denied when the actor may not work on it, Invalid when nothing is
    picked, and Conflict when one of them is not as the page showed it, or in none of `states`."""
    policy.require(actor, "plan:edit")
    document = guard.readable(session, actor, document_id)
    if not may_work(actor, document):
        raise Denied("plan:edit")
    wanted = {one.id: one.revision for one in picked if one.id <= keys.LARGEST}
    if not wanted or len(wanted) > 2 * PAGE_SIZE:
        raise Invalid(NONE_CHOSEN, "pick")
    of_it = (
        select(VersionObligation).join(Version, Version.id == VersionObligation.version_id)
        .where(VersionObligation.id.in_(wanted), Version.document_id == document_id, versions.seen_by(actor))
    )  # fmt: skip
    before = list(session.scalars(of_it))
    # Whoever reads a version again locks its tasks and then the version; the same order prevents deadlocks.
    made = sorted({one.task_id for one in before if one.task_id is not None})
    session.execute(select(Task.id).where(Task.id.in_(made)).order_by(Task.id).with_for_update(key_share=True)).all()
    for version_id in sorted({one.version_id for one in before}):
        session.execute(select(Version.id).where(Version.id == version_id).with_for_update(key_share=True)).all()
    session.flush()
    rows = list(session.scalars(of_it.order_by(VersionObligation.start, VersionObligation.id).execution_options(populate_existing=True)))
    if len(rows) != len(wanted) or len({row.version_id for row in rows}) != 1:
        raise Conflict(TAKEN)
    if any(row.revision != wanted[row.id] or row.state not in states for row in rows):
        raise Conflict(TAKEN)
    return rows


def one(session: Session, actor: Actor, document_id: int, obligation_id: int) -> tuple[VersionObligation, Version]:
    """Load an obligation of a document with its version. Raises NotFound unless the actor may read the document and see the
    version."""
    guard.readable(session, actor, document_id)
    query = (
        select(VersionObligation, Version).join(Version, Version.id == VersionObligation.version_id)
        .where(VersionObligation.id == obligation_id, Version.document_id == document_id, versions.seen_by(actor))
    )  # fmt: skip
    found = session.execute(query).first() if abs(obligation_id) <= keys.LARGEST else None
    if found is None:
        raise NotFound
    return found[0], found[1]
