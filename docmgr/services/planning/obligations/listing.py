"""The page on which a person works through the obligations of a document: the text with their words marked, and one page of
the list beside it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import Document, Plan, VersionObligation
from docmgr.policy import Actor
from docmgr.reading.obligations.find import TYPES
from docmgr.services import forms
from docmgr.services.documents import page as document_page
from docmgr.services.documents.page import DocumentFrame, ProvisionExtent
from docmgr.services.documents.rereading import obligations as finding
from docmgr.services.planning import plans
from docmgr.services.planning.obligations import following, rows, units
from docmgr.services.planning.obligations.following import FollowedTasks
from docmgr.services.planning.obligations.rows import PAGE_SIZE, ObligationRow
from docmgr.services.texts.view import OUTLINE_KINDS
from legaltext import dates

# So many plans are offered, those of the document first.
PLANS_OFFERED = 100
_YEAR = re.compile(r"\bnăm (?:học )?(\d{4})\b", re.IGNORECASE)


@dataclass(frozen=True)
class MarkedRun:
    """A piece of a line. `ids` are the obligations that it belongs to."""

    text: str
    ids: tuple[int, ...]


@dataclass(frozen=True)
class MarkedLine:
    """A line of the text. `anchor` is the provision that begins with it, or None; `heading` tells whether it is one."""

    anchor: str | None
    heading: bool
    runs: tuple[MarkedRun, ...]


@dataclass(frozen=True)
class ObligationList:
    """The page. `shown` are the obligations of one page of the list, in the order of the text, without dropped ones; `dropped`
    are those. `lines` are the part of the text in which they stand. `counts` has the number of obligations by state. `plans`
    are (id, title, year) of the plans that can get tasks, `own_plan_id` the one that was issued as this document. `year` is
    the year for a new plan. `units` are (id, name) of all units, `superior` those with other units below. `followed` has the tasks of older versions."""

    page: DocumentFrame
    shown: tuple[ObligationRow, ...]
    dropped: tuple[ObligationRow, ...]
    lines: tuple[MarkedLine, ...]
    counts: dict[str, int]
    total: int
    may_work: bool
    plans: tuple[tuple[int, str, int], ...]
    own_plan_id: int | None
    year: int
    units: tuple[tuple[int, str], ...]
    superior: tuple[tuple[int, str], ...]
    followed: FollowedTasks


def load(actor: Actor, document_id: int, page_no: int = 1) -> ObligationList:
    """Load the page for the newest version of the document that the actor may see. When nobody has looked for obligations in
    it yet, they are looked for now. Raises Denied when the actor's roles may not read documents and plans, and NotFound when
    the actor may not read this document."""
    policy.require(actor, "plan:read")
    held = document_page.frame(actor, document_id)
    if held.version is not None and held.version.outcome == "text" and not held.version.obligations_found:
        finding.look(held.version.id)
    found = document_page.frame(actor, document_id, with_text=True)
    with db.read() as session:
        listed, counts = _listed(session, found.version_id, page_no)
        site = units.of_site(session)
        made = rows.tasks_of(session, listed)
        shown = [rows.row_of(one, found.text, site, made.get(one.task_id or 0)) for one in listed]
        own, offered = _plans(session, actor, document_id)
        followed = _followed(session, found)
        extents = document_page.places(session, found.version_id)
    total = counts["proposed"] + counts["accepted"]
    named = tuple(sorted(site.names.items(), key=lambda pair: pair[1]))
    kept = tuple(row for row in shown if row.state != "dropped")
    return ObligationList(
        page=found, shown=kept, dropped=tuple(row for row in shown if row.state == "dropped"),
        lines=lines(found.text, kept, extents, whole=total <= PAGE_SIZE), counts=counts, total=total,
        may_work=rows.may_work(actor, found.document), plans=offered, own_plan_id=own, year=_year(found.document),
        units=named, superior=tuple(pair for pair in named if pair[0] in site.superior), followed=followed,
    )  # fmt: skip


def _followed(session: Session, page: DocumentFrame) -> FollowedTasks:
    if page.version is None or page.version.no == 1 or not page.version.obligations_found:
        return FollowedTasks({}, ())
    return following.follow(session, page.version, following.proposals_of(session, page.version, page.text))


def waiting(actor: Actor, page: DocumentFrame) -> int | None:
    """Count the proposals of the version that `page` shows; None when there is nothing to show on the page of obligations. A
    version in which nobody has looked yet counts 0 if its document is of a type that gives tasks."""
    version = page.version
    if version is None or version.outcome != "text" or not page.latest or not policy.may(actor, "plan:read"):
        return None
    if not version.obligations_found:
        return 0 if page.document.type in TYPES and rows.may_work(actor, page.document) else None
    with db.read() as session:
        counts = _counts(session, version.id)
    return counts["proposed"] if sum(counts.values()) else None


def has_page(actor: Actor, document_id: int) -> bool:
    """Whether there is something to show on the page of obligations of a document that the actor may read."""
    return waiting(actor, document_page.frame(actor, document_id)) is not None


def _counts(session: Session, version_id: int | None) -> dict[str, int]:
    query = select(VersionObligation.state, func.count()).where(VersionObligation.version_id == version_id)
    return dict.fromkeys(rows.STATES, 0) | {state: number for state, number in session.execute(query.group_by(VersionObligation.state))}


def _listed(session: Session, version_id: int | None, page_no: int) -> tuple[list[VersionObligation], dict[str, int]]:
    """One page of the obligations, in the order of the text, and on the first page the dropped ones too."""
    own = select(VersionObligation).where(VersionObligation.version_id == version_id)
    own = own.order_by(VersionObligation.start, VersionObligation.id)
    shown = own.where(VersionObligation.state != "dropped").limit(PAGE_SIZE).offset((page_no - 1) * PAGE_SIZE)
    dropped = own.where(VersionObligation.state == "dropped").limit(PAGE_SIZE) if page_no == 1 else None
    found = [*session.scalars(shown), *(session.scalars(dropped) if dropped is not None else ())]
    return found, _counts(session, version_id)


def _plans(session: Session, actor: Actor, document_id: int) -> tuple[int | None, tuple[tuple[int, str, int], ...]]:
    """The plan that was issued as the document, and the plans that are offered: (id, title, year), that one first. They are plans that
    the actor may edit."""
    own_first = (Plan.document_id.is_not_distinct_from(document_id)).desc()
    query = select(Plan.id, Plan.title, Plan.year, Plan.unit_id, Plan.document_id)
    if not forms.edits_all(actor):
        query = query.where(Plan.unit_id.is_not(None), Plan.unit_id == actor.unit_id)
    found = session.execute(query.order_by(own_first, Plan.year.desc(), order(Plan.title), Plan.id).limit(PLANS_OFFERED)).all()
    own = next((row.id for row in found if row.document_id == document_id), None)
    return own, tuple((row.id, row.title, row.year) for row in found if plans.may_edit(actor, row.unit_id))


def _year(document: Document) -> int:
    """The year of the work in a document: named in its subject, else that of its issue."""
    named = _YEAR.search(document.subject or "")
    if named and int(named[1]) in plans.YEARS:
        return int(named[1])
    return (document.issued_on or dates.today()).year


def last_day(year: int) -> dt.date:
    """The last day of the work of a year."""
    return dt.date(year, 12, 31)


def lines(text: str, shown: Sequence[ObligationRow], extents: Sequence[ProvisionExtent], *, whole: bool) -> tuple[MarkedLine, ...]:
    """Cut the text into lines in which the words of the obligations are marked; `whole`, or from the first of them to the last."""
    spans = sorted((row.start, row.end, row.id) for row in shown if row.end > row.start)
    begins = {extent.start: extent for extent in reversed(extents)}
    made, start = [], 0
    first, last = (0, len(text)) if whole else _between(text, spans)
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip() and start < last and end > first:
            extent = begins.get(start) or begins.get(start + len(line) - len(line.lstrip()))
            heading = extent is not None and extent.kind in OUTLINE_KINDS and bool(extent.title)
            made.append(MarkedLine(extent.anchor if extent else None, heading, _runs(text, start, end, spans)))
        start = end + 1
    return tuple(made)


def _between(text: str, spans: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    if not spans:
        return 0, 0
    return spans[0][0], max(end for _, end, _ in spans)


def _runs(text: str, start: int, end: int, spans: Sequence[tuple[int, int, int]]) -> tuple[MarkedRun, ...]:
    here = [span for span in spans if span[0] < end and span[1] > start]
    cuts = sorted({start, end, *(max(span[0], start) for span in here), *(min(span[1], end) for span in here)})
    return tuple(
        MarkedRun(text[one:two], tuple(number for first, last, number in here if first < two and last > one))
        for one, two in zip(cuts, cuts[1:], strict=False)
    )
