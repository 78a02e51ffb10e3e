"""Opinions: given by who is asked, changed until the end, anonymous where that was chosen, and received afterwards."""

from __future__ import annotations

import io
import json

import docx
import pytest
from sqlalchemy import select, true

from docmgr import db
from docmgr.models import ConsultationPerson, Document, Opinion, TrailEvent, Version
from docmgr.policy import Actor, Denied
from docmgr.services.consulting import answering, forgetting, opening, settling, showing, summary, words
from docmgr.services.consulting.settling import ReceptionInput
from docmgr.services.documents import withholding
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.writing.layout.check import check
from tests.filling.keeping.consulting import allow, opened, opinion, pass_days, row, says
from tests.filling.planning import World
from tests.support.racing import events

ARTICLE = "dieu-52"


def three(world: World) -> tuple[Actor, Actor, Actor]:
    return world.actors["staff"], world.actors["other_staff"], world.actors["leader"]


def settled(clerk: Actor, number: int, one: int, reception: str = "accepted", text: str = "", **more: int) -> None:
    settling.settle(clerk, number, one, ReceptionInput(reception, text), **more)


def test_one_person_has_one_opinion_at_a_place_and_changes_it(world: World, paper: int) -> None:
    clerk, staff, other = (world.actors[name] for name in ("clerk", "staff", "other_staff"))
    number = opened(clerk, paper, staff, other)
    first = says(staff, number, "changes", " Nên thêm thời hạn ", ARTICLE)
    assert says(staff, number) != first and says(other, number, "disagree", "Không cần", ARTICLE) != first
    assert says(staff, number, "disagree", "Bỏ điều này", ARTICLE, revision=1) == first and opinion(first).revision == 2
    with pytest.raises(Conflict, match="Người khác vừa sửa"):
        says(staff, number, "agree", "", ARTICLE, revision=1)
    view = showing.get(clerk, number)
    assert [(one.place, one.who, one.stance, one.text) for one in view.opinions] == [
        ("", "Staff", "agree", None), ("Điều 52", "Staff", "disagree", "Bỏ điều này"), ("Điều 52", "Other_Staff", "disagree", "Không cần"),
    ]  # fmt: skip
    assert (view.asked, view.answered, view.total, view.stances) == (2, 2, 3, {"agree": 1, "changes": 0, "disagree": 2})
    assert [event.actor_id for event in events("consultation:answer", "consultation:change")] == [staff.user_id, staff.user_id, other.user_id, staff.user_id]
    # The trail has the place, and not one word of the opinion.
    assert all("Bỏ điều" not in json.dumps(event.details, ensure_ascii=False) for event in events("consultation:change"))
    # Others see no opinions before the end.
    mine = showing.get(other, number)
    assert not mine.opinions_shown and not mine.opinions and [one.text for one in mine.own] == ["Không cần"]


