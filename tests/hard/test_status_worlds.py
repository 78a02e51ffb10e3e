"""Random documents, relations, texts, rights and states: every way of asking gives the same status, and documents that
a reader may not read do not change what that reader sees.

The expected status is computed here again in simple code from the plan of the example.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

import pytest
from sqlalchemy import delete, or_, select, update

from docmgr import db
from docmgr.models import AccessKey, Citation, Document, Relation, User, Version
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import bin, facts, lifecycle, validity
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.relations import endings, relations
from docmgr.services.search import find
from docmgr.services.search.request import SearchRequest
from docmgr.services.upkeep import checks
from legaltext import dates
from legaltext import validity as status
from tests.filling.ending import closed_folder, paper, says, settle
from tests.filling.filing import load, seen
from tests.support.acting import actor_of

DAYS = [dt.date(2020, 1, 1), dt.date(2022, 1, 1), dt.date(2024, 1, 1), dt.date(2026, 1, 1)]
CODES = ("con_hieu_luc", "het_hieu_luc", "chua_hieu_luc", "khong_ro")


@dataclass
class Plan:
    """The plan: documents, relations, and statements of the newest texts (cause → number, stated day, whole)."""

    documents: list[int] = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)
    relations: dict[int, tuple[int, int, str, bool]] = field(default_factory=dict)
    says: dict[int, tuple[str, dt.date, bool, bool]] = field(default_factory=dict)
    batches: list[str] = field(default_factory=list)


def make(dice: random.Random, places: list[int]) -> Plan:
    plan = Plan()
    for n in range(8):
        begins = dice.choice([None, *DAYS])
        made = paper(
            f"{n + 1}/QĐ-SGDĐT", dice.choice(places), issued_on=dice.choice([begins, DAYS[0]]), effective_from=begins,
            effective_to=dice.choice([None, None, None, DAYS[3]]),
            workflow=dice.choice(["published", "published", "published", "draft", "withdrawn"]),
        )  # fmt: skip
        plan.documents.append(made)
        plan.numbers[made] = f"{n + 1}/QĐ-SGDĐT"
    return plan


def change(dice: random.Random, plan: Plan, places: list[int]) -> None:
    """One change, made as people make it."""
    one, other = dice.sample(plan.documents, 2)
    if load(one).deleted_at is not None or load(other).deleted_at is not None:
        bin.restore(COMMAND_LINE, plan.batches.pop())
        return
    kind = dice.choice(["relate", "relate", "say", "say", "say", "end", "workflow", "move", "bin", "grant", "facts"])
    if kind == "relate":
        type_, whole = dice.choice(["replaces", "repeals", "amends"]), dice.random() < 0.8
        if not any(held[:3] == (one, other, type_) for held in plan.relations.values()):
            number = relations.add(COMMAND_LINE, one, type_, other, target_anchor=None if whole else "dieu-1")
            plan.relations[number] = (one, other, type_, whole)
    elif kind == "end" and plan.relations:
        number = dice.choice(sorted(plan.relations))
        if load(plan.relations.pop(number)[0]).deleted_at is None:
            relations.end(COMMAND_LINE, number)
    elif kind == "say":
        day, whole, confirmed = dice.choice(DAYS), dice.random() < 0.8, dice.random() < 0.7
        words = "Quyết định này thay thế {}." if whole else "Thay thế Phụ lục I của {}."
        says(one, plan.numbers[other], words, confirmed=confirmed, issued_on=day)
        plan.says[one] = (plan.numbers[other], day, whole, confirmed)
    elif kind == "workflow":
        lifecycle.set_workflow(COMMAND_LINE, one, dice.choice(["published", "draft", "withdrawn"]))
    elif kind == "move":
        lifecycle.move(COMMAND_LINE, [one], dice.choice(places))
    elif kind == "bin":
        plan.batches.append(lifecycle.delete(COMMAND_LINE, [one]))
    elif kind == "grant":
        sharing.grant(COMMAND_LINE, SharedThing(folder_id=dice.choice(places)), dice.choice(["staff", "role:leader"]), "reader")
    elif kind == "facts":
        values = {"effective_from": f"{dice.choice(DAYS):%d/%m/%Y}"}
        facts.save(COMMAND_LINE, one, values, revision=load(one).revision, confirm=False, publish=False, despite_clash=True)


def expected_end(plan: Plan, target: Document) -> dt.date | None:
    """The first day out of force, in simple code."""
    with db.read() as session:
        rows = session.execute(select(AccessKey.list_id, AccessKey.key).where(AccessKey.right == "read")).all()
    keys = {number: {key for list_id, key in rows if list_id == number} for number, _ in rows}
    ends = [target.effective_to]
    for cause in (load(number) for number in plan.documents if number != target.id):
        held = [rest for source, at, *rest in plan.relations.values() if (source, at) == (cause.id, target.id)]
        if held:
            ended = any(type_ != "amends" and whole for type_, whole in held)
        else:
            number, day, whole, confirmed = plan.says.get(cause.id, ("", DAYS[0], False, False))
            fits = number == target.number and target.issued_on in (None, day)
            ended = fits and whole and cause.confirmed_at is not None
        everyone = keys[cause.access_list_id]
        readers = keys[target.access_list_id]
        known = "staff" in everyone or readers <= everyone
        begins = cause.effective_from or cause.issued_on or dates.today()
        first = target.issued_on or target.effective_from
        if ended and known and cause.workflow == "published" and cause.deleted_at is None and not (first and begins < first):
            ends.append(begins)
    return min((day for day in ends if day), default=None)


def expected_code(plan: Plan, target: Document, day: dt.date) -> str:
    end, begin = expected_end(plan, target), target.effective_from
    if end is not None and day >= end:
        return "het_hieu_luc"
    if begin is None:
        return "khong_ro"
    return "con_hieu_luc" if day >= begin else "chua_hieu_luc"


def by_the_index(actor: Actor, day: dt.date) -> dict[int, str]:
    return {
        hit.document.id: code
        for code in CODES
        for hit in find.find(actor, SearchRequest("văn bản thử", {"status": (code,)}), day=day, per_page=100, record=False).hits
    }


def without_what_is_hidden(actor: Actor, visible: set[int]) -> dict[int, endings.Ending | None]:
    """What ends the documents that the actor may read, in a store that has no others."""
    class Enough(Exception):
        pass

    found: dict[int, endings.Ending | None] = {}
    try:
        with db.write() as session:
            hidden = set(session.scalars(select(Document.id))) - visible
            session.execute(delete(Relation).where(or_(Relation.source_id.in_(hidden), Relation.target_id.in_(hidden))))
            versions = select(Version.id).where(Version.document_id.in_(hidden))
            session.execute(delete(Citation).where(Citation.version_id.in_(versions)))
            session.execute(update(Document).where(Document.id.in_(hidden)).values(number_key=None))
            found.update({number: endings.first(causes) for number, causes in endings.of(session, visible).items()})
            raise Enough
    except Enough:
        return found


@pytest.mark.parametrize("part", range(2))
def test_one_status_by_every_way_in_every_world(site, people: dict[str, User], full_size: bool, part: int) -> None:
    site.backend.index.create()
    actors = [actor_of(people[role]) for role in ("clerk", "staff", "leader", "auditor")]
    places = [tree.root_id(), closed_folder("role:clerk"), closed_folder("role:clerk", "role:leader")]
    dice = random.Random(1400 + part)
    plan = make(dice, places)
    told: set[str] = set()
    for _step in range(120 if full_size else 5):
        for _change in range(3):
            change(dice, plan, places)
        settle()
        day = dice.choice(DAYS)
        for actor in actors:
            visible = seen(actor) & set(plan.documents)
            indexed = by_the_index(actor, day)
            assert set(indexed) == visible
            alone = without_what_is_hidden(actor, visible)
            for number in visible:
                document = load(number)
                code = expected_code(plan, document, day)
                told.add(code)
                assert validity.of(actor, document, day).status.code == code, (number, day, plan)
                assert status.status_at(document, day).code == code, (number, day, plan)
                assert indexed[number] == code, (number, day, plan)
                first = alone.get(number)
                assert (document.ended_on, document.ended_by) == ((first.day, first.cause_id) if first else (None, None))
                for cause in validity.of(actor, document).causes:
                    assert cause.document.id in visible, "a reader is told of what he may not read"
    assert told == set(CODES) or not full_size
    assert "het_hieu_luc" in told
    assert [fault for fault in checks.check(COMMAND_LINE) if fault.kind == "force"] == []
