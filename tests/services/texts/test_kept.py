"""Places that tasks, links and relations refer to are never lost: the old reading is kept until a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from docmgr import db, worker
from docmgr.models import Document, Link, Relation, Task, Version
from docmgr.policy import Denied
from docmgr.reading import types
from docmgr.services.documents import references
from docmgr.services.documents.rereading import places, queue
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.relations import relations
from docmgr.services.texts import conversion, kept
from tests.filling import old_readings as old
from tests.filling.desk import actions
from tests.filling.old_fonts import in_bytes
from tests.filling.papers import BODY, decision
from tests.support.acting import actor_of, upload, work


@dataclass
class Pointed:
    """A document to whose Điều 2 a task, a link and a relation refer, and khoản 1 of Điều 1 a second task."""

    document: int
    task: int
    inner: int
    link: int
    relation: int


@pytest.fixture
def clerk(people) -> Any:
    return actor_of(people["clerk"])


@pytest.fixture
def pointed(site, clerk) -> Pointed:
    document = upload(clerk, decision(), publish=True)
    other = upload(clerk, decision(number="77"), publish=True)
    work(site)
    return point(clerk, document, other, "dieu-2", "dieu-1.khoan-1")


def point(clerk: Any, document: int, other: int, anchor: str, inner: str) -> Pointed:
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))

    def task(**place: Any) -> int:
        return tasks.create(clerk, plan, TaskInput("Việc", clerk.unit_id, due_rule="continuous", **place))

    first, second, bare = task(document_id=document, anchor=anchor), task(document_id=document, anchor=inner), task()
    link = links.add(clerk, document_id=document, role="basis", task_id=bare, anchor=anchor)
    relation = relations.add(clerk, other, "cites", document, target_anchor=anchor)
    return Pointed(document, first, second, link, relation)


def again(site: Any) -> None:
    db.release()
    worker.run_until_idle(site, again=True)
    db.release()


def rename(pointed: Pointed, anchors: dict[str, str]) -> None:
    """Let the older reader have given other anchors, to which everything refers."""
    old.age_anchors(pointed.document, anchors)
    with db.write() as session:
        for table, number, name in (
            (Task, pointed.task, "anchor"), (Task, pointed.inner, "anchor"), (Link, pointed.link, "anchor"),
            (Relation, pointed.relation, "target_anchor"),
        ):  # fmt: skip
            row = session.get_one(table, number)
            for new, before in anchors.items():
                value = getattr(row, name)
                if value == new or value.startswith(f"{new}."):
                    setattr(row, name, before + value[len(new) :])
                    break


def held(pointed: Pointed) -> tuple[str | None, str | None, str | None, str | None]:
    """The anchors of the task, the inner task, the link and the relation."""
    db.release()
    with db.read() as session:
        first, second = session.get_one(Task, pointed.task), session.get_one(Task, pointed.inner)
        relation = session.get_one(Relation, pointed.relation)
        return first.anchor, second.anchor, session.get_one(Link, pointed.link).anchor, relation.target_anchor


def dangling(pointed: Pointed) -> set[str | None]:
    return {anchor for anchor in held(pointed) if anchor} - set(old.anchors_of(pointed.document))


def test_places_that_stay_hold_nothing_up(site, pointed: Pointed) -> None:
    old.age_text(pointed.document, "Hội nghị", "Hoi nghi")
    again(site)
    assert old.kept_of(pointed.document) is None and "Hội nghị" in (old.version_of(pointed.document).text or "")
    assert held(pointed) == ("dieu-2", "dieu-1.khoan-1", "dieu-2", "dieu-2") and dangling(pointed) == set()


def test_the_old_reading_is_kept_where_a_place_would_vanish(site, clerk, pointed: Pointed) -> None:
    rename(pointed, {"dieu-2": "phu-luc.dieu-2"})
    before = old.version_of(pointed.document)
    again(site)
    kept_reading = old.kept_of(pointed.document)
    assert kept_reading is not None and kept_reading.reason == "places"
    assert [(one["anchor"], one["to"]) for one in kept_reading.moves] == [("phu-luc.dieu-2", "dieu-2")]
    assert old.version_of(pointed.document).text == before.text and old.version_of(pointed.document).reader is None
    assert held(pointed) == ("phu-luc.dieu-2", "dieu-1.khoan-1", "phu-luc.dieu-2", "phu-luc.dieu-2") and dangling(pointed) == set()
    assert queue.fill() == 0 and old.rereadings(pointed.document) == []
    rows, total, page = kept.listed(clerk)
    assert ([(row.document.id, row.no, row.places) for row in rows], total, page) == ([(pointed.document, 1, 1)], 1, 1)
    assert kept.count(clerk) == 1


def test_accepted_moves_are_made_with_the_new_reading(site, clerk, pointed: Pointed) -> None:
    rename(pointed, {"dieu-2": "phu-luc.dieu-2"})
    again(site)
    shown = kept.show(clerk, pointed.document, 1)
    assert [(one.label, one.to_label) for one in shown.moves] == [("Điều 2", "Điều 2")] and shown.may_take
    with db.read() as session:
        revision = session.get_one(Task, pointed.task).revision
    kept.decide(clerk, pointed.document, 1, "accept", [one.anchor for one in shown.moves])
    again(site)
    assert held(pointed) == ("dieu-2", "dieu-1.khoan-1", "dieu-2", "dieu-2") and dangling(pointed) == set()
    assert old.kept_of(pointed.document) is None and kept.count(clerk) == 0
    with db.read() as session:
        assert session.get_one(Task, pointed.task).revision == revision + 1
    assert actions(pointed.document)[-2:] == ["version:accept", "document:reread"]
    assert old.rereadings(pointed.document)[0]["moved"] == ["Điều 2 → Điều 2"]


def test_other_moves_than_were_shown_are_not_made(site, clerk, pointed: Pointed) -> None:
    rename(pointed, {"dieu-2": "phu-luc.dieu-2", "dieu-1": "phu-luc.dieu-1"})
    with db.write() as session:
        session.get_one(Task, pointed.inner).anchor = None
    again(site)
    shown = [one.anchor for one in kept.show(clerk, pointed.document, 1).moves]
    assert shown == ["phu-luc.dieu-2"]
    with pytest.raises(Invalid):
        kept.decide(clerk, pointed.document, 1, "accept", ["dieu-7"])
    kept.decide(clerk, pointed.document, 1, "accept", shown)
    # Before the worker comes, somebody refers to another place that would be lost.
    with db.write() as session:
        session.get_one(Task, pointed.inner).anchor = "phu-luc.dieu-1.khoan-1"
    again(site)
    assert dangling(pointed) == set() and held(pointed)[0] == "phu-luc.dieu-2"
    assert [one.anchor for one in kept.show(clerk, pointed.document, 1).moves] == ["phu-luc.dieu-1.khoan-1", "phu-luc.dieu-2"]


def test_what_was_kept_is_left_in_peace(site, clerk, pointed: Pointed, monkeypatch) -> None:
    rename(pointed, {"dieu-2": "phu-luc.dieu-2"})
    again(site)
    kept.decide(clerk, pointed.document, 1, "keep")
    assert kept.listed(clerk)[1] == 0 and queue.fill() == 0
    with pytest.raises(NotFound):
        kept.show(clerk, pointed.document, 1)
    with pytest.raises(Invalid):
        kept.decide(clerk, pointed.document, 1, "accept", ["phu-luc.dieu-2"])
    # The next generation of the readers tries again.
    monkeypatch.setattr(queue, "READER_VERSION", queue.READER_VERSION + 1)
    assert queue.fill() == 2


def test_words_that_now_stand_at_another_anchor_move_with_it(site, pointed: Pointed) -> None:
    """The old reader had called Điều 3 "dieu-2" and Điều 2 "dieu-3": both anchors stay, but mean something else."""
    rename(pointed, {"dieu-2": "tam", "dieu-3": "dieu-2"})
    rename(pointed, {"tam": "dieu-3"})
    again(site)
    reading = old.kept_of(pointed.document)
    assert reading is not None and [(one["anchor"], one["to"]) for one in reading.moves] == [("dieu-3", "dieu-2")]


def test_two_places_change_places(site, clerk, pointed: Pointed) -> None:
    rename(pointed, {"dieu-2": "tam", "dieu-3": "dieu-2"})
    rename(pointed, {"tam": "dieu-3"})
    with db.write() as session:
        session.get_one(Task, pointed.inner).anchor = "dieu-2"
    again(site)
    kept.decide(clerk, pointed.document, 1, "accept", ["dieu-2", "dieu-3"])
    again(site)
    assert held(pointed) == ("dieu-2", "dieu-3", "dieu-2", "dieu-2")


def provision(anchor: str, text: str, label: str = "Khoản 1") -> types.Provision:
    return types.Provision(anchor, None, "khoan", label, "", text, 0, len(text))


@pytest.mark.parametrize(
    ("found", "to"),
    [
        ([provision("dieu-9.khoan-4", "Quy chế này quy định việc thực hiện dân chủ trong hoạt động của sở.")], "dieu-9.khoan-4"),
        ([provision("dieu-1", "Phạm vi", "Điều 1"), provision("dieu-2", "Việc khác hẳn", "Điều 2")], "dieu-1"),
        ([provision("muc-I", "Hoàn toàn khác", "I")], None),
        ([], None),
    ],
)
def test_the_nearest_place(site, pointed: Pointed, found: list[types.Provision], to: str | None) -> None:
    with db.write() as session:
        version = session.get_one(Version, old.version_of(pointed.document).id)
        document = session.get_one(Document, pointed.document)
        moves = places.lost(session, document, version, found)
    assert {one.anchor: one.to for one in moves}["dieu-1.khoan-1"] == to


def test_relations_mean_the_newest_version_only(site, clerk, pointed: Pointed) -> None:
    import io

    from docmgr.services.documents import upload as documents

    first = old.version_of(pointed.document).id
    with db.write() as session:
        session.get_one(Relation, pointed.relation).target_anchor = "dieu-3"
    documents.add_version(clerk, pointed.document, io.BytesIO(decision(number="13")), "moi.docx", None)
    work(site)
    with db.read() as session:
        document = session.get_one(Document, pointed.document)
        for version, used in ((session.get_one(Version, first), {"dieu-2", "dieu-1.khoan-1"}), (old.version_of(pointed.document), {"dieu-3"})):
            assert places.in_use(session, document, version) == used


def test_a_conversion_that_would_lose_places_is_shown_first(site, clerk) -> None:
    old_font = in_bytes("\n".join(("Thông tư", "Hướng dẫn thực hiện dân chủ", *BODY)), "tcvn3")
    document = upload(clerk, old_font, "cu.txt", publish=True)
    other = upload(clerk, decision(), publish=True)
    work(site)
    pointed = point(clerk, document, other, "dieu-2", "dieu-1.khoan-1")
    before = old.version_of(document).text
    conversion.set_as_written(clerk, document, 1, True)
    again(site)
    found = old.version_of(document)
    assert (found.text, found.as_written, found.read_again) == (before, False, False) and dangling(pointed) == set()
    shown = [one.anchor for one in kept.show(clerk, document, 1).moves]
    kept.decide(clerk, document, 1, "accept", shown)
    again(site)
    found = old.version_of(document)
    assert found.as_written and found.text_before is None and found.text != before and dangling(pointed) == set()


def test_only_those_who_may_edit_see_and_decide(site, people, clerk, pointed: Pointed) -> None:
    rename(pointed, {"dieu-2": "phu-luc.dieu-2"})
    again(site)
    with db.read() as session:
        document, version = session.get_one(Document, pointed.document), old.version_of(pointed.document)
    for role in ("auditor", "administrator"):
        other = actor_of(people[role])
        with pytest.raises(Denied):
            kept.listed(other)
        with pytest.raises(Denied):
            kept.show(other, pointed.document, 1)
        with pytest.raises(Denied):
            kept.decide(other, pointed.document, 1, "keep")
        assert kept.count(other) == 0 and not kept.waits(other, document, version)
    staff = actor_of(people["staff"])
    assert kept.listed(staff)[1] == 0 and kept.count(staff) == 0
    with pytest.raises(NotFound):
        kept.show(staff, pointed.document, 1)
    with pytest.raises(NotFound):
        kept.decide(staff, pointed.document, 1, "keep")
    assert kept.waits(clerk, document, version)
    assert references.find(clerk, pointed.document, "phu-luc.dieu-2") is not None
