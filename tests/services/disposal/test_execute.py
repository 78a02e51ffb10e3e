"""The destruction of what was decided: what goes, what stays and why, and that it goes on after a stop."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from docmgr import db, worker
from docmgr.context import Context
from docmgr.models import CaseDocument, CaseFile, Document, RegisterEntry, Tombstone, User, Version
from docmgr.policy import WORKER, Actor, Denied
from docmgr.services.cases import contents, files
from docmgr.services.disposal import deciding, execute, lists, pages
from docmgr.services.disposal.export import result
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.keeping import holds, purge, tombstones
from docmgr.services.links import links
from docmgr.services.registers import issue, listing
from docmgr.services.registers.listing import RegisterFilter
from legaltext import dates
from tests.filling.filing import load, with_versions
from tests.filling.keeping.disposing import decided, ended, listed, rows, shown, the_list, worked, yes
from tests.filling.registers import case, delivered, hide, inside, opened, paper
from tests.support.acting import actor_of
from tests.support.racing import count, events

TODAY = dates.today()


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader as an actor."""
    return actor_of(people["leader"])


def gone(document: int) -> bool:
    return load(document).purged_at is not None


def test_a_case_file_is_destroyed_and_its_list_stays(clerk: Actor, leader: Actor, staff: Actor, auditor: Actor) -> None:
    first, secret = with_versions(clerk, 2), paper("Bí Mật", number="2/QĐ-MAT")
    one = ended(clerk, "1/X", (first, secret))
    hide(secret)
    made = listed(clerk)
    decided(leader, made)
    assert worked() == 0 and inside(one) == [first, secret]
    with pytest.raises(Denied):
        execute.start(leader, made)
    execute.start(clerk, made)
    with pytest.raises(Invalid):
        execute.start(clerk, made)
    assert worked() == 2 and worked() == 0
    assert gone(first) and gone(secret) and inside(one) == [] and count(Version) == 0
    assert (case(one).destroyed_on, case(one).title, the_list(made).state) == (TODAY, "Hồ sơ 1/X", "done")
    hashes = [f"{first * 100 + no:064x}" for no in (1, 2)]
    assert [(stone.number, stone.hashes) for stone in tombstones.of_case(staff, one)] == [("5/QĐ-X", hashes)]
    assert [stone.number for stone in tombstones.of_case(auditor, one)] == ["5/QĐ-X", "2/QĐ-MAT"]
    said = f"Hủy theo danh mục “Danh mục năm 2025”, quyết định số 9/QĐ-SGDĐT ngày {TODAY:%d/%m/%Y}"
    assert {row.reason.told() for row in tombstones.page(auditor).rows} == {said}
    assert [event.actor_id for event in events("document:destroy", "case:destroy", "disposal:done")] == [clerk.user_id] * 4
    assert [result(row).told() for row in shown(staff, made) + shown(auditor, made)] == ["Đã hủy: 1 văn bản, bỏ ra 0", "Đã hủy: 2 văn bản, bỏ ra 0"]  # type: ignore[union-attr]
    for act in (lambda: files.reopen(clerk, one, "x"), lambda: contents.add(clerk, one, [paper()]), lambda: files.archive(clerk, one)):
        with pytest.raises(Invalid, match="Hồ sơ đã hủy"):
            act()
    with pytest.raises(NotFound):
        lifecycle.delete(clerk, [first])


def test_what_something_keeps_stays_and_is_said(clerk: Actor, leader: Actor, auditor: Actor, people: dict[str, User]) -> None:
    held, proof, free, numbered = (paper(name) for name in ("Giữ", "Chứng", "Tự do", "Có số"))
    delivered(clerk)
    issue.issue_number(clerk, numbered)
    one = ended(clerk, "1/X", (held, proof, free, numbered))
    made = listed(clerk)
    decided(leader, made, clerk)
    hold = holds.hold_document(auditor, held, "Vụ A")
    inspection = inspections.create(clerk, InspectionInput("Kiểm tra", people["staff"].unit_id or 0))
    links.add(clerk, document_id=proof, role="evidence", finding_id=findings.create(clerk, inspection, FindingInput("Phát hiện C")))
    assert worked() == 2 and [gone(number) for number in (held, proof, free, numbered)] == [False, False, True, True]
    assert inside(one) == [held, proof] and case(one).destroyed_on is None and the_list(made).state == "done"
    (row,) = shown(clerk, made)
    said = [(found.document.id, [reason.told() for reason in found.reasons]) for found in row.kept]
    assert said == [(held, ["Đang tạm giữ, không được xóa"]), (proof, ["Minh chứng của phát hiện “Phát hiện C”"])]
    assert (result(row) or row).told().startswith("Hủy một phần: đã hủy 2")  # type: ignore[union-attr]
    holds.end_on_document(auditor, held, hold, "Xong")
    again = listed(clerk)
    decided(leader, again, clerk)
    assert worked() == 2 and gone(held) and not gone(proof)
    # The register still prints what the document was.
    (line,) = listing.page(clerk, RegisterFilter("outgoing", TODAY.year))
    assert line.document is not None and line.document.subject == "Có số" and line.document.destroyed


def test_what_lies_elsewhere_is_taken_out(clerk: Actor, leader: Actor) -> None:
    open_one, both, alone = paper("A"), paper("B"), paper("C")
    stays = opened(clerk, "9/X", "Còn lại")
    contents.add(clerk, stays, [open_one])
    one, two = ended(clerk, "1/X", (open_one, both)), ended(clerk, "2/X", (both, alone))
    made = listed(clerk)
    decided(leader, made, clerk)
    assert worked() == 3
    assert [gone(number) for number in (open_one, both, alone)] == [False, True, True]
    assert inside(stays) == [open_one] and inside(one) == inside(two) == []
    assert case(one).destroyed_on == case(two).destroyed_on == TODAY and case(stays).destroyed_on is None
    assert [row.taken_out for row in rows(made)] == [[open_one, both], None]
    assert [event.document_id for event in events("case:remove")] == [open_one, both]
    assert shown(clerk, made)[0].taken_out == 1


