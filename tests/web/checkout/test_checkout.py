"""The pages on which people take a document to edit it, see who has it, give it back, and take it away."""

from __future__ import annotations

import io

import pytest

from docmgr.models import User
from docmgr.policy import Actor
from docmgr.services.checkout import taking
from docmgr.services.documents import lifecycle
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import load, with_versions
from tests.support.browsers import Auth


@pytest.fixture
def document(clerk: Actor, staff: Actor) -> int:
    """A document that both may edit."""
    sharing.grant(clerk, SharedThing(folder_id=tree.root_id()), f"user:{staff.user_id}", "editor")
    made = with_versions(clerk, 1)
    lifecycle.set_workflow(clerk, made, "draft")
    return made


def test_from_taking_to_giving_back(auth: Auth, document: int) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    form = staff.get(f"/documents/{document}/checkout").text
    assert "sau 8 giờ bạn không lưu gì" in form
    shown = staff.submit(f"/documents/{document}/checkout", {"reason": "Sửa <b>Điều 3</b>"}, follow_redirects=True).text
    assert "Bạn đang giữ để sửa" in shown and "Sửa &lt;b&gt;Điều 3" in shown and "Trả lại</button>" in shown
    for address in (f"/documents/{document}", f"/documents/{document}/facts", f"/documents/{document}/versions/new"):
        page = clerk.get(address).text
        assert "Chuyên viên thử đang giữ để sửa" in page, address
    assert "Chuyên viên thử giữ để sửa từ" in clerk.get(f"/folders/{tree.root_id()}").text
    assert 'name="give_back"' in staff.get(f"/documents/{document}/versions/new").text
    sent = {"file": (io.BytesIO(b"noi dung moi"), "moi.txt"), "give_back": "1"}
    staff.submit(f"/documents/{document}/versions/new", sent, content_type="multipart/form-data")
    assert load(document).current_no == 2 and "giữ để sửa<" not in clerk.get(f"/documents/{document}").text


def test_what_others_are_told(auth: Auth, staff: Actor, document: int) -> None:
    taking.take(staff, document)
    clerk = auth("clerk")
    told = "đang được Chuyên viên thử giữ để sửa từ"
    new = clerk.submit(f"/documents/{document}/versions/new", {"file": (io.BytesIO(b"khac"), "khac.txt")}, content_type="multipart/form-data")
    assert new.status_code == 400 and told in new.text
    facts = clerk.submit(f"/documents/{document}/facts", {"subject": "Chữ vừa gõ", "revision": str(load(document).revision), "confirm": "0"})
    assert facts.status_code == 400 and told in facts.text and "Chữ vừa gõ" in facts.text
    for address, fields in (("delete", {}), ("workflow", {"workflow": "published"}), ("move", {"folder": str(tree.root_id())})):
        assert told in clerk.submit(f"/documents/{document}/{address}", fields, follow_redirects=True).text, address
    many = clerk.submit(f"/folders/{tree.root_id()}/documents", {"id": str(document), "act": "delete"}, follow_redirects=True)
    assert told in many.text
    assert load(document).deleted_at is None


def test_taking_away(auth: Auth, people: dict[str, User], staff: Actor, document: int) -> None:
    taking.take(staff, document)
    clerk = auth("clerk")
    assert "Thu hồi giữ…" in clerk.get(f"/documents/{document}").text
    assert "Thu hồi" not in auth("leader").get(f"/documents/{document}/checkout").text
    mark = taking.of_document(staff, document).mark
    blank = clerk.submit(f"/documents/{document}/checkout/withdraw", {"mark": mark, "reason": ""}, follow_redirects=True)
    assert "Hãy ghi lý do." in blank.text
    assert auth("staff").submit(f"/documents/{document}/checkout/withdraw", {"mark": mark, "reason": "x"}).status_code == 404
    done = clerk.submit(f"/documents/{document}/checkout/withdraw", {"mark": mark, "reason": "Gấp"}, follow_redirects=True)
    assert "Đã thu hồi" in done.text and taking.of_document(staff, document).note is None
    gone = auth("staff").submit(f"/documents/{document}/checkout/return", {}, follow_redirects=True)
    assert "Bạn không giữ văn bản này" in gone.text


def test_the_hours_are_set_with_the_agency(auth: Auth) -> None:
    admin = auth("administrator")
    assert 'name="checkout_hours" value="8"' in admin.get("/agency").text
    wrong = admin.submit("/agency", {"name": "Sở thử", "checkout_hours": "0", "revision": "0"})
    assert wrong.status_code == 400 and "từ 1 đến 168" in wrong.text
    admin.submit("/agency", {"name": "Sở thử", "checkout_hours": "24", "revision": "0"})
    assert 'name="checkout_hours" value="24"' in admin.get("/agency").text
