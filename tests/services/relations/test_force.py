"""What ends a document: its page, lists and the index agree; and what must not end it."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from sqlalchemy import select, update

from docmgr import db, policy
from docmgr.models import Document, Job, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import bin, lifecycle, validity
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.indexing import sync
from docmgr.services.listing import in_folder
from docmgr.services.relations import endings, force, relations
from docmgr.services.search import find
from docmgr.services.upkeep import checks
from legaltext import dates
from tests.filling.ending import BEFORE, DAY, closed_folder, kept, paper, says, settle, standings, told
from tests.filling.filing import load, own_grants
from tests.support.acting import actor_of


@pytest.fixture
def clerk(site, people: dict[str, User]) -> Actor:
    site.backend.index.create()
    return actor_of(people["clerk"])


@pytest.fixture
def pair(clerk: Actor) -> tuple[int, int]:
    """(old, new): a document in force, and one that takes effect on DAY; they are not related yet."""
    old, new = paper("12/QĐ-SGDĐT"), paper("30/QĐ-SGDĐT", issued_on=BEFORE, effective_from=DAY)
    settle()
    return old, new


@pytest.mark.parametrize("type_", ["replaces", "repeals"])
def test_a_document_is_over_from_the_day_its_successor_takes_effect(clerk, staff, pair, type_: str) -> None:
    old, new = pair
    relation = relations.add(clerk, new, type_, old)
    assert validity.of(staff, load(old), DAY).status.code == "het_hieu_luc"
    settle()
    assert (told(staff, old, BEFORE), told(staff, old, DAY)) == ("con_hieu_luc", "het_hieu_luc")
    (cause,) = validity.of(staff, load(old)).causes
    assert (cause.document.id, cause.ending.type, cause.ending.day, cause.ending.exact) == (new, type_, DAY, True)
    relations.end(clerk, relation)
    settle()
    assert told(staff, old) == "con_hieu_luc"
    assert validity.of(staff, load(old)).lone


def test_lists_name_the_cause(clerk, staff, pair) -> None:
    old, new = pair
    relations.add(clerk, new, "replaces", old)
    settle()
    page = find.find(staff, "văn bản thử", day=DAY, record=False)
    assert {hit.document.id: (ref and ref.id) for hit in page.hits for ref in [page.cause_of(hit.document)]} == {
        old: new, new: None,
    }  # fmt: skip
    earlier = find.find(staff, "văn bản thử", day=BEFORE, record=False)
    assert [earlier.cause_of(hit.document) for hit in earlier.hits] == [None, None]
    rows = in_folder.contents(staff, tree.root_id()).rows
    assert {row.document.id: row.cause and row.cause.id for row in rows} == {old: new, new: None}
    lifecycle.set_workflow(clerk, new, "withdrawn")
    # Nothing has been computed yet, and nobody learns of a document that they may not read.
    assert [row.cause for row in in_folder.contents(staff, tree.root_id()).rows] == [None]


@pytest.mark.parametrize(
    ("type_", "anchor"), [("replaces", "dieu-1"), ("repeals", "dieu-2.khoan-1"), ("amends", None), ("suspends", None)]
)
def test_a_part_leaves_the_rest_in_force(clerk, pair, type_: str, anchor: str | None) -> None:
    old, new = pair
    relations.add(clerk, new, type_, old, target_anchor=anchor)
    settle()
    assert (told(clerk, old), standings(clerk, old)) == ("con_hieu_luc", [])


def test_a_cause_that_is_not_published_changes_nothing(clerk, staff, pair) -> None:
    old, new = pair
    relations.add(clerk, new, "replaces", old)
    for workflow, clerk_is_told in (("draft", [(new, "draft")]), ("withdrawn", []), ("published", [(new, "counts")])):
        lifecycle.set_workflow(clerk, new, workflow)
        settle()
        over = workflow == "published"
        assert told(staff, old) == ("het_hieu_luc" if over else "con_hieu_luc"), workflow
        assert standings(clerk, old) == clerk_is_told
        assert standings(staff, old) == (clerk_is_told if over else [])


def test_a_cause_in_the_bin_counts_again_when_it_is_back(clerk, pair) -> None:
    old, new = pair
    relations.add(clerk, new, "replaces", old)
    batch = lifecycle.delete(clerk, [new])
    settle()
    assert (told(clerk, old), standings(clerk, old)) == ("con_hieu_luc", [])
    bin.restore(clerk, batch)
    settle()
    assert told(clerk, old) == "het_hieu_luc"


def test_a_cause_that_not_every_reader_may_read_is_told_to_those_who_may(people, clerk, staff) -> None:
    folder = closed_folder(f"user:{people['clerk'].id}")
    old, new = paper("12/QĐ-SGDĐT"), paper("30/QĐ-SGDĐT", folder, effective_from=DAY)
    relations.add(COMMAND_LINE, new, "replaces", old)
    settle()
    for actor, causes in ((staff, []), (clerk, [(new, "hidden")]), (actor_of(people["auditor"]), [(new, "hidden")])):
        assert (told(actor, old), standings(actor, old)) == ("con_hieu_luc", causes)
    assert kept(old) == (None, None)
    assert (validity.of(staff, load(old)).lone, validity.of(clerk, load(old)).lone) == (True, False)


def test_wider_and_narrower_rights_of_a_folder_are_followed(people, clerk, staff) -> None:
    folder = closed_folder("role:clerk")
    old, new = paper("12/QĐ-SGDĐT"), paper("30/QĐ-SGDĐT", folder, effective_from=DAY)
    relations.add(COMMAND_LINE, new, "replaces", old)
    settle()
    assert told(staff, old) == "con_hieu_luc"
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=folder), "staff", "reader")
    settle()
    assert told(staff, old) == "het_hieu_luc"
    given = next(row for row in own_grants(SharedThing(folder_id=folder)) if row.key == "staff")
    sharing.revoke(COMMAND_LINE, given.id)
    settle()
    assert told(staff, old) == "con_hieu_luc"
    # The document itself moves to a folder where only those who may read the cause can read it.
    lifecycle.move(COMMAND_LINE, [old], folder)
    settle()
    assert told(clerk, old) == "het_hieu_luc"


@pytest.mark.parametrize(
    ("begins", "issued", "expected", "exact"),
    [(DAY, BEFORE, DAY, True), (None, DAY, DAY, False), (dt.date(2019, 1, 1), None, None, True), (None, None, "today", False)],
)
def test_from_which_day_on(clerk, begins, issued, expected, exact: bool) -> None:
    old, new = paper("12/QĐ-SGDĐT"), paper("30/QĐ-SGDĐT", effective_from=begins, issued_on=issued)
    relations.add(clerk, new, "replaces", old)
    settle()
    day = dates.today() if expected == "today" else expected
    assert kept(old) == (day, new if day else None)
    assert [one.ending.exact for one in validity.of(clerk, load(old)).causes] == ([exact] if day else [])


def test_the_earlier_end_counts(clerk, pair) -> None:
    old, new = pair
    later = paper("40/QĐ-SGDĐT", effective_from=DAY + dt.timedelta(days=90))
    for cause in (later, new):
        relations.add(clerk, cause, "replaces", old)
    settle()
    assert kept(old) == (DAY, new)
    assert [cause for cause, _ in standings(clerk, old)] == [new, later]


def test_what_was_ended_stays_ended_when_its_successor_ends(clerk, pair) -> None:
    old, new = pair
    third = paper("40/QĐ-SGDĐT", effective_from=DAY + dt.timedelta(days=90))
    relations.add(clerk, new, "replaces", old)
    relations.add(clerk, third, "repeals", new)
    settle()
    late = DAY + dt.timedelta(days=100)
    assert (told(clerk, old, late), told(clerk, new, late)) == ("het_hieu_luc", "het_hieu_luc")


def test_of_two_that_replace_each_other_the_later_one_stands(clerk, pair) -> None:
    old, new = pair
    relations.add(clerk, new, "replaces", old)
    relations.add(clerk, old, "replaces", new)
    settle()
    assert (told(clerk, old), told(clerk, new)) == ("het_hieu_luc", "con_hieu_luc")


def test_what_is_kept_wrong_is_told_and_mended_by_a_rebuild(site, clerk, pair) -> None:
    old, new = pair
    relations.add(clerk, new, "replaces", old)
    settle()
    assert [fault for fault in checks.check(COMMAND_LINE) if fault.kind == "force"] == []
    with db.write() as session:
        session.execute(update(Document).where(Document.id == old).values(ended_on=None, ended_by=None))
        session.execute(update(Document).where(Document.id == new).values(ended_on=DAY))
    faults = [fault for fault in checks.check(COMMAND_LINE) if fault.kind == "force"]
    assert {fault.document_id for fault in faults} == {old, new}
    sync.rebuild()
    settle()
    assert (told(clerk, old), kept(new)) == ("het_hieu_luc", (None, None))
    assert [fault for fault in checks.check(COMMAND_LINE) if fault.kind == "force"] == []


def test_a_change_waiting_for_its_job_is_no_fault(clerk, pair) -> None:
    old, new = pair
    relations.add(clerk, new, "replaces", old)
    with db.read() as session:
        assert force.differing(session) == []


def test_only_a_change_makes_work(clerk, pair) -> None:
    old, new = pair
    relations.add(clerk, new, "replaces", old)
    before = load(old).revision
    assert force.follow([new]) == 1
    assert force.follow([new, old]) == 0
    # The index's copy is compared by this revision.
    revision = load(old).revision
    assert revision == before + 1
    settle()
    assert load(old).revision == revision
    with db.read() as session:
        assert session.scalars(select(Job).where(Job.kind != "render")).all() == []


def test_the_number_of_queries_does_not_grow(clerk, count_queries) -> None:
    new = paper("30/QĐ-SGDĐT", effective_from=DAY)
    says(new, "1/QĐ-SGDĐT", "Thay thế {}.")
    numbers = []
    for count in (1, 40):
        targets = [paper("1/QĐ-SGDĐT") for _ in range(count)]
        relations.add(clerk, new, "replaces", targets[0])
        with count_queries() as counted, db.read() as session:
            assert len(endings.of(session, targets)) == count
        numbers.append(counted.number)
    assert numbers[1] <= numbers[0] + 3


def test_covers_means_that_whoever_reads_the_one_reads_the_other() -> None:
    pool = ("staff", "unit:1", "role:leader", "user:3")
    people = [Actor(None, "khách"), Actor(9, "9"), Actor(3, "3"), Actor(4, "4", unit_id=1)]
    people += [Actor(5, "5", roles=frozenset({"leader"})), Actor(3, "3", unit_id=1, roles=frozenset({"leader"}))]
    sets = [frozenset(keys) for n in range(4) for keys in itertools.combinations(pool, n)]
    for wider, narrower in itertools.product(sets, sets):
        readers = [one for one in people if policy.meets(one, narrower)]
        assert policy.covers(wider, narrower) is all(policy.meets(one, wider) for one in readers), (wider, narrower)
