"""The page of a document: its text with its anchors, its tabs, its actions, and who may see it at all."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from docmgr.policy import COMMAND_LINE
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.people import units
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from tests.filling.desk import actions, body, hand_in, stored, work
from tests.filling.papers import BODY, decision, pdf
from tests.support.acting import actor_of

TABS = ("text", "files", "relations", "tasks", "inspections", "trail")
EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def test_the_page_shows_the_text_at_its_anchors_with_facts_still_guessed(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    page = clerk.get(f"/documents/{number}").text
    assert '<section id="dieu-1.khoan-2"' in page
    assert 'href="#dieu-2">Điều 2. Trách nhiệm của người đứng đầu</a>' in page
    assert "12/QĐ-SGDĐT" in page and "05/02/2024" in page and "2024-02-05" not in page
    assert "Còn hiệu lực" in page and "Dự thảo" in page
    assert page.count('class="guess-mark"') == 10
    for line in BODY:
        assert line.split(" số ")[0] in page


def test_the_words_of_the_question_are_marked(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    assert "<mark>dân chủ</mark>" in clerk.get(f"/documents/{number}?q=dan+chu").text
    assert "<mark>" not in clerk.get(f"/documents/{number}").text


def test_a_citation_is_a_link_once_its_document_is_here_and_says_so_before(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    assert 'class="cite-missing"' in clerk.get(f"/documents/{number}").text
    assert "chưa có trong kho" in clerk.get(f"/documents/{number}?tab=relations").text
    cited = stored(app, clerk, decision(number="7"), "nd.docx")
    values = {
        "type": "Nghị định",
        "number": "30/2020/NĐ-CP",
        "issuer": "Chính phủ",
        "issued_on": "2020-03-05",
    }
    clerk.submit(f"/documents/{cited}/facts", {**values, "revision": "2", "confirm": "1"})
    page = clerk.get(f"/documents/{number}").text
    assert (
        f'<a class="cite" title="Nghị định 30/2020/NĐ-CP" href="/documents/{cited}">30/2020/NĐ-CP</a>' in page
    )
    assert "Nhắc tới văn bản này" in clerk.get(f"/documents/{cited}?tab=relations").text


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_is_an_address_and_one_reading(app: Flask, auth: Any, tab: str) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    before = actions(number)
    page = clerk.get(f"/documents/{number}?tab={tab}")
    assert page.status_code == 200
    assert page.text.count('aria-current="page"') >= 1
    assert actions(number)[len(before) :] == ["document:view"]


def test_forbidden_looks_like_missing(app: Flask, auth: Any) -> None:
    number = stored(app, auth("clerk"), decision())
    staff = auth("staff")
    for path in ("", "?tab=files", "?v=1", "/facts", "/move", "/versions/new", "/relations/new?q=a"):
        hidden, missing = staff.get(f"/documents/{number}{path}"), staff.get(f"/documents/987654{path}")
        assert hidden.status_code == missing.status_code == 404
        assert body(hidden) == body(missing)
    for path in ("/workflow", "/move", "/delete", "/versions/new", "/relations", "/facts"):
        form = {"workflow": "published", "folder": "1", "target": "1", "revision": "1"}
        hidden, missing = (
            staff.submit(f"/documents/{number}{path}", form),
            staff.submit(f"/documents/987654{path}", form),
        )
        assert (hidden.status_code, body(hidden)) == (missing.status_code, body(missing)), path
        assert hidden.status_code == 404
    assert actions(number) == ["document:upload", "document:read"]


def test_publish_withdraw_and_back_to_draft_decide_who_reads(app: Flask, auth: Any) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    number = stored(app, clerk, decision())
    seen = []
    for workflow in ("published", "withdrawn", "draft"):
        assert clerk.submit(f"/documents/{number}/workflow", {"workflow": workflow}).status_code == 302
        seen.append(staff.get(f"/documents/{number}").status_code)
    assert seen == [200, 404, 404]
    assert (
        "Trạng thái không hợp lệ"
        in clerk.submit(f"/documents/{number}/workflow", {"workflow": "x"}, follow_redirects=True).text
    )


def test_a_reader_sees_no_buttons_that_change(app: Flask, auth: Any) -> None:
    number = stored(app, auth("clerk"), decision(), publish="1")
    page = auth("auditor").get(f"/documents/{number}").text
    assert "document-text" in page
    for act in ("/workflow", "/delete", "/facts", "/versions/new", "/move", "/tasks/new", "/links/new"):
        assert f"/documents/{number}{act}" not in page and f'"{act}' not in page


def test_a_new_version_keeps_the_old_one_readable(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    changed = decision(body=(*BODY[:4], "1. Khoản đã thay lời.", *BODY[5:]))
    form = {"file": (io.BytesIO(changed), "ban-2.docx"), "note": "bản sửa"}
    assert clerk.submit(f"/documents/{number}/versions/new", form).status_code == 302
    work(app)
    newest, old = clerk.get(f"/documents/{number}").text, clerk.get(f"/documents/{number}?v=1").text
    assert "Khoản đã thay lời" in newest and "Khoản đã thay lời" not in old
    assert "Phiên bản cũ số 1" in old
    assert clerk.get(f"/documents/{number}?v=3").status_code == 404


def test_a_refused_version_says_why_and_keeps_the_document(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    page = clerk.submit(
        f"/documents/{number}/versions/new", {"file": (io.BytesIO(b"GIF89a\1\0\1\0"), "a.gif")}
    )
    assert page.status_code == 400 and "không phải là văn bản" in page.text
    assert clerk.submit(f"/documents/{number}/versions/new", {}).status_code == 400
    assert "version:add" not in actions(number)


def test_deleting_leads_to_the_folder_with_an_undo(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    answer = clerk.submit(f"/documents/{number}/delete", {})
    undo = re.search(r'action="(/bin/batches/[^"]+)"', clerk.get(answer.location).text)
    assert clerk.get(f"/documents/{number}").status_code == 404
    assert undo is not None and clerk.submit(undo[1]).status_code == 302
    assert clerk.get(f"/documents/{number}").status_code == 200


def test_relations_are_chosen_by_words_and_ended_without_loss(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    one = stored(app, clerk, decision())
    two = stored(app, clerk, decision(number="13", subject="Về việc thi đua khen thưởng"), "b.docx")
    choices = clerk.get(f"/documents/{one}/relations/new?q=thi+đua+khen+thưởng").text
    assert f'value="{two}"' in choices and f'name="target" value="{one}"' not in choices
    assert clerk.submit(f"/documents/{one}/relations", {"type": "replaces"}).status_code == 400
    clerk.submit(f"/documents/{one}/relations", {"type": "replaces", "target": str(two)})
    again = clerk.submit(f"/documents/{one}/relations", {"type": "replaces", "target": str(two)})
    assert again.status_code == 400 and "Quan hệ này đã có" in again.text
    assert "Được thay thế bởi" in clerk.get(f"/documents/{two}?tab=relations").text
    ended = clerk.get(clerk.submit("/relations/1/end", {}).location).text
    assert "Được thay thế bởi" not in clerk.get(f"/documents/{two}?tab=relations").text
    undo = {"document": one, "mark": re.search(r'name="mark" value="([^"]+)"', ended)[1]}  # type: ignore[index]
    assert auth("staff").submit("/relations/1/restore", undo).status_code == 404
    assert "Đã hoàn tác" in clerk.get(clerk.submit("/relations/1/restore", undo).location).text
    assert "Được thay thế bởi" in clerk.get(f"/documents/{two}?tab=relations").text
    assert [a for a in actions(one) if a.startswith("relation")] == ["relation:add", "relation:end", "relation:restore"]
    # An undo does nothing when the relation applies, was ended once more, or was made anew.
    again = clerk.get(clerk.submit("/relations/1/restore", undo).location).text
    clerk.submit("/relations/1/end", {})
    later = clerk.get(clerk.submit("/relations/1/restore", undo).location).text
    assert all("Không hoàn tác được" in page for page in (again, later))
    assert "Được thay thế bởi" not in clerk.get(f"/documents/{two}?tab=relations").text


def test_hostile_words_in_text_name_and_facts_stay_words(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    paper = decision(subject=f"Về việc {EVIL}", body=(*BODY, f"Điều 4. {EVIL}"))
    number = stored(app, clerk, paper, EVIL.replace(chr(34), "") + ".docx")
    for path in (
        *(f"?tab={tab}" for tab in TABS),
        "?q=alert",
        "/facts",
        "/move",
        "/versions/new",
        "/relations/new?q=alert",
    ):
        page = clerk.get(f"/documents/{number}{path}").text
        assert "<img src=x" not in page and "<script>alert" not in page, path
    # Reading may drop spaces around a slash; the words are there.
    assert "onerror=alert(1)" in unescape(clerk.get(f"/documents/{number}").text)
    clerk.submit(f"/documents/{number}/versions/new", {"file": (io.BytesIO(pdf()), "a.pdf"), "note": EVIL})
    assert "<img src=x" not in clerk.get(f"/documents/{number}?tab=files").text


def test_a_withheld_document_keeps_its_row_and_says_why(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision(stamp="MẬT"))
    page = clerk.get(f"/documents/{number}")
    assert page.status_code == 200 and "mật" in page.text and "Quy chế này quy định" not in page.text
    assert [path for path in app.extensions["docmgr"].settings.uploads.rglob("*") if path.is_file()] == []
    assert clerk.get(f"/documents/{number}?tab=files").status_code == 200


def test_a_document_still_to_be_read_says_so(auth: Any) -> None:
    clerk = auth("clerk")
    (row,) = hand_in(clerk, {"a.docx": decision()})
    page = clerk.get(f"/documents/{row['document']}").text
    assert "Đã lưu, đang chờ đọc" in page and "Làm mới" in page


def test_a_number_of_queries_that_does_not_grow_with_the_document(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    short = stored(app, clerk, decision())
    long = stored(
        app,
        clerk,
        decision(number="14", body=tuple(f"Điều {n}. Điều số {n}" for n in range(1, 60))),
        "l.docx",
    )
    counts = []
    engine = app.extensions["docmgr"].database.engine
    for number in (short, long):
        seen: list[str] = []
        listener = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        clerk.get(f"/documents/{number}")
        event.remove(engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[1] <= counts[0]


@pytest.mark.parametrize("path", ["", "?tab=files", "/facts"])
def test_headers_alone_are_no_reading(app: Flask, auth: Any, path: str) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, pdf(), "a.pdf")
    before = actions(number)
    assert clerk.head(f"/documents/{number}{path}").status_code == 200
    assert actions(number) == before
    # A form that is shown again with its error shows the text too, whether or not it was opened before.
    for _ in range(2):
        assert clerk.submit(f"/documents/{number}/facts", {"number": "x", "revision": "99"}).status_code == 409
    # The picture of the page stands beside the fields.
    assert actions(number) == [*before, "document:view", "file:preview"]


CITING = (
    "Căn cứ Luật Thi đua, khen thưởng số 06/2022/QH15 ngày 15 tháng 6 năm 2022;",
    "Điều 1. Phạm vi",
    "Thực hiện theo Luật Thi đua, khen thưởng và Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023.",
    "Điều 2. Áp dụng",
    "Việc khen thưởng theo Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023.",
)


def test_a_missing_legal_basis_is_named_as_one_and_counted_once(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision(body=CITING))
    assert "Căn cứ 1 · Được nhắc tới 0 · Dẫn chiếu thiếu 2" in clerk.get(f"/documents/{number}").text
    page = clerk.get(f"/documents/{number}?tab=relations").text
    assert 'Quan hệ <span class="count">2</span>' in page
    assert "2 vị trí nhắc tới" in page
    assert page.index("Căn cứ · ") < page.index("06/2022/QH15") < page.index("98/2023/NĐ-CP")


def test_a_provision_shows_its_tasks_and_offers_more(app: Flask, auth: Any, people: dict[str, Any]) -> None:
    clerk, actor = auth("clerk"), actor_of(people["clerk"])
    number = stored(app, clerk, decision(), publish="1")
    plan = plans.create(actor, PlanInput("Kế hoạch dân chủ", 2024))
    place = {"document_id": number, "anchor": "dieu-1.khoan-2"}
    task = tasks.create(actor, plan, TaskInput(EVIL, actor.unit_id, due_rule="recurring", **place))
    tied = links.add(actor, document_id=number, role="evidence", task_id=task, anchor="dieu-2")
    check = inspections.create(actor, InspectionInput("Kiểm tra quý I", units.create(COMMAND_LINE, name="Trường thử").id))
    finding = findings.create(actor, check, FindingInput("Chưa tổ chức hội nghị"))
    links.add(actor, document_id=number, role="basis", finding_id=finding, anchor="dieu-2")
    page = clerk.get(f"/documents/{number}").text
    assert marks(page, "dieu-1.khoan-2") == [f"/tasks/{task}"]
    assert marks(page, "dieu-2") == [f"/tasks/{task}", f"/inspections/{check}#finding-{finding}"]
    assert marks(page, "dieu-1") == []
    assert "<script>alert" not in page
    assert f'href="/links/new?document={number}&amp;anchor=dieu-2"' in page
    assert f'href="/tasks/new?document={number}&amp;anchor=dieu-2"' in page
    assert f'href="/links/new?document={number}&amp;anchor=dieu-1.khoan-2"' not in page
    reader = auth("auditor").get(f"/documents/{number}").text
    assert marks(reader, "dieu-1.khoan-2") and "/links/new?document" not in reader
    links.end(actor, tied)
    assert len(marks(clerk.get(f"/documents/{number}").text, "dieu-2")) == 1
    newer = {"file": (io.BytesIO(decision(number="12", subject="Bản sửa")), "c.docx")}
    clerk.submit(f"/documents/{number}/versions/new", newer)
    work(app)
    assert marks(clerk.get(f"/documents/{number}").text, "dieu-1.khoan-2") == []
    assert marks(clerk.get(f"/documents/{number}?v=1").text, "dieu-1.khoan-2") == [f"/tasks/{task}"]


def marks(page: str, anchor: str) -> list[str]:
    """The addresses of the items at a provision."""
    section = page.partition(f'<section id="{anchor}"')[2].partition("</section>")[0]
    return re.findall(r'class="tie-mark" href="([^"]+)"', section)


def test_links_taken_off_stay_to_be_seen_on_the_document(
    app: Flask, auth: Any, people: dict[str, Any]
) -> None:
    clerk, actor = auth("clerk"), actor_of(people["clerk"])
    number = stored(app, clerk, decision(), publish="1")
    plan = plans.create(actor, PlanInput("Kế hoạch", 2024))
    task = tasks.create(actor, plan, TaskInput("Họp", actor.unit_id, due_rule="recurring"))
    check = inspections.create(actor, InspectionInput("Kiểm tra quý I", units.create(COMMAND_LINE, name="Trường thử").id))
    for subject in ({"task_id": task}, {"inspection_id": check}):
        links.end(actor, links.add(actor, document_id=number, role="evidence", **subject))
    for tab, address in (("tasks", f"/tasks/{task}"), ("inspections", f"/inspections/{check}")):
        page = clerk.get(f"/documents/{number}?tab={tab}").text
        assert "Đã gỡ (1)" in page and f'<a href="{address}">' in page
    words = clerk.get(f"/documents/{number}/trail").text
    assert "<strong>Gắn văn bản vào nhiệm vụ</strong>" in words and "“Họp”" in words
    assert "<strong>Gỡ văn bản khỏi cuộc kiểm tra</strong>" in words
