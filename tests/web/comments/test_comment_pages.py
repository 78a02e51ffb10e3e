"""Comments on the page of a document: the tab, the form at a provision, the marks, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from docmgr import db
from docmgr.services.comments import writing
from docmgr.services.notifications import listing, making
from tests.filling.planning import LAW_WORDS, World, world

__all__ = ["world"]
Browser = Callable[[str], Any]


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


@pytest.fixture
def law(world: World) -> int:
    """A published document that everybody reads."""
    return world.document("10/2022/QH15", "Luật Thực hiện dân chủ ở cơ sở", LAW_WORDS)


def test_from_the_form_at_a_provision_to_its_mark(browser: Browser, law: int) -> None:
    staff = browser("staff")
    page = staff.get(f"/documents/{law}").text
    (form,) = set(re.findall(r'<a href="([^"]*comment=dieu-52[^"]*)">Nêu ý kiến', page))
    beside = staff.get(form.replace("&amp;", "&")).text
    assert re.findall(r'<option value="(dieu-[^"]*)"', beside) == ["dieu-52", "dieu-52.khoan-3"] and 'name="beside" value="dieu-52"' in beside
    sent = {"text": "<b>Đậm</b>\ndòng hai", "anchor": "dieu-52.khoan-3", "beside": "dieu-52"}
    answer = staff.submit(f"/documents/{law}/comments", sent)
    assert answer.location == f"/documents/{law}?comment=dieu-52&at=dieu-52#dieu-52"
    page = staff.get(f"/documents/{law}").text
    assert re.search(r'comment=dieu-52\.khoan-3[^"]*">1 ý kiến</a>', page) and 'Ý kiến <span class="count">1</span>' in page
    shown = staff.get(f"/documents/{law}?comment=dieu-52.khoan-3&at=dieu-52.khoan-3").text
    assert "&lt;b&gt;Đậm&lt;/b&gt;\ndòng hai" in shown and "<b>Đậm" not in shown
    assert "khoản 3 Điều 52" in staff.get(f"/documents/{law}?tab=comments").text
    assert 'name="beside"' not in staff.get(f"/documents/{law}?comment=dieu-99").text


def test_an_auditor_reads_and_gets_no_form(browser: Browser, world: World, law: int) -> None:
    made = writing.add(world.actors["staff"], law, "Ý của tôi", anchor="dieu-63").id
    auditor = browser("auditor")
    for address in (f"/documents/{law}?tab=comments", f"/documents/{law}?comment=dieu-63"):
        page = auditor.get(address).text
        assert "Ý của tôi" in page and "comment-form" not in page and f"/comments/{made}" not in page
    assert "Nêu ý kiến" not in auditor.get(f"/documents/{law}").text
    for path in ("", f"/{made}/edit", f"/{made}/resolve", f"/{made}/delete"):
        assert auditor.submit(f"/documents/{law}/comments{path}", {"text": "x"}).status_code == 404


def test_answer_change_resolve_and_delete(browser: Browser, world: World, law: int) -> None:
    staff, clerk = browser("staff"), browser("clerk")
    made = writing.add(world.actors["staff"], law, "Lời đầu").id
    tab = f"/documents/{law}?tab=comments"
    assert clerk.submit(f"/documents/{law}/comments", {"text": "Trả lời", "answers": str(made)}).location == f"{tab}&see={made + 1}#comment-{made + 1}"
    assert 'name="revision" value="1"' in staff.get(f"/documents/{law}/comments/{made}/edit").text
    staff.submit(f"/documents/{law}/comments/{made}/edit", {"text": "Lời hai", "revision": "1"})
    stale = staff.submit(f"/documents/{law}/comments/{made}/edit", {"text": "Lời ba", "revision": "1"})
    assert stale.status_code == 409 and "Lời ba" in stale.text and "Lời hai" in stale.text
    page = staff.get(tab).text
    assert "Lời hai" in page and "Xem 1 bản trước khi sửa" in page and "Trả lời" in page
    staff.submit(f"/documents/{law}/comments/{made}/resolve", {"resolved": "1"})
    assert "đánh dấu đã giải quyết" in staff.get(tab).text and '<span class="count">1</span>' not in staff.get(tab).text
    clerk.submit(f"/documents/{law}/comments/{made}/resolve", {"resolved": "0"})
    clerk.submit(f"/documents/{law}/comments/{made}/delete")
    page = staff.get(tab).text
    assert "Lời hai" not in page and "Lời đầu" not in page and "Ý kiến này đã bị xóa (Clerk (planning-clerk))." in page
    trail = clerk.get(f"/documents/{law}/trail").text
    assert "Nêu ý kiến" in trail and "Xóa ý kiến" in trail and "Người viết" in trail and "comment_id" not in trail and "Lời" not in trail


def test_what_is_refused_is_shown_with_everything_typed(browser: Browser, world: World, law: int, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = browser("staff")
    monkeypatch.setattr(writing, "PER_HOUR", 0)
    sent = {"text": "Lời dài của tôi", "anchor": "dieu-63", "beside": "dieu-63", "v": "1"}
    refused = staff.submit(f"/documents/{law}/comments", sent)
    assert refused.status_code == 400 and "Lời dài của tôi" in refused.text and "trong một giờ" in refused.text
    for name, value in (("anchor", "dieu-63"), ("beside", "dieu-63"), ("v", "1")):
        assert f'name="{name}" value="{value}"' in refused.text
    monkeypatch.setattr(writing, "PER_HOUR", 60)
    answer = staff.submit(f"/documents/{law}/comments", {**sent, "text": "Nhờ @planning-administrator, @khong-co xem"}, follow_redirects=True)
    assert "không nhận thông báo: @planning-administrator." in answer.text and "tên đăng nhập như vậy: @khong-co." in answer.text
    assert staff.submit(f"/documents/{law}/comments", {"text": " "}).status_code == 400
    assert staff.submit(f"/documents/{law}/comments", {"text": "x", "answers": "9" * 40}).status_code == 400
    hidden = world.document("2/KH", "Riêng", closed=True)
    assert staff.submit(f"/documents/{hidden}/comments", {"text": "x"}).status_code == 404
    monkeypatch.setattr(writing, "HOUR", writing.HOUR * 0)
    late = staff.get(f"/documents/{law}/comments/1/edit", follow_redirects=True)
    assert "trong một giờ sau khi gửi" in late.text


def test_a_notice_opens_the_comment(browser: Browser, world: World, law: int) -> None:
    making.make()
    writing.add(world.actors["staff"], law, "Nhờ @planning-leader xem")
    while making.make():
        db.release()
    (row,) = listing.page(world.actors["leader"]).rows
    leader = browser("leader")
    assert "Nhắc tên bạn trong ý kiến" in leader.get("/notices").text
    opened = leader.submit(f"/notices/{row.id}").location
    assert opened == f"/documents/{law}?tab=comments&see=1#comment-1" and "Nhờ <strong" not in opened
    assert re.search(r'<strong title="Leader">@planning-leader</strong>', leader.get(opened).text)
