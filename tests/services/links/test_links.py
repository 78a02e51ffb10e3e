"""Links: created and ended with their history kept, and never shown for a document that may not be read."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docmgr import db
from docmgr.models import Document, Finding, Inspection, Plan, Task
from docmgr.policy import LINK_ROLES, Denied
from docmgr.services.access import guard
from docmgr.services.documents import references
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links, pick
from docmgr.services.message import Message
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.search import find
from docmgr.services.search import pick as search_pick
from docmgr.services.trail import of_subjects
from legaltext import dates
from tests.filling.papers import decision
from tests.filling.planning import LAW_WORDS, World, world
from tests.support.acting import actor_of, upload, work

__all__ = ["world"]


def a_task(world: World, title: str = "Tổ chức Hội nghị") -> int:
    clerk = world.actors["clerk"]
    plan_id = plans.create(clerk, PlanInput("Kế hoạch dân chủ", 2024))
    return tasks.create(clerk, plan_id, TaskInput(title, world.units["tccb"], due_rule="continuous"))


def a_finding(world: World, unit: str = "gdtrh") -> tuple[int, int]:
    clerk = world.actors["clerk"]
    inspection_id = inspections.create(clerk, InspectionInput("Kiểm tra quy chế", world.units[unit]))
    given = FindingInput("Chưa lấy ý kiến trước khi ban hành", unit_id=world.units[unit])
    return inspection_id, findings.create(clerk, inspection_id, given)


def test_a_link_names_the_provision_its_date_and_who_made_it(world: World) -> None:
    law = world.document("10/2022/QH15", "Luật Thực hiện dân chủ ở cơ sở", LAW_WORDS)
    task_id = a_task(world)
    day = dt.date(2024, 1, 15)

    links.add(
        world.actors["staff"],
        task_id=task_id,
        document_id=law,
        anchor="dieu-52.khoan-3",
        role="basis",
        note="Định kỳ",
        dated_on=day,
    )

    (row,) = links.history(world.actors["other_staff"], task_id=task_id, ended=False)
    assert (row.role, row.role_label, row.note, row.dated_on) == ("basis", Message("Căn cứ"), "Định kỳ", day)
    assert row.provision is not None
    assert row.provision.label == "khoản 3 Điều 52"
    assert (row.created_by_label, row.may_end) == ("Staff", False)
    (event,) = world.events("link:add")
    assert (event.subject_type, event.subject_id, event.document_id) == ("task", task_id, law)
    assert event.subject_label == "Nhiệm vụ: Tổ chức Hội nghị"
    assert event.details["Điều khoản"] == "khoản 3 Điều 52"
    assert event.details["Ngày của minh chứng"] == "15/01/2024"


@pytest.mark.parametrize(
    ("field", "days", "over"),
    [("effective_to", 0, True), ("effective_to", 1, False), ("ended_on", 0, True), ("ended_on", 1, False)],
)
def test_the_list_tells_that_a_document_is_over(world: World, field: str, days: int, over: bool) -> None:
    """The list agrees with the page of the document on the first day on which it is out of force."""
    document_id, task_id = world.document("12/BB-SGDĐT", "Biên bản"), a_task(world)
    with db.write() as session:
        setattr(session.get_one(Document, document_id), field, dates.today() + dt.timedelta(days))
    links.add(world.actors["staff"], task_id=task_id, document_id=document_id, role="evidence")
    (row,) = links.history(world.actors["staff"], task_id=task_id, ended=False)
    page = references.reference(guard.get(world.actors["staff"], document_id))
    assert (row.document.over, page.over) == (over, over)


def test_ending_keeps_the_history(world: World) -> None:
    document_id = world.document("12/BB-SGDĐT", "Biên bản")
    task_id = a_task(world)
    link_id = links.add(world.actors["staff"], task_id=task_id, document_id=document_id, role="evidence")

    links.end(world.actors["clerk"], link_id)

    assert links.history(world.actors["staff"], task_id=task_id, ended=False) == []
    assert links.of_document(world.actors["staff"], document_id) == []
    (row,) = links.history(world.actors["staff"], task_id=task_id)
    assert (row.created_by_label, row.ended_by_label) == ("Staff", "Clerk")
    assert row.ended_at is not None
    assert [event.action for event in world.events() if event.action.startswith("link:")] == [
        "link:add",
        "link:end",
    ]
    with pytest.raises(NotFound):
        links.end(world.actors["clerk"], link_id)


def test_the_same_link_twice_is_refused_until_the_first_is_ended(world: World) -> None:
    document_id = world.document("12/BB-SGDĐT", "Biên bản")
    task_id = a_task(world)
    tie = {"task_id": task_id, "document_id": document_id, "role": "evidence"}
    first = links.add(world.actors["clerk"], **tie)
    with pytest.raises(Invalid):
        links.add(world.actors["clerk"], **tie)
    links.end(world.actors["clerk"], first)
    links.add(world.actors["clerk"], **tie)
    assert len(links.history(world.actors["clerk"], task_id=task_id)) == 2


@pytest.mark.parametrize(
    ("who", "error"),
    [("clerk", None), ("leader", None), ("staff", None), ("other_staff", Denied), ("auditor", Denied)],
)
def test_who_may_tie_to_a_task(world: World, who: str, error: type[Exception] | None) -> None:
    document_id = world.document("12/BB-SGDĐT", "Biên bản")
    task_id = a_task(world)
    tie = {"task_id": task_id, "document_id": document_id, "role": "evidence"}
    if error is None:
        links.add(world.actors[who], **tie)
    else:
        with pytest.raises(error):
            links.add(world.actors[who], **tie)
    assert len(links.history(world.actors["auditor"], task_id=task_id, ended=False)) == (error is None)


@pytest.mark.parametrize("who", ["other_staff", "auditor", "administrator"])
def test_who_may_not_tie_may_not_untie(world: World, who: str) -> None:
    law = world.document("10/2022/QH15", "Luật Thực hiện dân chủ ở cơ sở", LAW_WORDS)
    task_id = a_task(world)
    link_id = links.add(world.actors["clerk"], task_id=task_id, document_id=law, role="basis")
    with pytest.raises(Denied):
        links.end(world.actors[who], link_id)
    assert [link.ended_at for link in links.history(world.actors["clerk"], task_id=task_id, ended=False)] == [None]
    assert world.events("link:end") == []


def test_the_unit_of_a_finding_may_answer_it_with_evidence(world: World) -> None:
    document_id = world.document("15/QĐ-SGDĐT", "Quy chế mới")
    inspection_id, finding_id = a_finding(world, "gdtrh")
    inspected = world.actors["other_staff"]

    links.add(inspected, finding_id=finding_id, document_id=document_id, role="evidence")
    with pytest.raises(Denied):
        links.add(inspected, inspection_id=inspection_id, document_id=document_id, role="evidence")

    assert [row.subject.id for row in links.of_findings(inspected, [finding_id])[finding_id]] == [finding_id]


def test_a_document_that_may_not_be_read_cannot_be_tied(world: World) -> None:
    closed = world.document("7/QĐ-SGDĐT", "Việc kín", closed=True)
    task_id = a_task(world)
    with pytest.raises(NotFound):
        links.add(world.actors["staff"], task_id=task_id, document_id=closed, role="evidence")
    with pytest.raises(NotFound):
        links.add(world.actors["staff"], task_id=task_id, document_id=99999, role="evidence")
    assert world.events("link:add") == []


def test_exactly_one_subject(world: World) -> None:
    document_id = world.document("12/BB-SGDĐT", "Biên bản")
    task_id = a_task(world)
    _, finding_id = a_finding(world)
    with pytest.raises(Invalid):
        links.add(world.actors["clerk"], document_id=document_id, role="basis")
    with pytest.raises(Invalid):
        links.add(
            world.actors["clerk"],
            document_id=document_id,
            role="basis",
            task_id=task_id,
            finding_id=finding_id,
        )


def test_a_version_keeps_its_words_for_the_link(world: World) -> None:
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    task_id = a_task(world)
    links.add(
        world.actors["clerk"], task_id=task_id, document_id=law, anchor="dieu-63", role="checked_against"
    )
    world.new_version(law, (("dieu-63", "Điều 63", "dieu", "Lời mới."),))
    (row,) = links.history(world.actors["staff"], task_id=task_id, ended=False)
    assert row.provision is not None
    assert (row.provision.version_no, row.provision.text) == (1, "Trả lời kiến nghị trong 15 ngày.")


def test_documents_are_found_by_number_in_any_spelling_and_by_subject(world: World) -> None:
    wanted = world.document("38/KH-SGDĐT", "Triển khai thực hiện dân chủ ở cơ sở")
    world.document("138/KH-SGDĐT", "Thi học sinh giỏi")
    staff = world.actors["staff"]
    for q in ("38/KH-SGDĐT", "38 kh sgdđt", "kế hoạch 38", "dân chủ cơ sở", "DÂN CHỦ"):
        assert [row.id for row in search_pick.documents(staff, q)] == [wanted], q
    assert len(search_pick.documents(staff, "")) == 2
    assert search_pick.documents(staff, "không có đâu") == []
    assert search_pick.documents(staff, "100%_") == []


def test_documents_to_choose_from_are_those_of_the_search_page(site, people) -> None:
    """The best results come first, however many newer documents contain the letters. Documents that wait for the index
    are included, and an unfinished last word is completed, even when it is itself a word."""
    clerk = actor_of(people["clerk"])
    body = ("Điều 1. Việc", "Quy chế dân chủ ở cơ sở.")
    best = upload(clerk, decision(number="1", subject="Quy chế dân chủ ở cơ sở", body=body), "a.docx", publish=True)
    for number in range(2, 15):
        subject = f"Chủ trương về cơ chế, quy định dân số lần {number}"
        paper = decision(number=str(number), subject=subject, body=("Điều 1. Khác", "Khác, ch. 5."))
        upload(clerk, paper, f"{number}.docx", publish=True)
    work(site)

    def shown(q: str, who: str = "clerk") -> list[int]:
        return [row.id for row in search_pick.documents(actor_of(people[who]), q)]

    found = [hit.document.id for hit in find.find(clerk, "quy chế dân chủ", per_page=12, record=False).hits]
    chosen = shown("quy chế dân chủ")
    assert chosen[0] == found[0] == best and set(found[:4]) <= set(chosen)
    assert best in shown("quy chế dân ch")[:3]
    assert shown("Chủ trương về cơ chế, quy định dân số lần 7")[0] == best + 6
    with db.write() as session:
        # It was edited and is not yet in the index again.
        late = session.get_one(Document, best + 3)
        late.subject, late.revision = "Cơ chế, quy định mới", late.revision + 1
        session.get_one(Document, best + 4).revision += 1
    assert best + 3 in shown("quy định mới") and best + 4 in shown("cơ chế quy định dân số")
    shutil.rmtree(site.backend.index.path)
    assert len(shown("cơ chế quy định")) == 12


def test_subjects_are_found_by_words_and_only_where_tying_is_allowed(world: World) -> None:
    task_id = a_task(world, "Rà soát quy chế")
    inspection_id, finding_id = a_finding(world)

    def found(who: str, q: str) -> set[tuple[str, int]]:
        return {(row.kind, row.id) for row in pick.subjects(world.actors[who], q)}

    assert found("clerk", "quy chế") == {
        ("task", task_id),
        ("finding", finding_id),
        ("inspection", inspection_id),
    }
    assert found("clerk", "QUY CHẾ rà soát") == {("task", task_id)}
    assert found("other_staff", "") == {("finding", finding_id)}
    with pytest.raises(Denied):
        found("auditor", "")


def test_provisions_are_chosen_by_words_without_marks(world: World) -> None:
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    found = references.choose(world.actors["staff"], law, "dinh ky 06 thang")
    assert [(ref.anchor, ref.label) for ref in found.shown] == [("dieu-52.khoan-3", "khoản 3 Điều 52")]
    closed = world.document("7/QĐ-SGDĐT", "Việc kín", LAW_WORDS, closed=True)
    with pytest.raises(NotFound):
        references.choose(world.actors["staff"], closed)


SUBJECTS = ("task", "inspection", "finding")
STEPS = st.lists(
    st.tuples(st.sampled_from(SUBJECTS), st.booleans(), st.sampled_from(sorted(LINK_ROLES)), st.booleans()),
    min_size=1,
    max_size=6,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_history_never_shrinks_and_closed_documents_never_show(
    world: World, steps: list[tuple[str, bool, str, bool]]
) -> None:
    """After any sequence of linking and unlinking, every link is in the history, and a reader without rights sees no
    closed document."""
    clerk, reader = world.actors["clerk"], world.actors["staff"]
    task_id, (inspection_id, finding_id) = a_task(world), a_finding(world)
    ids = {"task": task_id, "inspection": inspection_id, "finding": finding_id}
    made: dict[str, set[int]] = {kind: set() for kind in SUBJECTS}
    held: set[int] = set()
    closed: set[int] = set()
    for kind, is_closed, role, ended in steps:
        document_id = world.document("5/QĐ-SGDĐT", "Kín mít" if is_closed else "Mở", closed=is_closed)
        link_id = links.add(clerk, document_id=document_id, role=role, **{f"{kind}_id": ids[kind]})
        made[kind].add(link_id)
        closed |= {link_id} if is_closed else set()
        if ended:
            links.end(clerk, link_id)
        else:
            held.add(link_id)

    for kind in SUBJECTS:
        subject = {f"{kind}_id": ids[kind]}
        assert {row.id for row in links.history(clerk, **subject)} == made[kind]
        assert {row.id for row in links.history(clerk, **subject, ended=False)} == made[kind] & held
        seen = links.history(reader, **subject)
        assert {row.id for row in seen} == made[kind] - closed
        assert "Kín mít" not in repr(seen)
        events = of_subjects.find(reader, {kind: [ids[kind]]})
        assert not any("Kín mít" in str(event.details) for event in events)
    assert "Kín mít" not in repr(search_pick.documents(reader, "kín mít"))
    assert tasks.get(reader, task_id).row.evidence == len(
        {row.document.id for row in links.history(reader, task_id=task_id, ended=False) if row.role in ("evidence", "result")}
    )


def test_no_two_rows_of_the_database_claim_two_subjects(world: World) -> None:
    """The constraint of the table holds even if a service forgets the rule."""
    from sqlalchemy.exc import IntegrityError

    from docmgr.models import Link

    document_id = world.document("12/BB-SGDĐT", "Biên bản")
    task_id, (inspection_id, _) = a_task(world), a_finding(world)
    both = Link(
        task_id=task_id,
        inspection_id=inspection_id,
        document_id=document_id,
        role="basis",
        created_by_label="x",
    )
    with pytest.raises(IntegrityError), db.write() as session:
        session.add(both)
    with db.read() as session:
        assert session.get(Task, task_id) and session.get(Inspection, inspection_id)
        assert session.query(Plan).count() and session.query(Finding).count()
