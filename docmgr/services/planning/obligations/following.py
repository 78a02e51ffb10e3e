"""A new version of a document: which of its proposals stand in place of obligations that older versions gave as tasks.

They are paired by equal words and then by likeness; the same anchor counts besides. Accepting such a proposal keeps the task
and lets it refer to the new version. Nothing happens to a task without that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, undefer

from docmgr.models import Task, Version, VersionObligation
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.documents import references
from docmgr.services.documents.references import ProvisionRef
from docmgr.services.documents.rereading.obligations import task_title
from docmgr.services.planning import tasks
from docmgr.services.planning.obligations.rows import ObligationRow, TaskRef
from docmgr.services.trail import log
from legaltext.compare.likeness import Pairing
from legaltext.compare.words import WordRun, differences, keys
from legaltext.text import clean_line

# At this likeness (0 to 1) other words count as the same obligation; the same anchor counts so much besides.
ALIKE, SAME_PLACE = 0.6, 0.2
# Words that are compared in all; a page of proposals with another takes about a tenth.
MOST_WORDS = 400_000


@dataclass(frozen=True)
class Former:
    """An obligation of an older version that was given as the task `task`. `quote` are its words there, and `action` what was to
    be done. `changes` are its words beside those of the proposal that stands in its place; () where they are the same or there is
    none."""

    task: TaskRef
    quote: str
    anchor: str
    action: str
    version_no: int
    changes: tuple[WordRun, ...] = ()


@dataclass(frozen=True)
class FollowedTasks:
    """`kept` are the tasks that proposals would keep, by the id of the proposal; `gone` those of which the new version has
    nothing alike."""

    kept: dict[int, Former]
    gone: tuple[Former, ...]


def follow(session: Session, version: Version, proposals: Sequence[tuple[int, str, str]]) -> FollowedTasks:
    """Pair the `proposals` of a version, which are (id, quote, anchor), with the tasks that older versions gave. Tasks that are
    finished count, cancelled ones do not."""
    formers = _formers(session, version)
    old, new = dict(enumerate(formers)), dict(enumerate(proposals))
    pairing = Pairing({i: keys(one.quote) for i, one in old.items()}, {j: keys(one[1]) for j, one in new.items()})
    pairing.by(lambda i: (keys(old[i].quote), old[i].anchor) if old[i].quote else ("", i), lambda j: (keys(new[j][1]), new[j][2]) if new[j][1] else (j, ""))
    pairing.equal(3)
    pairing.alike(ALIKE, [MOST_WORDS], lambda i, j: SAME_PLACE if old[i].anchor == new[j][2] else 0.0)
    kept = {new[j][0]: _beside(old[i], new[j][1]) for i, j in pairing.pairs}
    return FollowedTasks(kept, tuple(old[i] for i in sorted(pairing.left)))


def proposals_of(session: Session, version: Version, text: str) -> list[tuple[int, str, str]]:
    """The proposals of a version that have no task yet, as `follow` takes them, in the order of the text."""
    query = select(VersionObligation).where(
        VersionObligation.version_id == version.id, VersionObligation.state == "proposed", VersionObligation.task_id.is_(None)
    )
    rows = session.scalars(query.order_by(VersionObligation.start, VersionObligation.id))
    return [(one.id, text[one.start : one.end], one.anchor) for one in rows]


def hold(session: Session, document_id: int) -> None:
    """Lock the tasks that obligations of the document were given as, before its version is locked."""
    of_it = select(VersionObligation.task_id).join(Version, Version.id == VersionObligation.version_id).where(Version.document_id == document_id)
    session.execute(select(Task.id).where(Task.id.in_(of_it)).order_by(Task.id).with_for_update(key_share=True)).all()


def is_shared(session: Session, one: VersionObligation) -> bool:
    """Whether an older version gave the task of this obligation, so that taking it back leaves the task as it is."""
    others = select(VersionObligation.id).where(VersionObligation.task_id == one.task_id, VersionObligation.id != one.id)
    return session.scalar(others.where(VersionObligation.state == "accepted").limit(1)) is not None


def keep(session: Session, actor: Actor, former: Former, version: Version, row: ObligationRow, quote: str | None) -> int:
    """Let the task of `former` refer to the words of a proposal of the new version; return its id. Its name follows the text when
    nobody has changed it. Raises Denied when the actor may not edit the task."""
    task = _locked(session, actor, former.task.id)
    return _pin(session, actor, "obligation:keep", task, version, row.anchor, quote, (former.action, row.action))


def let_go(session: Session, actor: Actor, one: VersionObligation) -> None:
    """Let the task that a proposal of a new version kept refer to the words of the obligation that has it besides, as before. Its name
    follows when nobody has changed it. Raises Denied when the actor may not edit the task."""
    task = _locked(session, actor, one.task_id or 0)
    others = select(VersionObligation).join(Version, Version.id == VersionObligation.version_id)
    others = others.where(VersionObligation.task_id == task.id, VersionObligation.id != one.id, VersionObligation.state == "accepted")
    former = session.scalars(others.order_by(Version.no.desc(), VersionObligation.id).limit(1)).one()
    version = session.scalars(select(Version).where(Version.id == former.version_id).options(undefer(Version.text))).one()
    words = (version.text or "")[former.start : former.end]
    _pin(session, actor, "obligation:release", task, version, former.anchor, words, (one.action, former.action))


def quoted(place: ProvisionRef | None, words: str) -> str | None:
    """What a task quotes of an obligation with these words: them, if they stand in its provision, else None, which means all of it."""
    cleaned = clean_line(words)
    return cleaned if place is not None and cleaned and cleaned in clean_line(place.words) else None


def _locked(session: Session, actor: Actor, task_id: int) -> Task:
    task = forms.locked(session, Task, task_id)
    if not tasks.may_edit(actor, task):
        raise Denied("plan:edit")
    return task


def _pin(
    session: Session, actor: Actor, event: str, task: Task, version: Version, anchor: str, quote: str | None, actions: tuple[str, str]
) -> int:
    """Let a task refer to a place of a version, and name it after the second of `actions` if it is named after the first one."""
    place = references.provisions(session, [(version.id, anchor)]).get((version.id, anchor))
    before = {"Nội dung": task.title, "Điều khoản": task.anchor}
    if task.title.casefold() == task_title(actions[0]).casefold():
        task.title = task_title(actions[1])
    task.document_id, task.version_id = version.document_id, version.id
    task.anchor = place.anchor if place is not None else None
    task.quote = quoted(place, quote or "") or (place.words if place is not None else None)
    details = forms.differences(before, {"Nội dung": task.title, "Điều khoản": task.anchor})
    forms.bump(task)
    log.record(session, actor, event, "task", task.id, task.title, document_id=version.document_id, details={**details, "no": version.no})
    return task.id


def _formers(session: Session, version: Version) -> list[Former]:
    """What older versions gave as tasks that no obligation of this version has taken over, each task once, by its newest words."""
    own = aliased(VersionObligation)
    taken = select(own.task_id).where(own.version_id == version.id, own.task_id.is_not(None))
    words = func.substr(Version.text, VersionObligation.start + 1, VersionObligation.end - VersionObligation.start)
    query = (
        select(VersionObligation, Version.no, words.label("words"), Task.title, Task.state)
        .join(Version, Version.id == VersionObligation.version_id).join(Task, Task.id == VersionObligation.task_id)
        .where(
            Version.document_id == version.document_id, Version.no < version.no, VersionObligation.state == "accepted",
            Task.state != "cancelled", VersionObligation.task_id.not_in(taken),
        )
        .order_by(Version.no.desc(), VersionObligation.start, VersionObligation.id)
    )  # fmt: skip
    found: dict[int, Former] = {}
    for one, no, quote, title, state in session.execute(query):
        ref = TaskRef(one.task_id, title, state)
        found.setdefault(ref.id, Former(ref, quote if one.end else "", one.anchor, one.action, no))
    return list(found.values())


def _beside(former: Former, quote: str) -> Former:
    if keys(former.quote) == keys(quote):
        return former
    return Former(former.task, former.quote, former.anchor, former.action, former.version_no, differences(former.quote, quote))
