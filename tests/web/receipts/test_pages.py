"""Reading receipts in browsers: asked on a form, confirmed by a button, seen in a table."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from docmgr.services.receipts import listing
from legaltext import dates
from tests.filling.desk import stored
from tests.filling.papers import decision
from tests.support.acting import actor_of
from tests.support.browsers import Auth


@pytest.fixture
def paper(app: Flask, auth: Auth) -> int:
    """A published decision, read by the worker."""
    return stored(app, auth("clerk"), decision(), publish="1")


def test_ask_confirm_and_look(auth: Auth, paper: int) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    at, user = f"/documents/{paper}/receipts", auth.people["staff"]
    assert at in clerk.get(f"/documents/{paper}").text and at not in staff.get(f"/documents/{paper}").text
    day = dates.printed(dates.today() + dt.timedelta(days=3))
    assert staff.get(at).status_code == 404 and staff.submit(at, {"keys": f"user:{user.id}", "due_on": day}).status_code == 404
    form = {"keys": [f"user:{user.id}", f"user:{auth.people['administrator'].id}"], "due_on": day, "note": "Đọc Điều 1"}
    page = clerk.submit(at, form, follow_redirects=True).text
    assert "Đã yêu cầu 1 người xác nhận đã đọc." in page and "Không hỏi, vì không đọc được văn bản này: Quản trị thử." in page
    assert "Chưa xác nhận" in page and "0 đã xác nhận, 1 chưa." in page
    shown = staff.get(f"/documents/{paper}").text
    assert "Bạn được yêu cầu xác nhận đã đọc" in shown and day in shown and "Đọc Điều 1" in shown and "Người yêu cầu: Văn thư thử." in shown
    desk = staff.get("/desk").text
    assert "Xác nhận đã đọc" in desk and f"/documents/{paper}" in desk and "Văn thư thử · Đọc Điều 1" in desk and "Chưa trả lời" not in desk
    assert "phiên bản khác" in staff.submit(f"{at}/confirm", {"no": "2"}, follow_redirects=True).text
    done = staff.submit(f"{at}/confirm", {"no": "1"}, follow_redirects=True).text
    assert "Đã xác nhận bạn đã đọc văn bản." in done and "Bạn đã xác nhận đã đọc phiên bản số 1" in done
    assert "1 đã xác nhận, 0 chưa." in clerk.get(at).text and "Xác nhận đã đọc" not in staff.get("/desk?kind=receipt").text
    # The trail of the document tells it in words.
    assert "Yêu cầu xác nhận đã đọc" in clerk.get(f"/documents/{paper}?tab=trail").text


def test_bad_input_keeps_what_was_typed(auth: Auth, paper: int) -> None:
    clerk, key = auth("clerk"), f"user:{auth.people['staff'].id}"
    for form, said in (
        ({"keys": key, "due_on": "31/02/2030", "note": "Giữ lại"}, "Ngày không đúng"), ({"keys": key, "due_on": "", "note": "Giữ lại"}, "Hãy ghi hạn xác nhận"),
        ({"due_on": "05/02/2020", "note": "Giữ lại"}, "từ hôm nay"), ({"due_on": dates.printed(dates.today()), "note": "Giữ lại"}, "Hãy chọn người hoặc đơn vị"),
    ):  # fmt: skip
        answer = clerk.submit(f"/documents/{paper}/receipts", form)
        assert answer.status_code == 400 and said in answer.text and 'value="Giữ lại"' in answer.text, form
        assert ("selected" in answer.text) == ("keys" in form)


def test_withdraw_one_and_all(auth: Auth, paper: int) -> None:
    clerk, at = auth("clerk"), f"/documents/{paper}/receipts"
    keys = [f"user:{auth.people[role].id}" for role in ("staff", "leader", "auditor")]
    clerk.submit(at, {"keys": keys, "due_on": dates.printed(dates.today())})
    first = listing.page(actor_of(auth.people["clerk"]), paper).rows[0].receipt.id
    assert "Đã thôi yêu cầu xác nhận." in clerk.submit(f"{at}/withdraw", {"receipt": str(first)}, follow_redirects=True).text
    assert "Yêu cầu không hợp lệ" in clerk.submit(f"{at}/withdraw", {"receipt": "x"}, follow_redirects=True).text
    page = clerk.submit(f"{at}/withdraw", follow_redirects=True).text
    assert "0 đã xác nhận, 0 chưa." in page and "Đã thôi yêu cầu tất cả" not in page
    assert "đã được xác nhận hoặc đã thôi" in clerk.submit(f"{at}/withdraw", follow_redirects=True).text
