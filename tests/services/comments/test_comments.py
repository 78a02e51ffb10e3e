"""Comments: who may write, read, change and settle them, where they stand, and where their words go."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from docmgr import db
from docmgr.models import (
    Comment,
    Delegation,
    Document,
    DocumentFlow,
    File,
    FlowAssignment,
    User,
    Version,
    WorkflowVersion,
)
from docmgr.policy import Actor, Denied
from docmgr.services.access import rule
from docmgr.services.comments import mentions, rights, settling, threads, writing
from docmgr.services.documents import lifecycle, withholding
from docmgr.services.documents.confirming import ties
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.keeping import holds
from legaltext import dates
from tests.filling.planning import LAW_WORDS, PLAN_WORDS, World, world
from tests.support.racing import count

__all__ = ["world"]
SECRET = "lời mà nhật ký không được giữ"


@pytest.fixture
def law(world: World) -> int:
    """A published document that everybody reads."""
    return world.document("10/2022/QH15", "Luật Thực hiện dân chủ ở cơ sở", LAW_WORDS)


def version_id(document_id: int, no: int = 1) -> int:
    db.release()
    with db.read() as session:
        return session.scalars(select(Version.id).where(Version.document_id == document_id, Version.no == no)).one()


def texts(actor: Actor, document_id: int, no: int = 1, **more: Any) -> list[Any]:
    """The threads as (place, gone, words of the first, words of the answers)."""
    db.release()
    found = threads.page(actor, document_id, version_id(document_id, no), **more).threads
    said = ["".join(run.text for run in one.top.runs) for one in found]
    return [(one.place, one.gone, words, ["".join(run.text for run in answer.runs) for answer in one.answers]) for one, words in zip(found, said, strict=True)]


def opened(actor: Actor, document_id: int) -> tuple[dict[str, int], int]:
    db.release()
    found = threads.open_comments(actor, document_id)
    return found.at, found.total


def age(comment_id: int, by: dt.timedelta) -> None:
    with db.write() as session:
        session.execute(update(Comment).where(Comment.id == comment_id).values(created_at=db.now() - by))


def test_comments_stand_at_their_provision_with_their_answers(world: World, law: int) -> None:
    staff, leader = world.actors["staff"], world.actors["leader"]
    whole = writing.add(staff, law, " Về cả luật \r\n dòng hai ").id
    last = writing.add(staff, law, "Về điều 63", anchor="dieu-63", version_no=1).id
    first = writing.add(leader, law, "Về khoản 3", anchor="dieu-52.khoan-3").id
    writing.add(leader, law, "Đồng ý", answers=last)
    assert texts(staff, law) == [
        (None, False, "Về cả luật \n dòng hai", []), ("khoản 3 Điều 52", False, "Về khoản 3", []), ("Điều 63", False, "Về điều 63", ["Đồng ý"]),
    ]  # fmt: skip
    assert texts(staff, law, anchor="dieu-63") == [("Điều 63", False, "Về điều 63", ["Đồng ý"])]
    assert opened(world.actors["auditor"], law) == ({"dieu-63": 1, "dieu-52.khoan-3": 1}, 3)
    settling.settle(leader, law, first, resolved=True)
    settling.settle(leader, law, first, resolved=True)
    assert opened(staff, law) == ({"dieu-63": 1}, 2) and texts(staff, law)[-1][0] == "khoản 3 Điều 52"
    (row,) = [one for one in threads.page(staff, law, version_id(law)).threads if one.resolved_at]
    assert (row.resolved_by, row.may_settle, row.top.version_no) == ("Leader", False, None)
    for refused in (lambda: writing.add(staff, law, "Nữa", answers=first), lambda: writing.add(staff, law, "Ở đâu", anchor="dieu-99")):
        with pytest.raises(Invalid):
            refused()
    with pytest.raises(Denied):
        settling.settle(staff, law, first, resolved=False)
    settling.settle(world.actors["clerk"], law, first, resolved=False)
    assert opened(staff, law)[1] == 3
    acts = [event.action for event in world.events() if event.action.startswith("comment:")]
    assert acts == ["comment:add"] * 4 + ["comment:resolve", "comment:reopen"] and whole


def test_a_new_version_moves_nothing_and_loses_nothing(world: World, law: int) -> None:
    staff = world.actors["staff"]
    writing.add(staff, law, "Về điều 63", anchor="dieu-63")
    writing.add(staff, law, "Về điều 52", anchor="dieu-52")
    world.new_version(law, (LAW_WORDS[2],))
    assert texts(staff, law, 2) == [("Điều 63", False, "Về điều 63", []), ("Điều 52", True, "Về điều 52", [])]
    shown = threads.page(staff, law, version_id(law, 2)).threads
    assert [(one.anchor, one.top.version_no) for one in shown] == [("dieu-63", 1), (None, 1)]


@pytest.mark.parametrize(("who", "published", "draft"), [
    ("staff", True, False), ("leader", True, False), ("clerk", True, True), ("auditor", False, False), ("administrator", False, False),
])  # fmt: skip
def test_who_may_comment(world: World, law: int, who: str, published: bool, draft: bool) -> None:
    actor = world.actors[who]
    sketch = world.document("1/KH", "Kế hoạch", PLAN_WORDS, workflow="draft")
    for document, allowed in ((law, published), (sketch, draft)):
        db.release()
        assert rights.may_write(actor, document) is allowed
        if allowed:
            writing.add(actor, document, "Ý kiến")
        else:
            with pytest.raises((Denied, NotFound)):
                writing.add(actor, document, "Ý kiến")
    assert count(Comment) == published + draft


def test_who_holds_a_draft_comments_on_it_also_for_an_absent_person(world: World) -> None:
    staff, other, leader = (world.actors[name] for name in ("staff", "other_staff", "leader"))
    sketch = world.document("1/KH", "Kế hoạch", PLAN_WORDS, workflow="draft")
    with db.write() as session:
        flow = DocumentFlow(document_id=sketch, version_id=session.scalars(select(WorkflowVersion.id)).first(), state="x")
        session.add(flow)
        session.flush()
        session.add_all(FlowAssignment(flow_id=flow.id, document_id=sketch, key=f"user:{actor.user_id}", role=role) for actor, role in ((staff, "lead"), (leader, "sent")))
        session.add(Delegation(user_id=staff.user_id, delegate_id=other.user_id, from_on=dates.today(), to_on=dates.today()))
        session.flush()
        rule.assign_list(session, session.get_one(Document, sketch))
    assert [rights.may_write(one, sketch) for one in (staff, other, leader)] == [True, False, False]
    stand_in = Actor(other.user_id, other.label, roles=other.roles, stands_for=frozenset({staff.user_id or 0}))
    assert rights.may_write(stand_in, sketch)
    assert writing.add(staff, sketch, "@planning-other_staff xem").mentioned.told == (other.user_id,)
    with pytest.raises(Invalid):
        writing.add(leader, sketch, "Tôi đã chuyển")
    with db.write() as session:
        session.get_one(Document, sketch).state = "withheld"
    assert not rights.may_write(staff, sketch) and not rights.may_write(world.actors["clerk"], sketch)


def test_a_hidden_document_has_no_comments(world: World, law: int, count_queries: Callable[[], Any]) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    made = writing.add(clerk, law, f"{SECRET}", anchor="dieu-63").id
    own = writing.add(staff, law, "Của tôi").id
    assert len(texts(staff, law)) == 2
    lifecycle.set_workflow(clerk, law, "withdrawn")
    assert texts(staff, law) == [] and opened(staff, law) == ({}, 0) and len(texts(clerk, law)) == 2
    for act in (
        lambda: writing.edit(staff, law, own, "x", revision=None), lambda: settling.settle(staff, law, own, resolved=True),
        lambda: settling.delete(staff, law, own), lambda: writing.of_own(staff, law, own), lambda: writing.add(staff, law, "x", answers=made),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            act()
    lifecycle.delete(clerk, [law])
    assert texts(clerk, law) == []
    db.release()
    with count_queries() as counted:
        threads.open_comments(clerk, law)
    assert counted.number == 1


def test_nobody_writes_on_another_document_by_a_comment_of_it(world: World, law: int) -> None:
    staff = world.actors["staff"]
    hidden = world.document("2/KH", "Riêng", PLAN_WORDS, closed=True)
    made = writing.add(world.actors["clerk"], hidden, "Kín").id
    for act in (
        lambda: writing.add(staff, law, "x", answers=made), lambda: settling.settle(staff, law, made, resolved=True),
        lambda: settling.delete(world.actors["clerk"], law, made), lambda: writing.edit(world.actors["clerk"], law, made, "x", revision=None),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            act()
    assert count(Comment, Comment.deleted_at.is_(None)) == 1


def test_the_author_changes_it_within_an_hour_and_the_old_text_stays(world: World, law: int) -> None:
    staff = world.actors["staff"]
    made = writing.add(staff, law, SECRET).id
    with pytest.raises(NotFound):
        writing.edit(world.actors["clerk"], law, made, "x", revision=None)
    with pytest.raises(Conflict):
        writing.edit(staff, law, made, "x", revision=7)
    writing.edit(staff, law, made, "Lời mới", revision=1)
    writing.edit(staff, law, made, "Lời mới", revision=2)
    db.release()
    (one,) = threads.page(staff, law, None).threads
    assert (one.top.former, one.top.runs[0].text, one.top.may_edit) == ((SECRET,), "Lời mới", True) and one.top.edited_at
    (event,) = world.events("comment:edit")
    with db.read() as session:
        row = session.get_one(Comment, made)
    before, after = event.details["sha256"]
    assert after == writing.fingerprint(row)["sha256"] and event.details["characters"] == [len(SECRET), 7]
    row.text = SECRET
    assert before == writing.fingerprint(row)["sha256"] == world.events("comment:add")[0].details["sha256"]
    age(made, dt.timedelta(minutes=61))
    db.release()
    with pytest.raises(Invalid):
        writing.edit(staff, law, made, "x", revision=None)
    assert not threads.page(staff, law, None).threads[0].top.may_edit
    assert SECRET not in json.dumps([event.details for event in world.events()], ensure_ascii=False)


def test_what_was_deleted_leaves_a_line_and_not_its_words(world: World, law: int) -> None:
    staff, clerk, auditor = (world.actors[name] for name in ("staff", "clerk", "auditor"))
    made = writing.add(staff, law, SECRET, anchor="dieu-63").id
    writing.edit(staff, law, made, f"{SECRET} nữa", revision=None)
    answer = writing.add(clerk, law, "Trả lời", answers=made).id
    alone = writing.add(staff, law, "Một mình").id
    with pytest.raises(Denied):
        settling.delete(staff, law, answer)
    hold = holds.hold_document(auditor, law, "Thanh tra")
    with pytest.raises(Invalid):
        settling.delete(staff, law, made)
    holds.end_on_document(auditor, law, hold, "Xong")
    with pytest.raises(Denied):
        settling.delete(auditor, law, made)
    settling.delete(clerk, law, made)
    settling.delete(staff, law, alone)
    assert texts(staff, law) == [("Điều 63", False, "", ["Trả lời"])] and opened(staff, law) == ({}, 0)
    shown = threads.page(staff, law, None).threads[0]
    assert (shown.top.deleted_by, shown.top.former, shown.may_settle, shown.top.may_delete) == ("Clerk", (), False, False)
    with db.read() as session:
        row = session.get_one(Comment, made)
        assert (row.text, row.former, row.mentions) == (None, [], [])
    told = world.events("comment:delete")
    assert [event.details.get("author") for event in told] == ["Staff", None] and told[0].details["characters"] == len(SECRET) + 4
    for act in (lambda: settling.delete(clerk, law, made), lambda: writing.edit(staff, law, alone, "x", revision=None)):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Invalid):
        writing.add(staff, law, "Nữa", answers=made)


def test_names_are_told_of_active_readers_only(world: World, law: int) -> None:
    clerk = world.actors["clerk"]
    with db.write() as session:
        session.get_one(User, world.users["leader"].id).disabled_at = db.now()
    text = "@planning-staff, @PLANNING-OTHER_STAFF. @planning-leader @planning-administrator, a@planning-clerk @ai-do @planning-auditor."
    found = writing.add(clerk, law, text).mentioned
    ids = {name: world.users[name].id for name in ("staff", "other_staff", "auditor")}
    assert found == mentions.Mentioned(tuple(ids.values()), ("planning-administrator",), ("planning-leader", "ai-do"))
    (event,) = world.events("comment:add")
    assert event.details["named"] == list(ids.values())
    (one,) = threads.page(clerk, law, None).threads
    assert [(run.text, run.person) for run in one.top.runs if run.person] == [
        ("@planning-staff", "Staff"), ("@PLANNING-OTHER_STAFF", "Other_Staff"), ("@planning-auditor", "Auditor"),
    ]  # fmt: skip
    assert "".join(run.text for run in one.top.runs) == text
    closed = world.document("2/KH", "Riêng", PLAN_WORDS, closed=True)
    assert writing.add(clerk, closed, "@planning-staff xem giúp").mentioned == mentions.Mentioned((), ("planning-staff",), ())
    with pytest.raises(Invalid):
        writing.add(clerk, law, " ".join(f"@nguoi-{number}" for number in range(mentions.MOST + 1)))


def test_limits(world: World, law: int, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = world.actors["staff"]
    for text in ("", " \n ", "x" * (writing.LONGEST + 1)):
        with pytest.raises(Invalid):
            writing.add(staff, law, text)
    monkeypatch.setattr(writing, "PER_HOUR", 3)
    monkeypatch.setattr(writing, "MOST_ANSWERS", 1)
    first = writing.add(staff, law, "x" * writing.LONGEST).id
    writing.add(staff, law, "Một", answers=first)
    with pytest.raises(Invalid) as refused:
        writing.add(world.actors["clerk"], law, "Hai", answers=first)
    assert refused.value.message.msgid == writing.TOO_MANY_ANSWERS.msgid
    settling.delete(staff, law, writing.add(staff, law, "Ba").id)
    with pytest.raises(Invalid) as refused:
        writing.add(staff, law, "Bốn")
    assert refused.value.message.msgid == writing.TOO_OFTEN.msgid
    writing.add(world.actors["clerk"], law, "Của người khác")
    age(first, dt.timedelta(minutes=60, seconds=1))
    writing.add(staff, law, "Bốn")
    monkeypatch.setattr(writing, "MOST_EDITS", 1)
    last = writing.add(world.actors["leader"], law, "Một").id
    writing.edit(world.actors["leader"], law, last, "Hai", revision=None)
    with pytest.raises(Invalid):
        writing.edit(world.actors["leader"], law, last, "Ba", revision=None)


def test_comments_go_with_the_words_that_they_may_quote(world: World, law: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    other = world.document("3/KH", "Khác", PLAN_WORDS)
    writing.add(staff, other, "Ở lại")
    made = writing.add(staff, law, SECRET, anchor="dieu-63").id
    writing.add(clerk, law, "Trả lời", answers=made)
    world.new_version(law, LAW_WORDS)
    writing.add(staff, law, f"Trong bản cũ có “{SECRET}”")
    with db.write() as session:
        withholding.remove_versions(session, law, Version.no == 1)
    assert count(Comment) == 1 and texts(staff, other)[0][2] == "Ở lại"


def test_joining_takes_the_comments_along(world: World, law: int) -> None:
    clerk = world.actors["clerk"]
    for newest, no in ((None, 1), (version_id(law), 1)):
        sketch = world.document("1/KH", "Kế hoạch", LAW_WORDS, workflow="draft")
        made = writing.add(clerk, sketch, "Ở dự thảo", anchor="dieu-63").id
        writing.add(clerk, sketch, "Trả lời", answers=made)
        with db.write() as session:
            draft, into = session.get_one(Document, sketch), session.get_one(Document, law)
            ties.move(session, draft, into, session.get_one(Version, newest) if newest else None)
        with db.read() as session:
            rows = session.scalars(select(Comment).where(Comment.id >= made)).all()
            assert {(row.document_id, row.version_id == (newest or row.version_id)) for row in rows} == {(law, True)} and no


def test_pages_of_threads_and_the_page_of_one(world: World, law: int, monkeypatch: pytest.MonkeyPatch, count_queries: Callable[[], Any]) -> None:
    staff = world.actors["staff"]
    monkeypatch.setattr(threads, "PAGE_SIZE", 2)
    made = [writing.add(staff, law, f"Ý {number}").id for number in range(5)]
    answer = writing.add(staff, law, "Trả lời", answers=made[4]).id
    place = version_id(law)
    found = [threads.page(staff, law, place, number) for number in (1, 2, 3, 9)]
    assert [[one.top.id for one in page.threads] for page in found] == [made[:2], made[2:4], made[4:], made[4:]]
    assert [page.number for page in found] == [1, 2, 3, 3] and {page.total for page in found} == {5}
    assert [threads.page(staff, law, place, comment_id=one).number for one in (made[3], answer, 999)] == [2, 3, 1]
    db.release()
    with count_queries() as few:
        threads.page(staff, law, place)
    monkeypatch.setattr(threads, "PAGE_SIZE", 9)
    db.release()
    with count_queries() as many:
        threads.page(staff, law, place)
    assert few.number == many.number <= 5


def test_the_trail_cannot_be_guessed(world: World, law: int) -> None:
    for text in ("Đồng ý", "Đồng ý"):
        writing.add(world.actors["staff"], law, text)
    hashes = [event.details["sha256"] for event in world.events("comment:add")]
    assert len(set(hashes)) == 2 and hashlib.sha256("Đồng ý".encode()).hexdigest() not in hashes


def test_comments_go_with_a_secret_further_file_too(world: World, law: int) -> None:
    writing.add(world.actors["staff"], law, SECRET)
    with db.write() as session:
        version = session.scalars(select(Version).where(Version.document_id == law)).one()
        for number in (1, 2):
            session.add(File(version_id=version.id, sha256=f"{number:064x}", size=1, name=f"{number}.pdf", kind="pdf"))
        session.flush()
        session.refresh(version)
        withholding._withhold_renditions(session, version, {f"{2:064x}"}, None)
    assert count(Comment) == 0 and count(File) == 1