def test_an_answer_goes_with_what_it_answers(clerk: Actor, leader: Actor) -> None:
    answer, asked = paper("Trả lời"), paper("Hỏi")
    delivered(clerk)
    issue.issue_number(clerk, asked)
    one = ended(clerk, "1/X", (answer, asked))
    with db.write() as session:
        session.query(RegisterEntry).one().answer_id = answer
    made = listed(clerk)
    assert [found.document.id for found in shown(clerk, made)[0].kept] == [answer]
    decided(leader, made, clerk)
    assert worked() == 2 and gone(answer) and gone(asked) and case(one).destroyed_on == TODAY


def test_what_changed_since_the_decision_is_refused(clerk: Actor, leader: Actor, auditor: Actor) -> None:
    a, b, c = paper("A"), paper("B"), paper("C")
    held, reopened, kept_on = ended(clerk, "1/X", (a,)), ended(clerk, "2/X", (b,)), ended(clerk, "3/X", (c,))
    made = listed(clerk)
    decided(leader, made)
    holds.hold_case(auditor, held, "Vụ án")
    files.reopen(clerk, reopened, "Bổ sung")
    with db.write() as session:
        session.get_one(CaseFile, kept_on).keep_until = TODAY.year
    execute.start(clerk, made)
    assert worked() == 4 and not any(map(gone, (a, b, c))) and count(CaseDocument) == 3
    said = [row.against.told() for row in shown(clerk, made) if row.against]
    assert said == ["Hồ sơ đang tạm giữ, không được hủy: Vụ án", "Hồ sơ đã mở lại.", f"Chưa hết thời hạn bảo quản: còn giữ đến hết năm {TODAY.year}."]
    assert not events("document:destroy", "case:destroy") and the_list(made).state == "done"


def test_it_goes_on_after_a_stop_or_a_failure(clerk: Actor, leader: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [paper(f"V{number}") for number in range(4)]
    one = ended(clerk, "1/X", tuple(many))
    made = listed(clerk)
    decided(leader, made, clerk)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    db.release()
    assert execute.work(WORKER, stop) == 1 and [gone(number) for number in many] == [True, True, False, False]
    assert rows(made)[0].ended_at is None and the_list(made).state == "decided"
    real = purge._blank

    def failing(session: Session, document: Document) -> None:
        if document.id == many[2]:
            raise RuntimeError("broken")
        real(session, document)

    with monkeypatch.context() as patch:
        patch.setattr(purge, "_blank", failing)
        assert worked() == 2
    assert inside(one) == [many[2]] and not gone(many[2]) and count(Tombstone) == 3 and the_list(made).state == "done"
    assert [reason.told() for reason in shown(clerk, made)[0].kept[0].reasons] == [execute.FAILED.told()]
    decided(leader, listed(clerk), clerk)
    assert worked() == 2 and case(one).destroyed_on == TODAY


def test_the_worker_alone_destroys_and_an_idle_run_does_it(clerk: Actor, leader: Actor, site: Context) -> None:
    document = paper("A")
    lifecycle.delete(clerk, [paper("Trong thùng rác")])
    one = ended(clerk, "1/X", (document,))
    made = listed(clerk)
    decided(leader, made, clerk)
    with pytest.raises(Denied):
        execute.work(clerk)
    worker.run_until_idle(site)
    assert gone(document) and case(one).destroyed_on == TODAY and the_list(made).state == "done"


def test_what_was_not_agreed_to_stays(clerk: Actor, leader: Actor) -> None:
    a, b = paper("A"), paper("B")
    ended(clerk, "1/X", (a,)), ended(clerk, "2/X", (b,))
    made = listed(clerk)
    first, second = (row.id for row in rows(made))
    answers: Any = {first: deciding.RowAnswer(False, "Còn dùng"), second: deciding.RowAnswer(True)}
    deciding.decide(leader, made, yes(made, answers=answers))
    execute.start(clerk, made)
    assert worked() == 2 and (gone(a), gone(b)) == (False, True)
    assert rows(made)[0].ended_at is None and result(shown(clerk, made)[0]) is None
    assert [row.case_id for row in rows(lists.create(clerk, "Lần sau", TODAY))] == [rows(made)[0].case_id]


def test_the_number_of_queries_does_not_grow_with_the_rows(clerk: Actor, leader: Actor, auditor: Actor, count_queries: Any) -> None:
    asked: list[tuple[int, ...]] = []
    for many in (1, 3):
        held = [paper(f"Giữ {many}.{number}") for number in range(many)]
        cases = [ended(clerk, f"{many}/{number}", (document, paper(), paper())) for number, document in enumerate(held)]
        other = opened(clerk, f"{many}/Y")
        contents.add(clerk, other, [inside(one)[1] for one in cases])
        one, sent = listed(clerk), []
        for document in held:
            holds.hold_document(auditor, document, "Vụ A")
        for work in (False, True):
            if work:
                decided(leader, one, clerk)
                worked()
            db.release()
            with count_queries() as counted:
                found = pages.one(clerk, one).rows
            sent.append(counted.number)
            # What the first list could not destroy stands in the second one too.
            said = [(len(row.kept), row.taken_out, row.erased) for row in found]
            assert len(found) >= many and said[-many:] == [(1, 1, 1) if work else (2, 0, 0)] * many
        asked.append(tuple(sent))
    assert asked[0] == asked[1]
