"""The obligations of a version when its file is read again, and those of a version that was read before there were any.

What a person has changed, accepted or dropped stays and keeps to its words; the other proposals are made anew.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from docmgr import db
from docmgr.models import Citation, Document, Provision, Task, Version, VersionObligation
from docmgr.reading import types
from docmgr.reading.obligations.figures import figure
from docmgr.reading.obligations.find import find_obligations, obliges
from docmgr.services.documents.rereading import rows
from docmgr.services.message import Message

# The name of a task has at most so many characters.
TITLE = 2000
# What a new reading compares: everything that reading fills.
_READ = ("start", "end", "anchor", "action", "units", "supporting", "due", "evidence", "target", "why", "sure")


def task_title(action: str) -> str:
    """What a task is called that is made of an obligation to do `action`."""
    title = action[:1].upper() + action[1:]
    return title if len(title) <= TITLE else title[: TITLE - 1] + "…"


def task_evidence(evidence: str | None, target: str | None) -> str | None:
    """The expected evidence of a task that was made of an obligation with these before tasks had targets."""
    return "; ".join(filter(None, (evidence, target))) or None


def forget_words(session: Session, obligations: Sequence[VersionObligation]) -> None:
    """Take the words of these obligations, whose version is about to be removed, out of the tasks that were made of them. What a person has
    changed in a task is that person's and stays."""
    made = {one.task_id for one in obligations if one.task_id is not None}
    query = select(Task).where(Task.id.in_(made)).order_by(Task.id).with_for_update(key_share=True)
    tasks = {task.id: task for task in session.scalars(query.execution_options(populate_existing=True))}
    for one in obligations:
        task = tasks.get(one.task_id or 0)
        if task is None:
            continue
        title, evidence, note = task.title, task.expected_evidence, task.due_note
        before = title, evidence, note, task.target_words
        if title.casefold() == task_title(one.action).casefold():
            task.title = Message("Nhiệm vụ số %(number)s (văn bản không còn)", number=str(task.id)).told()
        if evidence is not None and evidence in (one.evidence, task_evidence(one.evidence, one.target)):
            task.expected_evidence = None
        if note is not None and one.due.get("event") and one.due["event"] in note:
            task.due_note = None
        _forget_target(task, one)
        if before != (task.title, task.expected_evidence, task.due_note, task.target_words):
            task.revision += 1


def _forget_target(task: Task, one: VersionObligation) -> None:
    if one.target is None or task.target_words != one.target:
        return
    task.target_words, read = None, figure(one.target)
    if read is not None and (task.target, task.target_unit) == (read.number, read.unit):
        task.target = task.target_unit = task.target_rule = None


def exchange(session: Session, version: Version, former: str, found: types.Interpretation | None) -> list[int] | None:
    """Put the obligations that a new reading found in place of the proposals that nobody has touched. `former` is the text
    before. The caller holds the version. Returns (old number, new number), or None when they are the same."""
    query = select(VersionObligation).where(VersionObligation.version_id == version.id).order_by(VersionObligation.id)
    stored = list(session.scalars(query))
    kept = [row for row in stored if row.changed or row.state != "proposed" or row.task_id is not None]
    for row in kept:
        _follow(row, former, found)
    held = [(row.start, row.end) for row in kept if row.end]
    fresh = [one for one in found.obligations if not any(one.start < end and start < one.end for start, end in held)] if found else []
    new = rows.obligations(version.id, fresh)
    version.obligations_found = found is not None and obliges(found.facts)
    replaced = [row for row in stored if row not in kept]
    if [_values(row) for row in replaced] == [_values(row) for row in new]:
        return None
    session.execute(delete(VersionObligation).where(VersionObligation.id.in_([row.id for row in replaced])))
    session.add_all(new)
    return [len(stored), len(kept) + len(new)]


def _values(row: VersionObligation) -> list[object]:
    return [getattr(row, name) for name in _READ]


def _follow(row: VersionObligation, former: str, found: types.Interpretation | None) -> None:
    """Move the place of an obligation to where its words are in the text `found`; nowhere when they are gone."""
    quote = former[row.start : row.end]
    if found is None or not quote:
        row.start = row.end = 0
        return
    if found.text[row.start : row.end] == quote:
        moved = row.start
    else:
        # The nearest place after the old one, else the first.
        shift = len(found.text) - len(former)
        moved = found.text.find(quote, max(0, row.start + min(0, shift)))
        moved = moved if moved >= 0 else found.text.find(quote)
    if moved < 0:
        row.start = row.end = 0
        return
    begins = [provision.start for provision in found.provisions]
    place = bisect_right(begins, moved) - 1
    if place >= 0:
        row.anchor = found.provisions[place].anchor[:200]
    row.why = [] if moved != row.start else row.why
    row.start, row.end = moved, moved + len(quote)


def look(version_id: int) -> None:
    """Look for obligations in the stored text of a version in which nobody has looked yet, and store them as proposals. Nothing
    happens when there is no such version, or its document is of a type that gives no tasks. Reading its text takes about a
    second per 100,000 characters, outside of the unit of work."""
    with db.read() as session:
        version = session.scalar(select(Version).where(Version.id == version_id).options(undefer(Version.text)))
        if version is None or version.obligations_found or not version.text:
            return
        facts = _facts(session.get_one(Document, version.document_id))
        if not obliges(facts):
            return
        text, read_at = version.text, version.read_at
        provisions = _provisions(session, version_id)
        citations = _citations(session, version_id, text, provisions)
    db.release()
    found = find_obligations(text, provisions, facts, citations)
    with db.write() as session:
        again = select(Version).where(Version.id == version_id).with_for_update(key_share=True)
        now = session.scalar(again.execution_options(populate_existing=True))
        # Somebody else may have looked, or the file was read again meanwhile; the next who opens the page looks again.
        if now is None or now.obligations_found or now.read_at != read_at:
            return
        now.obligations_found = True
        session.add_all(rows.obligations(version_id, found))


def _facts(document: Document) -> dict[str, types.Fact]:
    """The facts of a document that tell whether it gives tasks, and to whom."""
    values = {"type": document.type, "subject": document.subject, "issuer": document.issuer}
    return {name: types.Fact(name, value, value, True) for name, value in values.items() if value}


def _provisions(session: Session, version_id: int) -> list[types.Provision]:
    query = select(Provision).where(Provision.version_id == version_id).order_by(Provision.position)
    return [
        types.Provision(one.anchor, one.parent, one.kind, one.label, one.title, one.text, one.start, one.end)
        for one in session.scalars(query)
    ]


def _citations(session: Session, version_id: int, text: str, provisions: Sequence[types.Provision]) -> list[types.Citation]:
    """The citations of a version at their places in the text, as far as their words are found in their provision."""
    begins = {one.anchor: one.start for one in provisions}
    places = []
    for row in session.scalars(select(Citation).where(Citation.version_id == version_id).order_by(Citation.position)):
        at = text.find(row.quote, begins.get(row.anchor, 0)) if row.quote else -1
        if at >= 0:
            places.append(
                types.Citation(row.number, row.name, row.type, row.issuer, None, row.provision, row.anchor, row.quote, row.role, at, at + len(row.quote))
            )
    return places
