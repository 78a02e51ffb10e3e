"""The administrator's pages about people and units."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Unit, User, UserRole
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.people import people as service
from tests.filling.filing import file_document
from tests.support.browsers import REVISION, Auth, Client


def stored(username: str) -> User | None:
    with db.read() as session:
        return session.scalar(select(User).where(User.username == username))


def roles_of(username: str) -> set[str]:
    user = stored(username)
    assert user is not None
    return {role.role for role in user.roles}


def test_a_new_person_gets_a_one_time_password_that_is_shown_once(auth: Auth, client: Client) -> None:
    admin = auth("administrator")
    form = {"username": "nguoi.thu", "full_name": "Người Thử Một", "roles": ["clerk", "staff"]}
    page = admin.submit("/people/new", form).get_data(as_text=True)
    shown = re.search(r'class="one-time">([^<]+)<', page)
    assert shown is not None
    assert shown[1] not in admin.get("/people").get_data(as_text=True)
    signed_in = client.submit("/login", {"username": "nguoi.thu", "password": shown[1]})
    assert signed_in.status_code == 302
    assert client.get("/").headers["Location"] == "/account/password"
    assert roles_of("nguoi.thu") == {"clerk", "staff"}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"full_name": "X Y", "roles": "staff", "username": "có dấu"}, "chữ thường không dấu"),
        ({"full_name": "X Y", "roles": "staff", "username": "clerk"}, "đã có người dùng"),
        ({"full_name": " ", "roles": "staff", "username": "moi"}, "họ và tên"),
        ({"full_name": "X Y", "username": "moi"}, "ít nhất một vai trò"),
        ({"full_name": "X Y", "roles": "root", "username": "moi"}, "ít nhất một vai trò"),
        (
            {"full_name": "X Y", "roles": "staff", "username": "moi", "unit_id": "99"},
            "Đơn vị đã chọn không còn",
        ),
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(auth: Auth, form: dict[str, str], words: str) -> None:
    answer = auth("administrator").submit("/people/new", form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert words in page
    assert f'value="{form["username"]}"' in page
    assert stored("moi") is None


def test_names_are_written_as_text(auth: Auth, people: dict[str, User]) -> None:
    admin = auth("administrator")
    nasty = "<script>alert(1)</script> \"' {{7*7}}"
    admin.fill(f"/people/{people['staff'].id}", {"full_name": nasty, "roles": "staff"})
    page = admin.get("/people").get_data(as_text=True)
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "49" not in page


def test_a_person_is_edited_locked_and_opened_again(auth: Auth, people: dict[str, User]) -> None:
    admin, staff = auth("administrator"), auth("staff")
    address = f"/people/{people['staff'].id}"
    with db.read() as session:
        unit = session.scalars(select(Unit).order_by(Unit.id)).first()
    assert unit is not None
    admin.fill(address, {"full_name": "Tên mới", "unit_id": unit.id, "roles": ["staff", "leader"]})
    changed = stored("staff")
    assert changed is not None and (changed.full_name, changed.unit_id) == ("Tên mới", unit.id)
    assert roles_of("staff") == {"staff", "leader"}
    assert staff.get("/").status_code == 200
    admin.submit(f"{address}/disable")
    assert staff.get("/").status_code == 302
    assert "Đã khóa" in admin.get(address).get_data(as_text=True)
    admin.fill(f"{address}/enable", {}, page=address)
    assert auth("staff").get("/").status_code == 200


def test_a_reset_password_signs_the_person_out(auth: Auth, people: dict[str, User], client: Client) -> None:
    admin, staff = auth("administrator"), auth("staff")
    page = admin.submit(f"/people/{people['staff'].id}/password").get_data(as_text=True)
    shown = re.search(r'class="one-time">([^<]+)<', page)
    assert shown is not None
    assert staff.get("/").status_code == 302
    assert client.submit("/login", {"username": "staff", "password": shown[1]}).status_code == 302


def test_the_last_administrator_is_told_why(auth: Auth, people: dict[str, User]) -> None:
    admin = auth("administrator")
    address = f"/people/{people['administrator'].id}"
    page = admin.submit(f"{address}/disable", follow_redirects=True).get_data(as_text=True)
    assert "quản trị cuối cùng" in page
    assert roles_of("administrator") == {"administrator"}


def test_the_own_page_shows_unit_and_roles_as_text(auth: Auth, people: dict[str, User]) -> None:
    with db.write() as session:
        session.add(UserRole(user_id=people["administrator"].id, role="staff"))
    admin, address = auth("administrator"), f"/people/{people['administrator'].id}"
    page = admin.get(address).get_data(as_text=True)
    assert 'name="unit_id"' not in page and 'name="roles"' not in page
    assert '<dd id="unit_id">Văn phòng Sở</dd>' in page
    assert '<dd id="roles">Quản trị, Chuyên viên</dd>' in page
    assert "Không ai tự đổi đơn vị hay vai trò của mình" in page and "Một quản trị khác" in page
    # The typed name is still there to be corrected, and the other fields too.
    assert admin.fill(address, {"full_name": "Tên mới"}).status_code == 302
    changed, unit = stored("administrator"), people["leader"].unit_id
    assert changed is not None and (changed.full_name, changed.unit_id) == (
        "Tên mới",
        people["administrator"].unit_id,
    )
    assert roles_of("administrator") == {"administrator", "staff"}
    for crafted in ({"unit_id": unit}, {"roles": ["administrator", "auditor"]}, {"unit_id": ""}):
        answer = admin.fill(address, {"full_name": "Tên mới", **crafted})
        assert answer.status_code == 400, crafted
        assert "Không ai tự đổi đơn vị hay vai trò của mình; hãy nhờ" in answer.get_data(as_text=True)
    again = stored("administrator")
    assert again is not None and again.unit_id == people["administrator"].unit_id
    assert roles_of("administrator") == {"administrator", "staff"}
    # Everybody else's page has these fields.
    assert 'name="roles"' in admin.get(f"/people/{people['staff'].id}").get_data(as_text=True)


def test_a_new_unit_counts_from_the_next_request(auth: Auth, people: dict[str, User]) -> None:
    clerk, staff = service.actor_for(people["clerk"]), people["staff"]
    folder = tree.create(clerk, tree.root_id(), "Của đơn vị")
    sharing.set_inherit(clerk, SharedThing(folder_id=folder.id), inherit=False)
    sharing.grant(clerk, SharedThing(folder_id=folder.id), f"unit:{people['leader'].unit_id}", "reader")
    paper = file_document(folder.id, "1/QĐ-X")
    admin, browser = auth("administrator"), auth("staff")
    for unit_id, status in ((people["leader"].unit_id, 200), (staff.unit_id, 404)):
        form = {"full_name": "X", "unit_id": unit_id, "roles": ["staff"]}
        assert admin.fill(f"/people/{staff.id}", form).status_code == 302
        assert browser.get(f"/documents/{paper}").status_code == status


def test_a_form_that_was_corrected_is_still_stale(auth: Auth, people: dict[str, User]) -> None:
    """The form is first refused for an error and then sent again without it: the change made meanwhile is not
    overwritten."""
    admin, address = auth("administrator"), f"/people/{people['staff'].id}"
    opened = admin.get(address).get_data(as_text=True)
    revision = REVISION.search(opened)
    assert revision is not None
    admin.fill(address, {"full_name": "Người khác sửa", "roles": ["staff"]})
    bad = {"revision": revision[1], "full_name": " ", "roles": ["staff"]}
    again = REVISION.search(admin.submit(address, bad).get_data(as_text=True))
    assert again is not None and again[1] == revision[1]
    answer = admin.submit(address, {"revision": again[1], "full_name": "Tên tôi ghi", "roles": ["staff"]})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Tên tôi ghi" in page and "<dd>Người khác sửa</dd>" in page
    assert admin.submit(address, {"full_name": "Không có số", "roles": ["staff"]}).status_code == 409


def test_fields_that_no_form_has_change_nothing(auth: Auth, people: dict[str, User]) -> None:
    """Mass assignment: only the fields of the form are read."""
    staff = people["staff"]
    before = stored("staff")
    assert before is not None
    extra = {
        "id": "1", "username": "boss", "password_hash": "x", "must_change_password": "1",
        "disabled_at": "2020-01-01", "created_at": "2020-01-01", "is_admin": "1", "role": "administrator",
    }  # fmt: skip
    auth("administrator").fill(
        f"/people/{staff.id}",
        {"full_name": before.full_name, "unit_id": before.unit_id, "roles": "staff", **extra},
    )
    after = stored("staff")
    assert after is not None
    columns = [column.name for column in User.__table__.columns]
    assert {name: getattr(after, name) for name in columns} == {
        name: getattr(before, name) for name in columns
    }
    assert roles_of("staff") == {"staff"}


@pytest.mark.parametrize("role", ["clerk", "staff", "leader", "auditor"])
def test_nobody_promotes_himself(auth: Auth, people: dict[str, User], role: str) -> None:
    browser, me = auth(role), people[role]
    form = {"full_name": me.full_name, "roles": ["administrator", role], "role": "administrator"}
    for address in (f"/people/{me.id}", "/people/new", "/account/password", f"/people/{me.id}/enable"):
        browser.submit(address, {**form, "username": "moi"})
    with db.read() as session:
        held = set(session.scalars(select(UserRole.user_id).where(UserRole.role == "administrator")))
    assert held == {people["administrator"].id}
    assert stored("moi") is None


def test_units_are_added_renamed_and_removed(auth: Auth) -> None:
    admin = auth("administrator")
    admin.submit("/units", {"name": "Phòng mới", "abbreviation": "PM"})
    with db.read() as session:
        unit = session.scalars(select(Unit).where(Unit.name == "Phòng mới")).one()
    address = f"/units/{unit.id}"
    assert 'value="PM"' in admin.get(address).get_data(as_text=True)
    admin.fill(address, {"name": "Phòng đổi tên", "abbreviation": "", "parent_id": ""})
    assert "Phòng đổi tên" in admin.get("/units").get_data(as_text=True)
    again = admin.submit("/units", {"name": "Phòng đổi tên"})
    assert again.status_code == 400 and "Đã có đơn vị" in again.get_data(as_text=True)
    admin.submit(f"{address}/delete")
    assert "Phòng đổi tên" not in admin.get("/units").get_data(as_text=True)
    assert admin.get(address).status_code == 404


def test_a_unit_with_people_is_not_removed(auth: Auth, people: dict[str, User]) -> None:
    admin = auth("administrator")
    with db.read() as session:
        unit_id = session.get_one(User, people["staff"].id).unit_id
    page = admin.submit(f"/units/{unit_id}/delete", follow_redirects=True).get_data(as_text=True)
    assert "chỉ xóa được đơn vị chưa dùng" in page
