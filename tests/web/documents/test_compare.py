"""Two texts side by side: what differs, whose words are recorded as read, what rests on them, and an older version that
becomes the newest again."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import event

from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.web.documents import compare as page_module
from tests.filling.bad_files import locked_pdf
from tests.filling.desk import actions, body, hand_in, stored, work
from tests.filling.papers import decision
from tests.support.acting import actor_of

OLD = (
    "Điều 1. Phạm vi", "Quy chế này áp dụng cho các trường.", "Điều 2. Trách nhiệm", "1. Hiệu trưởng họp với giáo viên mỗi quý một lần.",
    "2. Kế toán công khai thu, chi.", "Điều 3. Bãi bỏ", "Bãi bỏ quyết định cũ của Sở về hội nghị.", "Điều 4. Thi hành", "Các trường thi hành từ ngày ký.",
)  # fmt: skip
# Article 3 is gone, 4 is 3 now, a clause of 2 has another word, and 4 is new.
NEW = (
    *OLD[:3], "1. Hiệu trưởng họp với phụ huynh mỗi quý một lần.", OLD[4], "Điều 3. Thi hành", OLD[8],
    "Điều 4. Báo cáo", "Mỗi năm các trường gửi báo cáo về Sở hai lần.",
)  # fmt: skip


def two_versions(app: Flask, client: Any, **form: str) -> int:
    """A document whose second version differs from its first."""
    number = stored(app, client, decision(body=OLD), **form)
    add(app, client, number, decision(body=NEW))
    return number


def add(app: Flask, client: Any, number: int, data: bytes, name: str = "moi.docx") -> None:
    """Add a version and let it be read."""
    assert client.submit(f"/documents/{number}/versions/new", {"file": (io.BytesIO(data), name)}).status_code == 302
    work(app)


def words(page: str, path: str) -> list[str]:
    """The texts of the elements at an XPath, with single blanks."""
    return [" ".join(one.text_content().split()) for one in html.fromstring(page).xpath(path)]


def test_what_differs_is_marked_listed_and_counted(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = two_versions(app, clerk)
    page = clerk.get(f"/documents/{number}/compare?a=1&b=2").text
    assert words(page, "//p[@class='cmp-counts']")[0].startswith("5 điều: 1 sửa, 1 thêm, 1 bỏ, 1 chuyển")
    assert [line.split(" ", 1)[0] for line in words(page, "//nav[contains(@class, 'cmp-list')]//li")] == ["Điều"] * 4
    listed = words(page, "//nav[contains(@class, 'cmp-list')]//li")
    assert listed == ["Điều 2. Trách nhiệm ± sửa", "Điều 3. Bãi bỏ − bỏ", "Điều 4 → Điều 3. Thi hành → chuyển", "Điều 4. Báo cáo + thêm"]
    assert words(page, "//del")[0] == "[bỏ: giáo viên ]" and words(page, "//ins")[0] == "[thêm: phụ huynh ]"
    # The neighbours that did not change are one line, and have their words behind it without a script.
    folds = words(page, "//details[@class='cmp-fold']/summary")
    assert any(line.startswith("Khoản 2 Điều 2:") and line.endswith("không đổi") for line in folds)
    assert "Kế toán công khai" in page and "đổi số hoặc đổi chỗ, lời không đổi" in page
    targets = {unescape(one)[1:] for one in re.findall(r'href="(#so-\d+)"', page)}
    assert targets and all(f'id="{one}"' in page for one in targets)
    same = clerk.get(f"/documents/{number}/compare?with={stored(app, clerk, decision(body=NEW, day='06'), 'khac.docx')}").text
    assert "4 điều: không đổi" in same and "1 sửa" in same


def test_one_reading_of_each_document_and_none_of_what_shows_no_words(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    first, second = stored(app, clerk, decision(body=OLD)), stored(app, clerk, decision(number="13", body=NEW), "b.docx")
    before = [actions(number) for number in (first, second)]
    assert clerk.get(f"/documents/{first}/compare").status_code == 200
    assert clerk.head(f"/documents/{first}/compare?with={second}").status_code == 200
    assert [actions(number) for number in (first, second)] == before
    assert clerk.get(f"/documents/{first}/compare?with={second}").status_code == 200
    assert [actions(number) for number in (first, second)] == [[*known, "document:view"] for known in before]
    picture = stored(app, clerk, locked_pdf(), "khoa.pdf")
    seen = actions(picture)
    page = clerk.get(f"/documents/{picture}/compare?with={first}").text
    assert "chưa có chữ nên không so sánh được" in page and "giáo viên" not in page
    assert actions(picture) == seen


def test_who_may_not_read_one_of_the_two_gets_the_missing_page(app: Flask, auth: Any) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    shown = stored(app, clerk, decision(number="14", body=OLD), publish="1")
    hidden = two_versions(app, clerk)
    before = actions(hidden), actions(shown)
    missing = staff.get(f"/documents/{shown}/compare?with=987654")
    assert missing.status_code == 404
    for path in (
        f"{shown}/compare?with={hidden}", f"{shown}/compare?with={hidden}&b=1", f"{hidden}/compare?with={shown}", f"{hidden}/compare?a=1&b=2",
        f"{hidden}/compare", f"{shown}/compare?a=1&b=7", f"{shown}/compare?with={2**31 - 1}",
    ):  # fmt: skip
        answer = staff.get(f"/documents/{path}")
        assert (answer.status_code, body(answer)) == (404, body(missing)), path
    # A version that nobody has read yet is its uploader's alone.
    assert hand_in(clerk, {"x.docx": decision(number="99")})
    clerk.submit(f"/documents/{shown}/versions/new", {"file": (io.BytesIO(decision(body=NEW)), "moi.docx")})
    assert staff.get(f"/documents/{shown}/compare?a=1&b=2").status_code == 404
    assert staff.submit(f"/documents/{shown}/versions/1/restore", {}).status_code in (403, 404)
    assert (actions(hidden), actions(shown)[: len(before[1])]) == before and "document:view" not in actions(shown)


def test_what_cannot_be_compared_is_said_on_the_page_that_asks(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = two_versions(app, clerk)
    for query, told in (
        ("a=1&b=1", "Hãy chọn hai phiên bản khác nhau"), (f"with={number}", "Hãy chọn một văn bản khác"),
        ("a=x&b=2", "Hãy nhập một số"), ("with=%2F%2Fevil", "Hãy nhập một số"), ("with=" + "9" * 40, "Hãy nhập một số"),
    ):  # fmt: skip
        answer = clerk.get(f"/documents/{number}/compare?{query}")
        assert answer.status_code == 400 and told in answer.text, query
    asked = clerk.get(f"/documents/{number}/compare?a=2").text
    assert "Hai phiên bản của văn bản này" in asked and "giáo viên" not in asked
    other = stored(app, clerk, decision(number="77"), "khac.docx")
    found = clerk.get(f"/documents/{number}/compare?find=with&with_q=77").text
    assert f'name="with" value="{other}"' in found and f'name="with" value="{number}"' not in found
    assert f'name="with" value="{other}"' in clerk.get("/links/documents?name=with&q=77").text
    for page, link in (
        (f"/documents/{number}?tab=files", "compare?a=1&amp;b=2"), (f"/documents/{number}?v=1", "compare?a=1&amp;b=2"),
        (f"/documents/{number}?v=1", "/versions/1/restore"), (f"/documents/{number}", f'/documents/{number}/compare"'),
    ):  # fmt: skip
        assert link in clerk.get(page).text, (page, link)
    same = stored(app, clerk, decision(body=NEW, day="06"), "trung-so.docx")
    assert f"/documents/{same}/compare?with={number}" in clerk.get(f"/documents/{same}/facts").text


def test_tasks_that_rest_on_changed_words_are_named(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision(body=OLD))
    actor = actor_of(auth.people["clerk"])
    plan = plans.create(actor, PlanInput(title="Kế hoạch năm", year=2024))
    made = {}
    for anchor in ("dieu-1", "dieu-2", "dieu-2.khoan-2", "dieu-3", "dieu-4"):
        made[anchor] = tasks.create(actor, plan, TaskInput(title=f"Việc ở {anchor}", lead_id=auth.people["staff"].unit_id, due_rule="continuous"))
        links.add(actor, document_id=number, role="basis", task_id=made[anchor], anchor=anchor)
    add(app, clerk, number, decision(body=NEW))
    touched = words(clerk.get(f"/documents/{number}/compare?a=1&b=2").text, "//section[@class='cmp-touched']//li")
    assert [line.split(":")[0] for line in touched] == ["Điều 2", "Điều 3"]
    assert "Việc ở dieu-2" in touched[0] and "Việc ở dieu-3" in touched[1]
    # Nothing on the right was touched: the tasks rest on the older version.
    assert "cmp-touched" not in clerk.get(f"/documents/{number}/compare?a=2&b=1").text


def test_a_long_comparison_has_pages_and_a_fixed_number_of_queries(app: Flask, auth: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docmgr.services.texts.compared_pages.PAGE", 4_000)
    monkeypatch.setattr("docmgr.services.texts.compared_pages.FOLDED", 200)
    clerk, engine, counts = auth("clerk"), app.extensions["docmgr"].database.engine, []
    for many in (4, 24):
        lines = [line for n in range(1, many + 1) for line in (f"Điều {n}. Việc {n}", f"Nội dung số {n} của quy chế này có những lời riêng {n}.")]
        number = stored(app, clerk, decision(number=str(many), body=tuple(lines)), f"{many}.docx")
        add(app, clerk, number, decision(number=str(many), body=tuple(line.replace("những lời", "các câu") for line in lines)))
        address, seen = f"/documents/{number}/compare?a=1&b=2", list[str]()
        listener = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        first = clerk.get(address).text
        event.remove(engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[1] <= counts[0]
    last = int(re.findall(r"Trang 1/(\d+)", first)[0])
    assert last > 1
    pages = [clerk.get(f"{address}&page={n}").text for n in range(1, last + 1)]
    shown = [line for page in pages for line in words(page, "//section[@class='cmp-block']/h2")]
    assert [line.split(".")[0] for line in shown] == [f"Điều {n}" for n in range(1, 25)]
    assert f"&amp;page={last}#so-" in first and clerk.get(f"{address}&page=99").text.count("cmp-block") == pages[-1].count("cmp-block")
    assert page_module.LISTED >= 24
