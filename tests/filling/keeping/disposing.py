"""Case files whose period has ended, and lists of them, for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from docmgr import db
from docmgr.models import DisposalList, DisposalRow, Handover
from docmgr.policy import WORKER, Actor
from docmgr.services.cases import contents, files
from docmgr.services.disposal import deciding, execute, lists, pages
from docmgr.services.disposal.deciding import DecisionInput, RowAnswer
from docmgr.services.disposal.pages import ShownRow
from legaltext import dates
from tests.filling.registers import opened

DAY = dt.date(2025, 6, 30)


def ended(actor: Actor, code: str = "1/X", documents: tuple[int, ...] = (), *, years: int = 5, closed: int = 2015, **more: Any) -> int:
    """A case file that was closed in this year, with these documents; its period ended with the year closed + years."""
    one = opened(actor, code, more.pop("title", f"Hồ sơ {code}"), retention_years=years, opened_on=dt.date(closed, 1, 1), **more)
    contents.add(actor, one, documents)
    files.close(actor, one, dt.date(closed, 6, 1))
    return one


def listed(actor: Actor, *, proposed: bool = True) -> int:
    """A list of what has ended, proposed unless it should not be."""
    one = lists.create(actor, "Danh mục năm 2025", dates.today())
    if proposed:
        lists.propose(actor, one)
    return one


def rows(list_id: int) -> list[DisposalRow]:
    """The rows of a list as they are now, in the order of their ids."""
    db.release()
    with db.read() as session:
        return list(session.scalars(select(DisposalRow).where(DisposalRow.list_id == list_id).order_by(DisposalRow.id)))


def shown(actor: Actor, list_id: int) -> list[ShownRow]:
    """What the page of the list says of its case files."""
    db.release()
    return list(pages.one(actor, list_id).rows)


def the_list(list_id: int) -> DisposalList:
    """The list as it is now."""
    db.release()
    with db.read() as session:
        return session.get_one(DisposalList, list_id)


def package(handover_id: int) -> Handover:
    """The package as it is now."""
    db.release()
    with db.read() as session:
        return session.get_one(Handover, handover_id)


def yes(list_id: int, **more: Any) -> DecisionInput:
    """A decision that agrees to everything."""
    answers = {row.id: RowAnswer(True) for row in rows(list_id)}
    return DecisionInput(**{"number": "9/QĐ-SGDĐT", "decided_on": dates.today(), "answers": answers, **more})


def decided(leader: Actor, list_id: int, clerk: Actor | None = None) -> None:
    """Agree to everything, and start the destruction when a clerk is given."""
    deciding.decide(leader, list_id, yes(list_id))
    if clerk is not None:
        execute.start(clerk, list_id)


def worked(most: int = 100) -> int:
    """Let the worker destroy what waits; returns how many steps it took."""
    db.release()
    steps = 0
    while steps < most and execute.work(WORKER):
        db.release()
        steps += 1
    db.release()
    return steps
