"""The five steps of the first run. A step is done when the site holds what it leads to; no mark is kept for that. Only
that a step was left out is stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select

from docmgr import db, policy
from docmgr.models import Agency, Document, Folder, NumberSeries, Unit, User
from docmgr.policy import Actor
from docmgr.services.errors import NotFound
from docmgr.services.message import Message
from docmgr.services.people import agency
from docmgr.services.trail import log

STEPS = {
    "agency": "Tên và biểu trưng của cơ quan",
    "units": "Đơn vị",
    "people": "Người dùng",
    "filing": "Thư mục và dãy số",
    "upload": "Văn bản đầu tiên",
}


@dataclass(frozen=True)
class FirstStep:
    """One step. `key` is a key of STEPS. `count` is how many of what it leads to are there: units, people, folders
    below the root, documents; for the agency, how many of name and logo. `done` says whether that is enough, and `skipped` that an administrator left the step out."""

    key: str
    count: int
    done: bool
    skipped: bool


@dataclass(frozen=True)
class FirstRun:
    """All steps in their order."""

    steps: tuple[FirstStep, ...]

    @property
    def open(self) -> int:
        """How many steps are neither done nor left out."""
        return sum(not (step.done or step.skipped) for step in self.steps)

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.done for step in self.steps)

    @property
    def following(self) -> FirstStep | None:
        """The first step that is neither done nor left out; None when there is none."""
        return next((step for step in self.steps if not (step.done or step.skipped)), None)


def first_run(actor: Actor) -> FirstRun:
    """Look how far the first run is, with two queries. Raises Denied when the actor is no administrator."""
    policy.require(actor, "agency:manage")
    counts = [
        _count(Unit.id), _count(User.id), _count(Folder.id, Folder.parent_id.is_not(None), Folder.deleted_at.is_(None)),
        _count(Document.id), _count(NumberSeries.id, NumberSeries.closed_at.is_(None)),
    ]  # fmt: skip
    with db.read() as session:
        row = session.get(Agency, agency.KEY)
        units, people, folders, documents, series = (number or 0 for number in session.execute(select(*counts)).one())
    shown, skipped = agency.of_row(row), row.skipped if row else []
    held = {
        "agency": (bool(shown.name) + (shown.logo is not None), shown.name and shown.logo),
        "units": (units, units),
        # The first person is the administrator who came with the site.
        "people": (people, people > 1),
        "filing": (folders, folders and series),
        "upload": (documents, documents),
    }
    return FirstRun(tuple(FirstStep(key, held[key][0], bool(held[key][1]), key in skipped) for key in STEPS))


def _count(column: object, *conditions: object) -> ScalarSelect[int]:
    return select(func.count(column)).where(*conditions).scalar_subquery()  # type: ignore[arg-type]


def skip(actor: Actor, key: str, *, skipped: bool = True) -> None:
    """Leave a step out, or take it up again. Nothing happens when it is so already. Raises Denied when the actor is no
    administrator, and NotFound when there is no such step."""
    policy.require(actor, "agency:manage")
    if key not in STEPS:
        raise NotFound
    with db.write() as session:
        row = agency.for_change(session)
        if (key in row.skipped) == skipped:
            return
        row.skipped = sorted({*row.skipped, key} if skipped else set(row.skipped) - {key})
        log.record(session, actor, "start:skip" if skipped else "start:resume", "site", None, agency.of_row(row).name or "docmgr", details={"step": Message(STEPS[key])})
