"""The first page: each role finds its work, and nobody finds a document that they may not read."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from docmgr import db, policy
from docmgr.context import Context
from docmgr.models import (
    Assignment,
    Document,
    Inspection,
    Job,
    Plan,
    Recommendation,
    SignInAttempt,
    Task,
    User,
    UserRole,
)
from docmgr.services.access import rule
from docmgr.services.documents import facts
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from legaltext import dates
from tests.support.acting import actor_of
from tests.support.browsers import Auth

PAST, FUTURE = dt.date(2020, 5, 4), dt.date(2090, 5, 4)


def add_document(uploader: User, subject: str, **values: object) -> int:
    """A document in the root folder, with the access list for its state."""
    with db.write() as session:
        values = {"workflow": "draft", "inherit": True, "access_list_id": 0, **values}
        document = Document(folder_id=tree.root_id(), subject=subject, created_by=uploader.id, **values)
        rule.assign_list(session, document)
        session.add(document)
        session.flush()
        return document.id


def add_task(title: str, unit_id: int | None, **values: object) -> int:
    with db.write() as session:
        task = Task(title=title, plan=Plan(title="Kế hoạch năm", year=2024), **values)
        if unit_id is not None:
            task.assignments.append(Assignment(unit_id=unit_id, role="lead"))
        session.add(task)
        session.flush()
        return task.id


def page_of(auth: Auth, role: str) -> str:
    answer = auth(role).get("/")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("role", policy.ROLES)
def test_an_empty_site_offers_each_role_a_next_step(auth: Auth, role: str) -> None:
    page = page_of(auth, role)
    assert policy.ROLES[role] in page
    assert page.split("<main")[1].count('class="btn') >= 1


def test_clerks_see_what_to_confirm_and_what_failed(auth: Auth, people: dict[str, User]) -> None:
    clerk = people["clerk"]
    add_document(clerk, "Văn bản chờ xác nhận", state="findable")
    add_document(clerk, "Tệp hỏng", state="unreadable", reason_code="encrypted")
    add_document(clerk, "Đã xác nhận", state="findable", confirmed_at=db.now())
    page = page_of(auth, "clerk")
    assert "Văn bản chờ xác nhận" in page and "tệp có mật khẩu" in page
    assert "Đã xác nhận" not in page


@pytest.mark.parametrize("state", ["no_text", "unreadable"])
def test_a_file_that_was_not_read_is_in_one_list(auth: Auth, people: dict[str, User], state: str) -> None:
    add_document(people["clerk"], "Văn bản đã đọc", state="findable")
    add_document(people["clerk"], "Bản quét dày", state=state, reason_code="no_text_layer")
    confirm, failed = page_of(auth, "clerk").split("Cần xác nhận <")[1].split("Chưa đọc được <")
    assert "Văn bản đã đọc" in confirm and 'class="count">1<' in confirm
    assert "Bản quét dày" not in confirm and "Bản quét dày" in failed
    assert facts.count_to_confirm(actor_of(people["clerk"])) == 1


def test_a_task_is_late_from_the_day_after_its_last(auth: Auth, people: dict[str, User]) -> None:
    for days in (0, 1):
        add_task(f"Việc {days}", people["leader"].unit_id, due_on=dates.today() - dt.timedelta(days=days))
    browser = auth("leader")
    page = browser.get("/").text.split('id="role-leader"')[1]
    assert "Việc 0" not in page and re.search(r"Việc 1<.*?Quá hạn 1 ngày", page, re.DOTALL)
    browser.submit("/language", {"language": "en"})
    page = browser.get("/").text
    assert "1 day overdue" in page and "2 tasks · 0 done · 1 overdue" in page and "0 of 2 tasks done" in page


def test_a_row_says_once_why_a_document_has_no_text(auth: Auth, people: dict[str, User]) -> None:
    add_document(people["clerk"], "Bản quét mới", state="no_text", reason_code="no_text_layer")
    add_document(people["clerk"], "Chữ cũ", state="no_text", reason_code="legacy_encoding")
    page = page_of(auth, "clerk")
    failed = page.split("Chưa đọc được")[1]
    assert failed.count("Bản quét, chưa có chữ") == 1
    assert failed.count("Bảng mã cũ") == 1 and "Chưa có chữ để tìm" not in failed


def test_the_first_page_is_not_named_after_a_role(auth: Auth) -> None:
    page = page_of(auth, "clerk")
    assert "<h1>Công việc của tôi</h1>" in page and "Việc của Văn thư" not in page


@pytest.mark.parametrize("role", ["clerk", "staff", "leader", "auditor", "administrator"])
def test_uploading_is_offered_to_those_who_have_a_folder_for_it(auth: Auth, people: dict[str, User], role: str) -> None:
    browser = auth(role)
    addresses = ["/", *(["/search"] if role != "administrator" else [])]
    offered = [address for address in addresses if "/documents/new" in browser.get(address).text]
    assert offered == (addresses if role == "clerk" else [])
    if role in ("staff", "leader"):
        clerk = actor_of(people["clerk"])
        folder = tree.create(clerk, tree.root_id(), "Riêng").id
        sharing.grant(clerk, SharedThing(folder_id=folder), f"user:{people[role].id}", "editor")
        assert all("/documents/new" in browser.get(address).text for address in addresses)


def test_nobody_sees_drafts_of_others_on_the_first_page(auth: Auth, people: dict[str, User]) -> None:
    add_document(people["auditor"], "Dự thảo kín của người khác", state="unreadable", type="Nghị quyết")
    for role in ("staff", "leader", "administrator"):
        assert "Dự thảo kín" not in page_of(auth, role), role


def test_staff_see_the_tasks_of_their_unit(auth: Auth, people: dict[str, User]) -> None:
    add_task("Việc của phòng tôi", people["staff"].unit_id, due_on=FUTURE)
    add_task("Việc của nơi khác", people["leader"].unit_id, due_on=FUTURE)
    page = page_of(auth, "staff")
    assert "Việc của phòng tôi" in page and "Hạn 04/05/2090" in page
    assert "Việc của nơi khác" not in page


def test_leaders_see_what_is_overdue_and_how_far_units_are(auth: Auth, people: dict[str, User]) -> None:
    unit_id = people["staff"].unit_id
    add_task("Việc đã trễ", unit_id, due_on=PAST)
    add_task("Việc đã xong", unit_id, due_on=PAST, state="done")
    page = page_of(auth, "leader")
    days = f"{(dates.today() - PAST).days:,}".replace(",", ".")
    assert "Việc đã trễ" in page and f"Quá hạn {days} ngày</span> <small>hạn 04/05/2020</small>" in page
    assert "Phòng Giáo dục Trung học" in page
    assert "2 nhiệm vụ · 1 xong · 1 quá hạn · 1 xong chưa có minh chứng" in page


def test_auditors_see_what_lacks_a_proof_or_an_answer(auth: Auth, people: dict[str, User]) -> None:
    add_task("Xong mà không chứng minh", None, state="done")
    add_document(
        people["clerk"], "Nghị quyết bị quên", state="findable", workflow="published", type="Nghị quyết"
    )
    add_document(people["clerk"], "Công văn thường", state="findable", workflow="published", type="Công văn")
    kept = add_document(people["clerk"], "Có việc", state="findable", workflow="published", type="Kế hoạch")
    add_task("Việc trong kế hoạch", None, document_id=kept)
    with db.write() as session:
        inspection = Inspection(title="Kiểm tra")
        inspection.recommendations.append(Recommendation(text="Kiến nghị chưa ai trả lời", due_on=PAST))
        inspection.recommendations.append(
            Recommendation(text="Kiến nghị đã trả lời", due_on=PAST, answered_on=PAST)
        )
        inspection.recommendations.append(
            Recommendation(text="Kiến nghị đã trả lời mà quên ghi ngày", due_on=PAST, answer="Đã làm")
        )
        session.add(inspection)
    page = page_of(auth, "auditor")
    untouched = page.split("chưa gắn nhiệm vụ")[1].split("Kiến nghị quá hạn")[0]
    assert "Xong mà không chứng minh" in page
    assert "Nghị quyết bị quên" in untouched
    assert "Công văn thường" not in untouched and "Có việc" not in untouched
    assert "Kiến nghị chưa ai trả lời" in page and "Kiến nghị đã trả lời" not in page


def test_administrators_see_health_and_failed_sign_ins(
    auth: Auth, people: dict[str, User], site: Context
) -> None:
    with db.write() as session:
        for minute in range(3):
            session.add(
                SignInAttempt(
                    username="clerk", address="10.9.8.7", at=db.now() - dt.timedelta(minutes=minute)
                )
            )
    page = page_of(auth, "administrator")
    assert "10.9.8.7" in page and "3 lần, lần cuối" in page
    assert "Chưa chạy lần nào" in page and "Chưa sao lưu lần nào" in page


def test_the_health_page_follows_worker_and_queue(auth: Auth, people: dict[str, User], site: Context) -> None:
    admin = auth("administrator")
    assert "Có việc cần quản trị xem lại" in admin.get("/health").get_data(as_text=True)
    (site.settings.home / "worker.heartbeat").touch()
    document_id = add_document(people["clerk"], "Đang chờ")
    with db.write() as session:
        session.add_all(
            [Job(kind="read", document_id=document_id), Job(kind="index", document_id=document_id, error="x")]
        )
    page = admin.get("/health").get_data(as_text=True)
    assert "Đang chạy" in page
    assert "1 tệp chờ đọc, 1 việc chờ lập chỉ mục" in page
    assert "1 việc bị lỗi" in page


def test_commands_on_the_health_page_name_a_home_of_its_own(auth: Auth, site: Context) -> None:
    page = auth("administrator").get("/health").get_data(as_text=True)
    assert f"<code>DOCMGR_HOME={site.settings.home} .venv/bin/flask" in page


def test_several_roles_see_all_their_sections(auth: Auth, people: dict[str, User]) -> None:
    with db.write() as session:
        session.add(UserRole(user_id=people["administrator"].id, role="clerk"))
    page = page_of(auth, "administrator")
    assert 'id="role-clerk"' in page and 'id="role-administrator"' in page
    assert 'id="role-auditor"' not in page
