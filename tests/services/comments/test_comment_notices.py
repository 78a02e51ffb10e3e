"""Notices of comments: to followers, to those who are named, to those to whom one answers; to nobody who may not read."""

from __future__ import annotations

import pytest

from docmgr import db
from docmgr.policy import Actor
from docmgr.services.comments import settling, writing
from docmgr.services.documents import lifecycle
from docmgr.services.notifications import following, listing, making, reasons
from docmgr.services.notifications.words import said
from tests.filling.planning import LAW_WORDS, World, world

__all__ = ["world"]


@pytest.fixture
def law(world: World) -> int:
    """A published document that everybody reads, and a trail of which nothing is told."""
    made = world.document("10/2022/QH15", "Luật Thực hiện dân chủ ở cơ sở", LAW_WORDS)
    making.make()
    return made


def told(actor: Actor) -> list[str]:
    """The reasons of the actor's notices, the oldest first."""
    while making.make():
        db.release()
    db.release()
    return [row.reason for row in reversed(listing.page(actor).rows)]


def test_each_hears_once_for_the_nearest_reason(world: World, law: int) -> None:
    clerk, staff, leader, other = (world.actors[name] for name in ("clerk", "staff", "leader", "other_staff"))
    for actor in (clerk, staff, leader):
        following.follow(actor, "document", law)
    made = writing.add(staff, law, "Nhờ @planning-leader, @planning-staff xem").id
    assert [told(actor) for actor in (clerk, staff, leader, other)] == [["commented"], [], ["mentioned"], []]
    writing.add(other, law, "Tôi trả lời", answers=made)
    writing.add(leader, law, "Tôi cũng", answers=made)
    assert [told(actor) for actor in (clerk, staff, other)] == [["commented"] * 3, ["answered"] * 2, ["answered"]]
    assert told(leader) == ["mentioned", "commented"]
    (row,) = listing.page(other).rows
    assert (row.who, row.kind, row.subject_id, row.action) == ("Leader", "document", law, "comment:add")
    opened = listing.open_one(other, row.id)
    assert opened == listing.OpenedNotice("comment", law, str(made + 2))


def test_an_edit_tells_those_whom_it_names_anew(world: World, law: int) -> None:
    staff, leader, clerk = (world.actors[name] for name in ("staff", "leader", "clerk"))
    following.follow(clerk, "document", law)
    made = writing.add(staff, law, "Nhờ @planning-leader").id
    writing.edit(staff, law, made, "Nhờ @planning-leader và @planning-other_staff", revision=None)
    assert [told(one) for one in (leader, world.actors["other_staff"], clerk)] == [["mentioned"], ["mentioned"], ["commented"]]


def test_nobody_hears_of_what_is_hidden_deleted_or_unwanted(world: World, law: int) -> None:
    clerk, staff, leader, other = (world.actors[name] for name in ("clerk", "staff", "leader", "other_staff"))
    for actor in (staff, leader, other):
        following.follow(actor, "document", law)
    reasons.choose(other, set(reasons.REASONS) - {"commented"})
    hidden = world.document("2/KH", "Riêng", closed=True)
    writing.add(clerk, hidden, "Nhờ @planning-staff")
    settling.delete(clerk, law, writing.add(clerk, law, "Nhờ @planning-staff").id)
    assert told(staff) == []
    writing.add(clerk, law, "Nhờ @planning-staff")
    lifecycle.set_workflow(clerk, law, "withdrawn")
    assert told(staff) == [] and listing.unread(staff) == 0
    lifecycle.set_workflow(clerk, law, "published")
    writing.add(clerk, law, "Một ý nữa")
    # What was written while the document was hidden is told to nobody later, and the publishing is told.
    assert [told(one) for one in (staff, leader, other)] == [["workflow", "commented"], ["workflow", "commented"], ["workflow"]]
    lifecycle.set_workflow(clerk, law, "withdrawn")
    assert told(leader) == []


def test_its_author_hears_that_a_comment_was_resolved(world: World, law: int) -> None:
    clerk, staff, leader, other = (world.actors[name] for name in ("clerk", "staff", "leader", "other_staff"))
    following.follow(leader, "document", law)
    first, second, own = (writing.add(actor, law, "Xem lại").id for actor in (staff, other, clerk))
    for made in (first, second, own):
        settling.settle(clerk, law, made, resolved=True)
    settling.settle(clerk, law, second, resolved=False)
    assert [told(one) for one in (staff, other, clerk)] == [["resolved"], [], []] and "resolved" not in told(leader)
    (row,) = listing.page(staff).rows
    assert (said(row), row.who) == ("Đã giải quyết ý kiến của bạn", "Clerk")
    assert listing.open_one(staff, row.id) == listing.OpenedNotice("comment", law, str(first))
    lifecycle.set_workflow(clerk, law, "withdrawn")
    assert told(staff) == []
