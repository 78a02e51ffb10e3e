"""What people type is stored as clean text: no name can show as another, or be stored in two spellings."""

from __future__ import annotations

import unicodedata

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.db import Base
from docmgr.models import Abbreviation, Document, Folder, Inspection, Plan, SavedSearch, Task, Unit, User
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import facts
from docmgr.services.folders import tree
from docmgr.services.inspection import inspections
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.people import people as persons
from docmgr.services.people import units
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.search import abbreviations, request, saved
from tests.filling.filing import file_document
from tests.support.acting import actor_of

# Turned by an override, in letters taken apart, with another blank, an eth and a control.
TYPED = unicodedata.normalize("NFD", "Quy\u0000ết \u202eđịnh\u2007của Ð\u200bảng")
STORED = "Quyết định của Đảng"


def newest(model: type[Base]) -> Base:
    with db.read() as session:
        return session.scalars(select(model).order_by(model.__table__.c.id.desc()).limit(1)).one()


@pytest.fixture
def typed(people, database) -> str:
    """Fills a site with things that are named `TYPED`."""
    clerk, admin = actor_of(people["clerk"]), COMMAND_LINE
    unit = units.create(admin, name=TYPED, abbreviation=TYPED)
    persons.create(
        admin, username="go.sai", full_name=TYPED, roles=["staff"], unit_id=None, password="Cầu treo qua suối vắng 8",
        must_change=False,
    )  # fmt: skip
    tree.create(admin, tree.root_id(), TYPED)
    plan_id = plans.create(clerk, PlanInput(TYPED, 2024))
    tasks.create(clerk, plan_id, TaskInput(title=TYPED, lead_id=unit.id, due_rule="recurring", due_note=TYPED))
    inspections.create(clerk, InspectionInput(title=TYPED, inspected_unit_id=unit.id, team=TYPED))
    abbreviations.create(admin, short="QĐCĐ", names=TYPED)
    saved.create(clerk, TYPED, {"q": [TYPED]})
    return TYPED


def test_names_are_stored_clean(typed: str) -> None:
    names = [
        *((newest(Unit), name) for name in ("name", "abbreviation")), (newest(User), "full_name"), (newest(Folder), "name"),
        (newest(Plan), "title"), (newest(Task), "title"), (newest(Task), "due_note"), (newest(Inspection), "title"),
        (newest(Inspection), "team"), (newest(SavedSearch), "name"),
    ]  # fmt: skip
    assert {f"{type(row).__name__}.{name}": getattr(row, name) for row, name in names} == {
        f"{type(row).__name__}.{name}": STORED for row, name in names
    }
    with db.read() as session:
        assert [row.names for row in session.scalars(select(Abbreviation))] == [[STORED]]


def test_facts_and_questions_are_stored_clean(people, database) -> None:
    clerk = actor_of(people["clerk"])
    document_id = file_document(tree.root_id(), subject="Văn bản")
    with db.read() as session:
        revision = session.get_one(Document, document_id).revision
    values = {"subject": TYPED, "issuer": TYPED, "recipients": f"{TYPED}\r\n\r\n {TYPED}"}
    facts.save(clerk, document_id, values, revision=revision, confirm=False, publish=False)
    with db.read() as session:
        row = session.get_one(Document, document_id)
        assert (row.subject, row.issuer) == (STORED, STORED)
        assert {fact.field: fact.value for fact in row.facts if fact.value}["recipients"] == [STORED, STORED]
    asked = request.read({"q": [TYPED], "issuer": [TYPED]})
    assert (asked.query, dict(asked.filters)["issuer"]) == (STORED, (STORED,))
    assert request.question(TYPED)[0] == STORED
