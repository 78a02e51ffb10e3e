"""Which provisions of a plan's document have tasks, one page of them at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Plan, Provision, Task
from docmgr.policy import Actor
from docmgr.services.access import versions
from docmgr.services.documents import references
from docmgr.services.documents.references import ProvisionRef
from docmgr.services.errors import NotFound
from docmgr.services.planning import evidence

PAGE_SIZE = 50
# So many tasks of one provision are named.
TASKS_SHOWN = 5
# The opening and the signature have no tasks.
_NO_WORK = frozenset({"mo-dau", "chu-ky"})


@dataclass(frozen=True)
class ProvisionTask:
    """A task that comes from a provision. `proven` says whether it has evidence that the actor may read."""

    id: int
    title: str
    proven: bool


@dataclass
class ProvisionTasks:
    """A provision with how many tasks come from it, of which the first TASKS_SHOWN are named."""

    place: ProvisionRef
    total: int
    tasks: list[ProvisionTask] = field(default_factory=list)


@dataclass(frozen=True)
class ProvisionPage:
    """One page of the provisions in reading order; `total` counts all of them and `untouched` those without a task."""

    rows: tuple[ProvisionTasks, ...] = ()
    total: int = 0
    untouched: int = 0


def load(actor: Actor, plan_id: int, number: int = 1) -> ProvisionPage:
    """Load one page of the provisions that have tasks or may have some. There are none for who may not read the plan's document. The number of
    queries is fixed. Raises Denied when the actor's roles may not read plans, and NotFound when there is no such plan."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        plan = session.get(Plan, plan_id)
        if plan is None:
            raise NotFound
        document = session.get(Document, plan.document_id) if references.documents(session, actor, [plan.document_id]) else None
        version = versions.of_words(session, document) if document else None
        if document is None or version is None:
            return ProvisionPage()
        of_anchor = Task.plan_id == plan.id, Task.document_id == document.id, Task.anchor.is_not(None)
        counts = {anchor: many for anchor, many in session.execute(select(Task.anchor, func.count()).where(*of_anchor).group_by(Task.anchor))}
        anchors = _listed(session, version.id, counts)
        shown = anchors[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        places = references.provisions(session, [(version.id, anchor) for anchor in shown])
        rows = {anchor: ProvisionTasks(places[version.id, anchor], counts.get(anchor, 0)) for anchor in shown}
        _name(session, actor, plan.id, document.id, rows)
        return ProvisionPage(tuple(rows.values()), len(anchors), sum(1 for anchor in anchors if anchor not in counts))


def _listed(session: Session, version_id: int, tasks: Iterable[str | None]) -> list[str]:
    """The anchors of the provisions that have tasks, or words of their own and nothing below them: a heading is covered by what is under it."""
    with_tasks = set(tasks)
    # Enough of the words to see whether there are any.
    begins = func.substr(Provision.title, 1, 100), func.substr(Provision.text, 1, 100)
    query = select(Provision.anchor, *begins).where(Provision.version_id == version_id).order_by(Provision.position)
    worded = [(anchor, bool((text or "").strip())) for anchor, title, text in session.execute(query) if f"{title or ''}{text or ''}".strip("-–—•+ \n")]
    headings = {anchor.rpartition(".")[0] for anchor, _ in worded} | _NO_WORK
    return list(dict.fromkeys(anchor for anchor, own in worded if anchor in with_tasks or (own and anchor not in headings)))


def _name(session: Session, actor: Actor, plan_id: int, document_id: int, rows: dict[str, ProvisionTasks]) -> None:
    """Add the first tasks of each provision."""
    turn = func.row_number().over(partition_by=Task.anchor, order_by=(Task.position, Task.id)).label("turn")
    here = Task.plan_id == plan_id, Task.document_id == document_id, Task.anchor.in_(rows)
    ranked = select(Task.id, Task.title, Task.anchor, turn).where(*here).subquery()
    found = session.execute(select(ranked).where(ranked.c.turn <= TASKS_SHOWN).order_by(ranked.c.turn)).all()
    proofs = evidence.counts(session, actor, [row.id for row in found])
    for row in found:
        rows[row.anchor].tasks.append(ProvisionTask(row.id, row.title, row.id in proofs))
