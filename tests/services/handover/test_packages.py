"""Packages for the archive: what is in them, for whom, until when, and that a hand-over is recorded whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import zipfile

import docx
import pytest

from docmgr import context, db, worker
from docmgr.context import Context
from docmgr.models import File, User, Version
from docmgr.policy import WORKER, Actor, Denied
from docmgr.services.cases import contents, files, package, packing
from docmgr.services.documents import withholding
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.handover import dropping, making, packages, words
from docmgr.services.upkeep import checks, sweeping
from docmgr.storage.local import LocalStorage
from legaltext import dates
from tests.filling.keeping import disposing
from tests.filling.registers import case, hide, opened, paper
from tests.support.racing import count, events

TODAY = dates.today()


def stored(subject: str, name: str, body: bytes, **facts: object) -> int:
    """A document with one file."""
    number = paper(subject, **facts)
    with db.write() as session:
        version = Version(document_id=number, no=1, outcome="text", text="Lời", pages=3)
        session.add(version)
        session.flush()
        held = context.current().storage.put(io.BytesIO(body), 1 << 30)
        session.add(File(version_id=version.id, sha256=held.sha256, size=held.size, name=name, kind=name.rpartition(".")[2]))
    return number


def closed(actor: Actor, code: str, *documents: int, **more: object) -> int:
    one = opened(actor, code, f"Hồ sơ {code}", opened_on=dt.date(2020, 1, 1), **more)
    contents.add(actor, one, documents)
    files.close(actor, one, dt.date(2021, 1, 1))
    return one


def made() -> None:
    """Let the worker make the packages that wait."""
    db.release()
    while making.work(WORKER):
        db.release()
    db.release()


def unpacked(actor: Actor, handover: int) -> zipfile.ZipFile:
    taken = packages.open_package(actor, handover)
    with taken.stream as stream:
        body = stream.read()
    assert len(body) == taken.size and taken.name == f"giao-nop-luu-tru-{handover}.zip"
    db.release()
    return zipfile.ZipFile(io.BytesIO(body))


def test_a_package_has_all_that_its_asker_may_read(clerk: Actor, staff: Actor, auditor: Actor, site: Context) -> None:
    first = stored("Về việc A", "a.docx", b"PK-A", number="1/QĐ-X", issued_on=dt.date(2020, 2, 3))
    secret = stored("Kỷ luật ông Bí Mật", "mat.pdf", b"%PDF-SECRET", number="2/QĐ-MAT")
    bare = paper("Không có tệp")
    one, two = closed(clerk, "1/X", first, secret, person_id=staff.user_id), closed(clerk, "2/X", bare, person_id=staff.user_id)
    hide(secret)
    assert [case_file.id for case_file in packages.choices(staff)] == [one, two]
    number = packages.create(staff, " Đợt  1 ", [two, one])
    assert (disposing.package(number).state, disposing.package(number).title) == ("waiting", "Đợt 1")
    with pytest.raises(Invalid):
        packages.open_package(staff, number)
    made()
    found = disposing.package(number)
    assert found.state == "made" and found.size == site.storage.size(found.sha256 or "")
    body = unpacked(staff, number)
    names = body.namelist()
    assert "002-1-x/van-ban/0001 1-QĐ-X/a.docx" in names and "001-2-x/ho-so.xml" in names and "002-1-x/muc-luc.pdf" in names
    assert {f"muc-luc-nop-luu.{form}" for form in ("docx", "pdf", "xlsx")} <= set(names) and not any("SECRET" in body.read(name).decode(errors="ignore") for name in names)
    assert body.read("thieu.txt").decode().splitlines()[1:] == [f"2/X: #{bare}", f"1/X: #{secret}"]
    manifest = dict(reversed(line.split("  ", 1)) for line in body.read("manifest-sha256.txt").decode().splitlines())
    assert set(manifest) == set(names) - {"manifest-sha256.txt"} and len(manifest) == found.files
    assert all(hashlib.sha256(body.read(name)).hexdigest() == digest for name, digest in manifest.items())
    minutes = "\n".join(one.text for one in docx.Document(io.BytesIO(body.read("bien-ban-giao-nhan.docx"))).paragraphs)
    assert "Tổng số hồ sơ: 2" in minutes and "Tổng số tệp tin trong hồ sơ: 1" in minutes and "khối tài liệu giao nộp: Đợt 1" in minutes and "03/02/2020" in minutes
    inventory = docx.Document(io.BytesIO(body.read("muc-luc-nop-luu.docx"))).tables[0]
    assert [cell.text for cell in inventory.rows[2].cells][:6] == ["2", "1/X", "Hồ sơ 1/X", "03/02/2020", "Vĩnh viễn", "3"]
    assert "Bí Mật" not in "".join(body.read(name).decode(errors="ignore") for name in names)
    exported = events("document:export")
    assert {event.document_id for event in exported} == {first, bare} and {event.actor_id for event in exported} == {staff.user_id}
    assert [event.actor_id for event in events("handover:make", "handover:open")] == [staff.user_id] * 2
    # Auditors may have all that is in it; who may not read a document gets nothing.
    assert unpacked(auditor, number).namelist() == names
    hide(first)
    with pytest.raises(Invalid, match="không được đọc"):
        packages.open_package(staff, number)
    assert len(unpacked(auditor, number).namelist()) == len(names) and len(events("handover:open")) == 3


def test_a_document_without_a_file_is_no_way_to_its_name(clerk: Actor, staff: Actor) -> None:
    bare = paper("Không có tệp")
    number = packages.create(staff, "Đợt 1", [closed(clerk, "1/X", bare, person_id=staff.user_id)])
    made()
    assert f"1/X: #{bare}" in unpacked(staff, number).read("thieu.txt").decode()
    hide(bare)
    with pytest.raises(Invalid, match="không được đọc"):
        packages.open_package(staff, number)


def test_what_no_package_can_be_is_refused(clerk: Actor, staff: Actor, auditor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    one, still_open = closed(clerk, "1/X"), opened(clerk, "2/X")
    for title, case_ids, field in (("", [one], "title"), ("x" * 301, [one], "title"), ("A", [], "case"), ("A", [still_open], None)):
        with pytest.raises(Invalid) as error:
            packages.create(clerk, title, case_ids)
        assert error.value.field == field
    with pytest.raises(NotFound):
        packages.create(clerk, "A", [10**12])
    for actor in (staff, auditor):
        with pytest.raises(Denied):
            packages.create(actor, "A", [one])
    monkeypatch.setattr(words, "MOST_CASES", 1)
    with pytest.raises(Invalid, match="nhiều nhất 1 hồ sơ"):
        packages.create(clerk, "A", [one, still_open])
    files.archive(clerk, one)
    with pytest.raises(Invalid, match="đã nộp lưu trữ"):
        packages.create(clerk, "A", [one])
    assert packages.choices(clerk) == [] and packages.page(clerk).total == 0 and not events("handover:create")
    for act in (lambda: packages.get(clerk, 10**12), lambda: packages.again(clerk, 10**12), lambda: packages.hand_over(clerk, 5, "x")):
        with pytest.raises(NotFound):
            act()


def test_a_package_that_cannot_be_made_says_why(clerk: Actor, site: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    one = closed(clerk, "1/X", stored("A", "a.txt", b"x" * 100))
    number = packages.create(clerk, "A", [one])
    with monkeypatch.context() as patch:
        patch.setattr(packing, "MOST_BYTES", 99)
        made()
    assert "lớn hơn" in (packages.one(clerk, number).error or words.GONE).told() and disposing.package(number).state == "failed"
    packages.again(clerk, number)
    with dataclasses.replace(site, storage=LocalStorage(site.storage.root, floor_bytes=1 << 62)).bound():  # type: ignore[attr-defined]
        made()
    assert "không đủ chỗ" in (packages.one(clerk, number).error or words.GONE).told()
    packages.again(clerk, number)

    def broken(*_given: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(package, "write", broken)
        made()
    assert packages.one(clerk, number).error == words.BROKEN
    packages.again(clerk, number)
    with db.write() as session:
        session.get_one(User, clerk.user_id).disabled_at = db.now()
    made()
    assert packages.one(clerk, number).error == words.NO_RIGHT and disposing.package(number).sha256 is None
    with db.write() as session:
        held = session.get_one(type(disposing.package(number)), number)
        held.state, held.attempts = "waiting", words.MOST_ATTEMPTS
    made()
    assert disposing.package(number).state == "failed" and packages.one(clerk, number).error == words.BROKEN
    with pytest.raises(Denied):
        making.work(clerk)


def test_a_hand_over_is_recorded_whole(clerk: Actor, auditor: Actor) -> None:
    first, second = closed(clerk, "1/X"), closed(clerk, "2/X")
    number = packages.create(clerk, "Đợt 1", [first, second])
    with pytest.raises(Invalid, match="Chưa có gói"):
        packages.hand_over(clerk, number, "Bà Lưu")
    made()
    for receiver, day, field in (("", None, "receiver"), ("x" * 301, None, "receiver"), ("A", TODAY + dt.timedelta(days=1), "handed_on"), ("A", dt.date(2020, 12, 31), "archived_on")):
        with pytest.raises(Invalid) as error:
            packages.hand_over(clerk, number, receiver, day)
        assert error.value.field == field
    with pytest.raises(Conflict):
        packages.hand_over(clerk, number, "Bà Lưu", revision=1)
    with pytest.raises(Denied):
        packages.hand_over(auditor, number, "Bà Lưu")
    files.archive(clerk, second)
    with pytest.raises(Invalid, match="2/X.*đã nộp lưu trữ"):
        packages.hand_over(clerk, number, "Bà Lưu")
    assert case(first).archived_on is None and disposing.package(number).state == "made"
    other = packages.create(clerk, "Đợt 2", [first])
    made()
    packages.hand_over(clerk, other, "Bà Lưu", dt.date(2024, 5, 6))
    found = disposing.package(other)
    assert (found.state, found.receiver, found.handed_on, case(first).archived_on) == ("handed", "Bà Lưu", dt.date(2024, 5, 6), dt.date(2024, 5, 6))
    assert events("case:archive")[-1].details == {"archived_on": "06/05/2024", "receiver": "Bà Lưu"}
    assert [event.details for event in events("handover:record")] == [{"archived_on": "06/05/2024", "receiver": "Bà Lưu"}]
    for act in (lambda: files.reopen(clerk, first, "x"), lambda: packages.again(clerk, other), lambda: packages.hand_over(clerk, other, "Bà Lưu")):
        with pytest.raises(Invalid):
            act()
    assert [line.case.code for line in packages.one(auditor, other).cases] == ["1/X"] and packages.page(auditor, 9).total == 2


def test_bytes_go_after_some_days_and_with_a_secret(clerk: Actor, site: Context) -> None:
    document = stored("A", "a.txt", b"Open")
    one = closed(clerk, "1/X", document)
    number, other = packages.create(clerk, "A", [one]), packages.create(clerk, "B", [one])
    worker.run_until_idle(site)
    kept = [disposing.package(which).sha256 or "" for which in (number, other)]
    assert dropping.drop(WORKER) == 0 and sweeping.sweep(-1) == 0 and all(map(site.storage.exists, kept))
    assert not [fault for fault in checks.check(WORKER) if fault.sha256 in kept]
    with db.write() as session:
        session.get_one(type(disposing.package(number)), number).made_at = db.now() - dt.timedelta(days=words.KEPT_DAYS + 1)
    assert dropping.drop(WORKER) == 1 and sweeping.sweep(-1) == 1 and not site.storage.exists(kept[0])
    with pytest.raises(Invalid, match="không còn trong kho"):
        packages.open_package(clerk, number)
    with db.write() as session:
        withholding.withhold(session, session.query(Version).filter_by(document_id=document).one(), "Thử.")
    with pytest.raises(Invalid, match="đã thay đổi"):
        packages.open_package(clerk, other)
    assert dropping.drop(WORKER) == 1 and disposing.package(other).sha256 is None and count(File) == 0
    with pytest.raises(Denied):
        dropping.drop(clerk)
    packages.hand_over(clerk, other, "Bà Lưu")
    assert disposing.package(other).state == "handed"
