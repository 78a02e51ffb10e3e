"""Two people decide about the obligations of a document at the same moment, or one does while its file is read again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, Plan, Task, Version
from docmgr.services.access import guard
from docmgr.services.documents.rereading import obligations, places
from docmgr.services.errors import Conflict
from docmgr.services.planning.obligations import deciding, editing, listing
from docmgr.services.planning.obligations.deciding import Acceptance
from docmgr.services.planning.plans import PlanInput
from tests.filling.planning import World, world
from tests.services.planning.proposals import LINES, a_plan_paper, picked, read, stored
from tests.services.planning.test_obligations import LAST
from tests.support.racing import at_once

__all__ = ["world"]


def new_plan(world: World, document_id: int) -> Acceptance:
    return Acceptance(None, PlanInput("Kế hoạch", 2024, document_id=document_id), world.units["gdtrh"], LAST)


def counted(*tables: Any) -> list[int]:
    db.release()
    with db.read() as session:
        return [len(session.scalars(select(table.id)).all()) for table in tables]


@pytest.mark.parametrize("held", [False, True])
def test_two_clerks_accept_the_same_proposals(site: Context, world: World, held: bool) -> None:
    document_id = a_plan_paper(world)
    chosen, wanted = picked(document_id), new_plan(world, document_id)
    people = [world.actors["clerk"], world.actors["leader"]]

    answers = at_once(site, [lambda who=who: deciding.accept(who, document_id, chosen, wanted) for who in people], held=held)

    assert [type(answer) for answer in answers].count(Conflict) == 1
    # All or nothing: who came second made no plan either.
    assert counted(Task, Plan) == [len(LINES), 1]
    assert [one.state for one in stored(document_id)] == ["accepted"] * len(LINES)


@pytest.mark.parametrize("held", [False, True])
def test_one_drops_what_another_splits_or_merges(site: Context, world: World, held: bool) -> None:
    document_id = a_plan_paper(world)
    chosen = picked(document_id, 0, 1)
    acts = [
        lambda: deciding.drop(world.actors["leader"], document_id, chosen),
        lambda: editing.merge(world.actors["clerk"], document_id, chosen),
        lambda: deciding.accept(world.actors["clerk"], document_id, chosen[:1], new_plan(world, document_id)),
    ]
    answers = at_once(site, acts, held=held)
    assert [type(answer) for answer in answers].count(Conflict) == 2


@pytest.mark.parametrize("held", [False, True])
def test_the_page_is_opened_by_two_at_once(site: Context, world: World, held: bool) -> None:
    document_id = a_plan_paper(world, looked=False)
    answers = at_once(site, [lambda who=who: listing.load(world.actors[who], document_id) for who in ("clerk", "staff")], held=held)
    assert all(len(answer.shown) == len(LINES) for answer in answers) and len(stored(document_id)) == len(LINES)


@pytest.mark.parametrize("held", [False, True])
def test_the_file_is_read_again_meanwhile(site: Context, world: World, held: bool) -> None:
    document_id = a_plan_paper(world)
    deciding.accept(world.actors["clerk"], document_id, picked(document_id, 0), new_plan(world, document_id))
    chosen, found = picked(document_id, 1, 2, 3), read("Lời mở đầu mới.", *LINES)

    def reread() -> None:
        with db.write() as session:
            guard.locked(session, document_id)
            version = session.scalars(select(Version).where(Version.document_id == document_id)).one()
            places.hold(session, version)
            former, version.text = version.text or "", found.text
            obligations.exchange(session, version, former, found)
            session.get_one(Document, document_id)

    answers = at_once(site, [reread, lambda: deciding.accept(world.actors["leader"], document_id, chosen, new_plan(world, document_id))], held=held)

    accepted = not isinstance(answers[1], Conflict)
    assert answers[0] is None and counted(Task) == [len(LINES) if accepted else 1]
    # Whoever came first: each obligation stands once, at its words.
    rows = stored(document_id)
    assert len(rows) == len(LINES) and [one.state == "accepted" for one in rows].count(True) == counted(Task)[0]
    assert [found.text[one.start : one.end] for one in rows] == [one.quote for one in found.obligations]
