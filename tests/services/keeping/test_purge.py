"""The bin emptied by rule: what goes, what never does and why, and what stays of what went."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.context import Context
from docmgr.models import (
    Document,
    DocumentFact,
    DocumentFlow,
    File,
    Provision,
    RegisterEntry,
    Relation,
    Tombstone,
    User,
    Version,
)
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.cases import contents, files
from docmgr.services.documents import bin, lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.keeping import holds, kept, purge, tombstones
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.registers import issue
from docmgr.services.terms import of_documents as terms
from docmgr.services.trail import verify
from docmgr.services.upkeep import checks, sweeping, turns
from tests.filling.filing import file_document, load, person, with_versions
from tests.filling.registers import delivered, hide, inside, opened, paper, running
from tests.support.acting import actor_of
from tests.support.racing import count, events

DAYS = 30
LATER = dt.timedelta(days=DAYS + 1)


@pytest.fixture(autouse=True)
def emptied(site: Context) -> Iterator[None]:
    """The same site with the setting."""
    with dataclasses.replace(site, settings=dataclasses.replace(site.settings, bin_days=DAYS)).bound():
        yield


def empty(after: dt.timedelta = LATER) -> int:
    db.release()
    done = purge.empty(db.now() + after)
    db.release()
    return done


def why(actor: Actor, document: int) -> list[str]:
    db.release()
    return [message.told() for message in kept.of_bin(actor, [document]).get(document, [])]


def test_content_goes_and_a_tombstone_stays(clerk: Actor, auditor: Actor, staff: Actor) -> None:
    document, citing = with_versions(clerk, 2), paper()
    terms.add(clerk, [document], tags="nhãn")
    with db.write() as session:
        version = session.query(Version).filter_by(document_id=document, no=1).one()
        session.add(Provision(version_id=version.id, position=0, anchor="dieu-1", kind="dieu", label="Điều 1", text="Lời"))
        session.add(DocumentFact(document_id=document, field="number", value="5/QĐ-X"))
        session.add(Relation(source_id=citing, target_id=document, type="cites", quote="lời của nó"))
    lifecycle.delete(clerk, [document])
    assert empty(dt.timedelta(days=DAYS - 1)) == 0 and empty() == 1 and empty() == 0
    assert [count(model) for model in (Version, File, Provision, DocumentFact)] == [0, 0, 0, 0]
    gone = load(document)
    assert (gone.number, gone.subject, gone.label, gone.purged_at is None) == (None, None, f"Văn bản #{document}", False)
    assert bin.contents(clerk).total == 0 and count(Relation, Relation.quote.is_not(None)) == 0
    for act in (lambda: bin.restore_document(clerk, document), lambda: bin.restore(clerk, gone.deleted_batch or "")):
        with pytest.raises(NotFound):
            act()
    (row,) = tombstones.page(auditor, "5/QĐ").rows
    hashes = [f"{document * 100 + no:064x}" for no in (1, 2)]
    assert (row.stone.number, row.stone.hashes, row.stone.deleted_by_label) == ("5/QĐ-X", hashes, clerk.label)
    assert row.reason.told() == f"Quá {DAYS} ngày trong thùng rác" and row.stone.purged_by_label == "Tiến trình nền"
    assert tombstones.page(auditor, hashes[1]).total == 1 and tombstones.page(auditor, "f" * 64).total == 0
    (event,) = events("document:purge")
    assert event.details["hashes"] == hashes and event.details["number"] == "5/QĐ-X" and event.actor_label == "Tiến trình nền"
    for other in (staff, clerk):
        with pytest.raises(Denied):
            tombstones.page(other)


def test_nothing_is_deleted_for_good_without_the_setting(clerk: Actor, site: Context) -> None:
    lifecycle.delete(clerk, [paper()])
    with site.bound():
        assert site.settings.bin_days == 0 and purge.empty(db.now() + LATER) == 0
    assert count(Tombstone) == 0


def test_what_is_held_filed_linked_or_registered_stays(clerk: Actor, auditor: Actor, people: dict[str, User]) -> None:
    unit, series = people["staff"].unit_id or 0, delivered(clerk)
    held, closed, in_held, open_case, proof, basis, checked, planned, numbered = (paper(f"V{number}") for number in range(9))
    hold = holds.hold_document(auditor, held, "Thanh tra đang xem")
    one, two, three = opened(clerk, "1/X", "Đóng"), opened(clerk, "2/X", "Giữ"), opened(clerk, "3/X", "Mở")
    for case_id, document in ((one, closed), (two, in_held), (three, open_case)):
        contents.add(clerk, case_id, [document])
    files.close(clerk, one)
    holds.hold_case(auditor, two, "Vụ án")
    task = tasks.create(clerk, plans.create(clerk, PlanInput("Kế hoạch", 2024, document_id=planned)), TaskInput("Việc A", unit, due_rule="continuous"))
    link = links.add(clerk, document_id=proof, role="evidence", task_id=task)
    inspection = inspections.create(clerk, InspectionInput("Kiểm tra B", unit))
    links.add(clerk, document_id=basis, role="basis", finding_id=findings.create(clerk, inspection, FindingInput("Phát hiện C")))
    links.add(clerk, document_id=checked, role="checked_against", inspection_id=inspection)
    issue.issue_number(clerk, numbered)
    every = [held, closed, in_held, open_case, proof, basis, checked, planned, numbered]
    lifecycle.delete(clerk, every)
    assert [why(clerk, document) for document in every] == [
        ["Đang tạm giữ, không được xóa"], ["Trong hồ sơ đã đóng “1/X · Đóng”"], ["Trong hồ sơ đang tạm giữ “2/X · Giữ”"], [],
        ["Minh chứng của nhiệm vụ “Việc A”"], ["Căn cứ của phát hiện “Phát hiện C”"], ["Đối chiếu của cuộc kiểm tra “Kiểm tra B”"],
        ["Văn bản của kế hoạch “Kế hoạch”"], ["Có dòng trong sổ văn bản"],
    ]  # fmt: skip
    assert series and empty() == 1 and load(open_case).purged_at is not None and inside(three) == []
    files.reopen(clerk, one, "Sửa")
    bin.restore_document(clerk, proof)
    links.end(clerk, link)
    bin.restore_document(clerk, held)
    holds.end_on_document(auditor, held, hold, "Xong")
    lifecycle.delete(clerk, [proof, held])
    assert empty() == 3 and {row.stone.document_id for row in tombstones.page(auditor).rows} == {open_case, closed, proof, held}


def test_what_is_kept_does_not_stop_what_is_not(clerk: Actor, auditor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "MOST", 2)
    many = [paper(f"V{number}") for number in range(5)]
    for document in many[:3]:
        holds.hold_document(auditor, document, "Giữ")
    lifecycle.delete(clerk, many)
    assert empty() == 2 and [load(one).purged_at is None for one in many] == [True] * 3 + [False] * 2


def test_a_hold_set_at_the_last_moment_counts(clerk: Actor, auditor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    document, other = paper(), paper("Khác")
    one = opened(clerk)
    contents.add(clerk, one, [document])
    lifecycle.delete(clerk, [document, other])
    found, real = [], purge._empty_one

    def late(number: int, *more: object) -> bool:
        found.append(number)
        if number == document:
            holds.hold_case(auditor, one, "Kịp thời")
        else:
            bin.restore_document(clerk, number)
        return real(number, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(purge, "_empty_one", late)
    assert empty() == 0 and found == [document, other]


def test_a_folder_goes_after_what_is_in_it(clerk: Actor, auditor: Actor) -> None:
    folder, empty_one = tree.create(clerk, tree.root_id(), "Cũ").id, tree.create(clerk, tree.root_id(), "Rỗng").id
    loose, held = file_document(folder, "1/QĐ-X"), file_document(folder, "2/QĐ-X")
    hold = holds.hold_document(auditor, held, "Giữ")
    batch = bin.delete_folder(clerk, folder)
    bin.delete_folder(clerk, empty_one)
    assert kept.inside(clerk, [folder, empty_one]) == {folder: 1}
    assert empty() == 1 and [item.id for item in bin.contents(clerk).items] == [folder]
    assert bin.contents(clerk).items[0].inside == 1 and len(events("folder:purge")) == 1
    assert bin.restore(clerk, batch).count == 2 and load(loose).purged_at is not None
    holds.end_on_document(auditor, held, hold, "Xong")
    batch = bin.delete_folder(clerk, folder)
    assert empty() == 1 and bin.contents(clerk).total == 0 and len(events("folder:purge")) == 2
    with pytest.raises(NotFound):
        bin.restore(clerk, batch)


def test_the_site_is_sound_afterwards(clerk: Actor, site: Context) -> None:
    lifecycle.delete(clerk, [with_versions(clerk, 1)])
    assert empty() == 1
    assert verify.verify(COMMAND_LINE).ok
    # There is no index in this test.
    assert {fault.kind for fault in checks.check(COMMAND_LINE)} <= {"index"}


def test_holds_need_a_reason_and_the_right(clerk: Actor, auditor: Actor, staff: Actor) -> None:
    document, secret, one = paper(), paper("Mật"), opened(clerk)
    hide(secret)
    for act in (lambda: holds.hold_document(clerk, document, "x"), lambda: holds.hold_case(staff, one, "x"), lambda: holds.end_on_case(clerk, one, 1, "x")):
        with pytest.raises(Denied):
            act()
    for reason in ("", "\x00 ", "x" * 501):
        with pytest.raises(Invalid) as error:
            holds.hold_document(auditor, document, reason)
        assert error.value.field == "reason"
    hold, on_case = holds.hold_document(auditor, document, "Một"), holds.hold_case(auditor, one, "Hai")
    contents.add(clerk, one, [document])
    assert [(note.hold.reason, note.case.id if note.case else None) for note in holds.on_document(staff, document)] == [("Một", None), ("Hai", one)]
    for again in (lambda: holds.hold_document(auditor, document, "y"), lambda: holds.hold_case(auditor, one, "y")):
        with pytest.raises(Invalid, match="Đang tạm giữ rồi"):
            again()
    with pytest.raises(Conflict):
        holds.end_on_document(auditor, document, hold + 1, "Nhầm")
    holds.end_on_document(auditor, document, hold, "Xong")
    holds.end_on_case(auditor, one, on_case, "Xong cả")
    with pytest.raises(Conflict):
        holds.end_on_document(auditor, document, hold, "Lần nữa")
    assert holds.on_document(staff, document) == [] and holds.on_case(staff, one) is None
    holds.hold_document(auditor, secret, "Kín")
    with pytest.raises(NotFound):
        holds.on_document(staff, secret)
    assert [event.details for event in events("document:release", "case:release")] == [
        {"reason": "Xong", "set_for": "Một"}, {"reason": "Xong cả", "set_for": "Hai"},
    ]  # fmt: skip


def test_administrators_hold_what_they_may_read_also_in_the_bin(clerk: Actor, auditor: Actor, people: dict[str, User]) -> None:
    with pytest.raises(Denied):
        holds.hold_document(actor_of(people["administrator"]), paper(), "x")
    both, secret, in_bin, gone = actor_of(person("hai-vai", "administrator", "clerk")), paper("Mật"), paper("Bỏ"), paper("Mất")
    hide(secret)
    for document in (secret, 10**6):
        with pytest.raises(NotFound):
            holds.hold_document(both, document, "x")
    assert holds.hold_document(both, paper("Đọc được"), "x")
    lifecycle.delete(clerk, [in_bin, gone])
    hold = holds.hold_document(auditor, in_bin, "Thanh tra")
    assert empty() == 1 and [note.hold.id for note in holds.on_document(both, in_bin)] == [hold]
    with pytest.raises(NotFound):
        holds.hold_document(auditor, gone, "x")
    holds.end_on_document(both, in_bin, hold, "Xong")
    assert empty() == 1


def test_what_answers_another_document_stays(clerk: Actor) -> None:
    asked, registered, flowing = running(clerk, "incoming"), paper("A"), paper("B")
    delivered(clerk)
    line = issue.issue_number(clerk, paper("C"))
    with db.write() as session:
        session.query(DocumentFlow).filter_by(document_id=asked).one().answer_id = flowing
        session.query(RegisterEntry).one().answer_id = registered
    lifecycle.delete(clerk, [registered, flowing])
    assert line and empty() == 0
    assert [why(clerk, one) for one in (registered, flowing)] == [["Là văn bản trả lời ghi trong sổ văn bản"], ["Là văn bản trả lời trong một quy trình"]]


def test_nothing_is_taken_out_of_a_held_case_file(clerk: Actor, auditor: Actor) -> None:
    document, one = paper(), opened(clerk)
    contents.add(clerk, one, [document])
    hold = holds.hold_case(auditor, one, "Vụ án")
    with pytest.raises(Invalid, match="đang tạm giữ"):
        contents.remove(clerk, one, document)
    assert inside(one) == [document]
    holds.end_on_case(auditor, one, hold, "Xong")
    contents.remove(clerk, one, document)
    assert inside(one) == []


def test_bytes_go_with_the_last_document_that_has_them(clerk: Actor, site: Context) -> None:
    shared, own = (site.storage.put(io.BytesIO(body), 100).sha256 for body in (b"shared", b"of a joined draft"))
    one, other, draft = with_versions(clerk, 1), with_versions(clerk, 1), with_versions(clerk, 1)
    with db.write() as session:
        for document, sha256 in ((one, shared), (other, shared), (draft, own)):
            session.query(File).filter(File.version_id.in_(session.query(Version.id).filter_by(document_id=document))).update({"sha256": sha256})
        joined = session.get_one(Document, draft)
        joined.deleted_at, joined.merged_into = db.now(), one
        session.add(DocumentFact(document_id=draft, field="number", value="5/QĐ-X"))
    lifecycle.delete(clerk, [one])
    assert empty() == 1 and count(DocumentFact) == 0 and count(Version) == 1
    assert events("document:purge")[0].details["hashes"] == [shared, own]
    assert sweeping.sweep(-1) == 1 and site.storage.exists(shared) and not site.storage.exists(own)
    lifecycle.delete(clerk, [other])
    assert empty() == 1 and sweeping.sweep(-1) == 1 and not site.storage.exists(shared)


def test_a_failure_stops_neither_the_others_nor_the_worker(clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, other = paper(), paper("Khác")
    lifecycle.delete(clerk, [broken, other])
    tree_held, real = list[object](), purge._blank

    def failing(session: Session, document: Document) -> None:
        if document.id == broken:
            raise RuntimeError("broken")
        real(session, document)

    monkeypatch.setattr(purge, "_blank", failing)
    assert empty() == 1 and (load(broken).purged_at, load(other).purged_at is None) == (None, False) and count(Tombstone) == 1
    folder = tree.create(clerk, tree.root_id(), "Rỗng").id
    bin.delete_folder(clerk, folder)
    with monkeypatch.context() as patch:
        patch.setattr(purge.guard, "locked", failing)
        patch.setattr(purge.rule, "hold_tree", tree_held.append)
        assert empty() == 0 and len(tree_held) == 1
    calls: list[int] = []

    def stopped() -> int:
        calls.append(1)
        raise RuntimeError("no database")

    monkeypatch.setattr(purge, "empty", stopped)
    step = turns.steps(lambda: False)["bin"]
    with pytest.raises(RuntimeError):
        step()
    assert step() == 0 and len(calls) == 1