def test_what_is_typed_is_checked(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    number = opened(clerk, paper, staff)
    wrong = (("stance", "no", "x", ""), ("text", "disagree", " ", ""), ("text", "changes", "", ""), ("text", "agree", "x" * 1_401, ""), ("anchor", "agree", "", "dieu-99"))
    for field, stance, text, anchor in wrong:
        with pytest.raises(Invalid) as refused:
            says(staff, number, stance, text, anchor)
        assert refused.value.field == field
    for actor in (clerk, world.actors["other_staff"], world.actors["auditor"]):
        with pytest.raises(NotFound):
            says(actor, number)
    with pytest.raises(NotFound):
        says(staff, 999_999)
    with pytest.raises(Denied):
        says(world.actors["administrator"], number)
    monkeypatch.setattr(words, "MOST_OPINIONS", 1)
    says(staff, number)
    says(staff, number, "disagree", "Đổi ý")
    with pytest.raises(Invalid, match="nhiều nhất 1 ý kiến"):
        says(staff, number, anchor=ARTICLE)


def test_an_anonymous_opinion_is_nobodys(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, people = world.actors["clerk"], three(world)
    allow(world.actors["administrator"])
    number = opened(clerk, paper, *people, anonymous=True)
    for one in people:
        says(one, number, "disagree", f"Ý kiến {one.user_id}", ARTICLE)
    first = says(people[0], number, "changes", "Đổi ý", ARTICLE)
    assert says(people[0], number, "agree", "", ARTICLE) == first
    # While it is open nobody sees what was said, only how many answered; each sees their own.
    view = showing.get(clerk, number)
    assert not view.opinions_shown and not view.opinions and (view.asked, view.answered, view.total) == (3, 3, 0)
    assert {one.answered for one in view.people} == {None} and len(showing.get(people[0], number).own) == 1
    with db.read() as session:
        stored = session.scalars(select(Opinion)).all()
        trail = session.scalars(select(TrailEvent).where(TrailEvent.action.in_(("consultation:answer", "consultation:change")))).all()
        assert len(stored) == 3 and all(one.user_id is None and one.given_at is None and not one.pen.startswith("user") for one in stored)
        assert trail == [] and all(one.id >= answering.FIRST_ID for one in stored)
    pass_days(monkeypatch, 10)
    over = showing.get(clerk, number)
    assert len(over.opinions) == 3 and {(one.who, one.unit, one.at) for one in over.opinions} == {("", "", None)}
    settled(clerk, number, first, text="Đã sửa")
    assert row(number).salt is None and showing.get(people[0], number).own == ()
    file = docx.Document(io.BytesIO(summary.write(clerk, number).body))
    told = "\n".join(cell.text for table in file.tables for line in table.rows for cell in line.cells)
    assert told.count(words.NOBODY) == 3 and not any(one.label in told for one in people)
    assert check(file) == []


def test_the_secret_of_an_anonymous_one_is_erased_when_it_ran_out(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, people = world.actors["clerk"], three(world)
    allow(world.actors["administrator"])
    number = opened(clerk, paper, *people, anonymous=True)
    assert forgetting.forget() == 0 and row(number).salt
    pass_days(monkeypatch, 10)
    assert forgetting.forget() == 1 and row(number).salt is None and forgetting.forget() == 0


def test_an_anonymous_one_is_not_ended_while_few_have_answered(world: World, paper: int) -> None:
    clerk, people = world.actors["clerk"], three(world)
    allow(world.actors["administrator"])
    number = opened(clerk, paper, *people, anonymous=True)
    for one in people[:2]:
        says(one, number)
        with pytest.raises(Conflict):
            opening.close(clerk, number)
    says(people[2], number)
    opening.close(clerk, number)
    assert row(number).salt is None


def test_opinions_are_received_after_the_end(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff, other = (world.actors[name] for name in ("clerk", "staff", "other_staff"))
    number, elsewhere = opened(clerk, paper, staff, other), opened(clerk, paper, staff)
    one = says(staff, number, "changes", "Thêm thời hạn", ARTICLE)
    with pytest.raises(Conflict, match="còn đang mở"):
        settled(clerk, number, one)
    with pytest.raises(Conflict, match="còn đang mở"):
        summary.write(clerk, number)
    opening.close(clerk, number)
    opening.close(clerk, elsewhere)
    for reception, text, field in (("", "", "reception"), ("explained", " ", "text"), ("accepted", "x" * 1_401, "text")):
        with pytest.raises(Invalid) as refused:
            settled(clerk, number, one, reception, text)
        assert refused.value.field == field
    for wrong in (lambda: settled(staff, number, one), lambda: settled(clerk, elsewhere, one), lambda: settled(clerk, number, 999_999)):
        with pytest.raises((Denied, NotFound)):
            wrong()
    settled(clerk, number, one, "explained", "Luật đã quy định", revision=1)
    with pytest.raises(Conflict, match="Người khác vừa sửa"):
        settled(clerk, number, one, "accepted", revision=1)
    settled(clerk, number, one, "explained", "Luật đã quy định")
    assert len(events("consultation:settle")) == 1 and opinion(one).revision == 2
    # Now everybody who was asked sees what was said and how it was received.
    view = showing.get(other, number)
    assert view.opinions_shown and [(seen.reception, seen.reception_text, seen.received_by) for seen in view.opinions] == [("explained", "Luật đã quy định", "Clerk")]


def test_the_summary_has_every_opinion_in_the_layout_of_the_decree(world: World, paper: int) -> None:
    clerk, staff, other = (world.actors[name] for name in ("clerk", "staff", "other_staff"))
    number = opened(clerk, paper, staff, other)
    one, _two = says(staff, number, "changes", "Thêm thời hạn", f"{ARTICLE}.khoan-3"), says(other, number)
    opening.close(clerk, number)
    settled(clerk, number, one, "accepted", "Sửa như góp ý")
    file = summary.write(staff, number)
    made = docx.Document(io.BytesIO(file.body))
    assert check(made) == [] and file.name == f"tong-hop-y-kien-{number}.docx"
    table = next(table for table in made.tables if table.cell(0, 0).text == "STT")
    assert [[cell.text for cell in line.cells] for line in table.rows][1:] == [
        ["1", "Toàn văn bản", "Đồng ý.", "Other_Staff, Phòng Giáo dục trung học (thử)", "…………………………………………………………"[:20]],
        ["2", "Khoản 3 Điều 52", "Đồng ý, có đề nghị sửa: Thêm thời hạn", "Staff, Phòng Tổ chức cán bộ (thử)", "Tiếp thu: Sửa như góp ý"],
    ]
    assert any("2 trên 2 người" in paragraph.text for paragraph in made.paragraphs)
    assert events("consultation:paper")[0].actor_id == staff.user_id
    with pytest.raises(NotFound):
        summary.write(world.actors["leader"], 999_999)
    empty = opened(clerk, paper, staff)
    opening.close(clerk, empty)
    assert check(docx.Document(io.BytesIO(summary.write(clerk, empty).body))) == []


def test_words_go_with_the_words_of_the_document(world: World, paper: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    number = opened(clerk, paper, staff)
    one = says(staff, number, "disagree", "Trích lời mật", ARTICLE)
    with db.write() as session:
        session.get_one(Document, paper).state = "withheld"
        withholding.remove_versions(session, paper, true())
    assert row(number).question is None and row(number).version_id is None and opinion(one).text is None
    with pytest.raises(Conflict, match="không còn nội dung"):
        says(staff, number)
    opening.close(clerk, number)
    view = showing.get(clerk, number)
    assert [(shown.place, shown.text) for shown in view.opinions] == [(None, None)] and not showing.choices(clerk, number)
    for act in (lambda: settled(clerk, number, one), lambda: summary.write(clerk, number), lambda: opened(clerk, paper, staff)):
        with pytest.raises((Conflict, Invalid), match="không còn nội dung"):
            act()


def test_a_page_has_a_fixed_number_of_queries(world: World, paper: int, count_queries) -> None:
    clerk, people = world.actors["clerk"], three(world)
    number = opened(clerk, paper, *people)
    says(people[0], number)
    db.release()
    with count_queries() as few:
        showing.get(clerk, number)
    for one in people:
        for anchor in ("", ARTICLE, f"{ARTICLE}.khoan-3"):
            says(one, number, "agree", "Được", anchor)
    db.release()
    with count_queries() as many:
        assert len(showing.get(clerk, number).opinions) == 9
    assert many.number <= few.number + 1
    with db.read() as session:
        assert session.scalars(select(ConsultationPerson.answered)).all() == [True] * 3 and session.scalar(select(Version.id))
