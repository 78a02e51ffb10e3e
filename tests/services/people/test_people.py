"""Rules about people, roles, passwords and units."""

from __future__ import annotations

import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from docmgr import db, policy
from docmgr.db import Database
from docmgr.models import (
    Assignment,
    Grant,
    Plan,
    Task,
    TrailEvent,
    Unit,
    User,
    UserRole,
)
from docmgr.policy import COMMAND_LINE, Denied
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.people import accounts, passwords, sessions, units
from docmgr.services.people import people as service

GOOD = "Cầu treo qua suối vắng 8"
People = dict[str, User]


def add(username: str, *roles: str, unit_id: int | None = None) -> User:
    return service.create(
        COMMAND_LINE,
        username=username,
        full_name=f"Người {username}",
        roles=roles or ("staff",),
        unit_id=unit_id,
        password=GOOD,
        must_change=False,
    )


def last_event() -> TrailEvent:
    with db.read() as session:
        return session.scalars(select(TrailEvent).order_by(TrailEvent.seq.desc()).limit(1)).one()


def test_a_person_is_found_by_name_and_acts_with_keys(database: Database) -> None:
    with db.write() as session:
        unit = Unit(name="Phòng thử")
        session.add(unit)
    made = add("mot.thu", "staff", "leader", unit_id=unit.id)
    found = service.by_username(" MOT.Thu ")
    assert found is not None and found.id == made.id
    actor = service.actor_for(found)
    assert actor.keys == {
        "staff",
        f"user:{made.id}",
        f"unit:{unit.id}",
        "role:staff",
        "role:leader",
    }
    assert (actor.label, actor.unit_label) == ("Người mot.thu (mot.thu)", "Phòng thử")
    event = last_event()
    assert (event.action, event.subject_id, event.via) == ("person:create", made.id, "cli")
    assert GOOD not in str(event.details)


@pytest.mark.parametrize("username", ["", "a", "có dấu", "-x1", "a b", "x" * 51, "a/b", "<b>"])
def test_badly_formed_names_are_refused(database: Database, username: str) -> None:
    with pytest.raises(Invalid) as error:
        add(username)
    assert error.value.field == "username"


def test_a_name_is_given_once(database: Database) -> None:
    add("hai.thu")
    with pytest.raises(Invalid, match="đã có người dùng"):
        add("Hai.Thu")


@pytest.mark.parametrize("roles", [(), ("root",), ("staff", "root")])
def test_roles_come_from_the_list(people: People, roles: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as error:
        service.edit(
            COMMAND_LINE, people["staff"].id, full_name="X", unit_id=None, roles=roles, revision=None
        )
    assert error.value.field == "roles"


@pytest.mark.parametrize("role", sorted(policy.ROLES.keys() - {"administrator"}))
def test_only_administrators_change_people(people: People, role: str) -> None:
    actor, victim = service.actor_for(people[role]), people["staff"].id
    acts = [
        lambda: service.everybody(actor),
        lambda: service.get(actor, victim),
        lambda: service.create(
            actor,
            username="moi",
            full_name="M",
            roles=["staff"],
            unit_id=None,
            password=GOOD,
            must_change=True,
        ),
        lambda: service.edit(
            actor, actor.user_id, full_name="M", unit_id=None, roles=["administrator"], revision=None
        ),
        lambda: accounts.disable(actor, victim),
        lambda: accounts.enable(actor, victim),
        lambda: accounts.reset_password(actor, victim),
        lambda: units.create(actor, name="M"),
        lambda: units.delete(actor, 1),
    ]
    for act in acts:
        with pytest.raises(Denied):
            act()


@pytest.mark.parametrize("more", [(), ("staff",), ("clerk", "staff", "leader")])
@pytest.mark.parametrize(
    ("roles", "moves", "field"),
    [
        (["auditor"], False, "roles"),
        (["administrator"], False, "roles"),
        ([], True, "unit_id"),
        (["auditor"], True, "roles"),
    ],
)
def test_nobody_changes_their_own_unit_or_roles(
    people: People, more: tuple[str, ...], roles: list[str], moves: bool, field: str
) -> None:
    """Whatever other roles an administrator has: adding, removing, moving, and all at once."""
    home, elsewhere = people["clerk"].unit_id, people["leader"].unit_id
    me = add("hai", "administrator", "auditor", *more, unit_id=home)
    held = {"administrator", "auditor", *more}
    wanted = held ^ set(roles)
    with pytest.raises(Invalid, match="Không ai tự đổi đơn vị hay vai trò của mình") as error:
        service.edit(
            service.actor_for(me),
            me.id,
            full_name="X",
            unit_id=elsewhere if moves else home,
            roles=wanted,
            revision=None,
        )
    assert error.value.field == field
    again = service.get(COMMAND_LINE, me.id)
    assert ({role.role for role in again.roles}, again.unit_id) == (held, home)
    # One may change one's own name, and the other administrator may move anybody; the trail says who did it.
    service.edit(service.actor_for(me), me.id, full_name="Tên tôi", unit_id=home, roles=held, revision=None)
    other = service.actor_for(people["administrator"])
    service.edit(other, me.id, full_name="Tên tôi", unit_id=elsewhere, roles=["staff"], revision=None)
    event = last_event()
    assert (event.actor_id, event.actor_label, event.subject_id) == (other.user_id, other.label, me.id)
    assert event.details == {
        "unit": ["Văn phòng Sở", "Ban Giám đốc"],
        "roles": [sorted(held), ["staff"]],
    }


def test_an_administrator_who_was_shut_out_does_not_let_themselves_in(people: People) -> None:
    """Disabling and enabling gives nobody another unit or role, and a disabled person can do nothing."""
    me = add("hai", "administrator", unit_id=people["clerk"].unit_id)
    with db.write() as session:
        token = sessions.open_session(session, me.id, "127.0.0.1")
    accounts.disable(service.actor_for(me), me.id)
    db.release()
    assert sessions.find(token, 3600, 3600) is None
    accounts.enable(service.actor_for(people["administrator"]), me.id)
    db.release()
    assert sessions.find(token, 3600, 3600) is None
    again = service.get(COMMAND_LINE, me.id)
    assert ({role.role for role in again.roles}, again.unit_id) == (
        {"administrator"},
        people["clerk"].unit_id,
    )


def test_another_administrator_gives_roles(people: People) -> None:
    actor = service.actor_for(people["administrator"])
    service.edit(
        actor, people["staff"].id, full_name="X", unit_id=None, roles=["staff", "auditor"], revision=None
    )
    with db.read() as session:
        held = session.scalars(select(UserRole.role).where(UserRole.user_id == people["staff"].id))
        assert set(held) == {"staff", "auditor"}


def test_the_last_administrator_stays(people: People) -> None:
    admin = people["administrator"]
    with pytest.raises(Invalid, match="quản trị cuối cùng"):
        accounts.disable(COMMAND_LINE, admin.id)
    with pytest.raises(Invalid, match="quản trị cuối cùng"):
        service.edit(COMMAND_LINE, admin.id, full_name="X", unit_id=None, roles=["clerk"], revision=None)
    second = add("hai", "administrator")
    accounts.disable(COMMAND_LINE, admin.id)
    with pytest.raises(Invalid, match="quản trị cuối cùng"):
        accounts.disable(COMMAND_LINE, second.id)
    accounts.enable(COMMAND_LINE, admin.id)
    accounts.disable(COMMAND_LINE, second.id)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["disable", "enable", "demote", "promote"])), max_size=8
    )
)
def test_whatever_is_done_one_administrator_is_left(acts: list[tuple[int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _assert_one_stays_able(Database(f"sqlite:///{folder}/people.sqlite"), acts)


def _assert_one_stays_able(database: Database, acts: list[tuple[int, str]]) -> None:
    db.Base.metadata.create_all(database.engine)
    with db.bound(database):
        with db.write() as session:
            everybody = [
                User(
                    username=f"u{n}",
                    full_name=f"U{n}",
                    password_hash="x",
                    roles=[UserRole(role="administrator")],
                )
                for n in range(3)
            ]
            session.add_all(everybody)
        for number, act in acts:
            try:
                _act(everybody[number].id, act)
            except Invalid:
                continue
        with db.read() as session:
            able = (
                select(User)
                .join(UserRole)
                .where(UserRole.role == "administrator", User.disabled_at.is_(None))
            )
            assert session.scalars(able).first() is not None
    database.dispose()


def _act(user_id: int, act: str) -> None:
    if act == "disable":
        accounts.disable(COMMAND_LINE, user_id)
    elif act == "enable":
        accounts.enable(COMMAND_LINE, user_id)
    else:
        role = "administrator" if act == "promote" else "staff"
        service.edit(COMMAND_LINE, user_id, full_name="U", unit_id=None, roles=[role], revision=None)


def test_an_edit_says_what_changed(people: People) -> None:
    staff = people["staff"]
    service.edit(COMMAND_LINE, staff.id, full_name="Tên  mới ", unit_id=None, roles=["staff"], revision=None)
    event = last_event()
    assert event.details == {
        "full_name": ["Chuyên viên thử", "Tên mới"],
        "unit": ["Phòng Giáo dục Trung học", None],
    }
    service.edit(COMMAND_LINE, staff.id, full_name="Tên mới", unit_id=None, roles=["staff"], revision=None)
    assert last_event().seq == event.seq


def test_the_first_administrator_is_made_once_and_is_clerk_too(database: Database) -> None:
    first = accounts.first_administrator(COMMAND_LINE)
    assert first is not None
    user = service.by_username(first.username)
    assert user is not None and user.must_change_password
    assert {role.role for role in user.roles} == {"administrator", "clerk"}
    assert passwords.verify(user.password_hash, first.password)
    assert accounts.first_administrator(COMMAND_LINE) is None


def test_missing_people_and_units(database: Database) -> None:
    with pytest.raises(NotFound):
        service.get(COMMAND_LINE, 5)
    with pytest.raises(NotFound):
        accounts.disable(COMMAND_LINE, 5)
    with pytest.raises(Invalid, match="Đơn vị đã chọn không còn"):
        add("hai.thu", unit_id=5)
    with pytest.raises(NotFound):
        units.edit(COMMAND_LINE, 5, name="X", abbreviation=None, parent_id=None, revision=None)


def test_units_have_names_of_their_own_and_no_rings(database: Database) -> None:
    top = units.create(COMMAND_LINE, name="  Sở   Giáo dục ")
    below = units.create(COMMAND_LINE, name="Phòng A", abbreviation="PA", parent_id=top.id)
    assert top.name == "Sở Giáo dục"
    with pytest.raises(Invalid, match="Đã có đơn vị"):
        units.create(COMMAND_LINE, name="Phòng A")
    for parent in (top.id, below.id, 999):
        with pytest.raises(Invalid, match="cấp trên"):
            units.edit(
                COMMAND_LINE, top.id, name="Sở Giáo dục", abbreviation=None, parent_id=parent, revision=None
            )
    with pytest.raises(Invalid) as error:
        units.create(COMMAND_LINE, name=" ")
    assert error.value.field == "name"


def test_a_unit_in_use_stays(people: People) -> None:
    def deletable(name: str) -> int:
        return units.create(COMMAND_LINE, name=name).id

    with db.read() as session:
        occupied = session.get_one(User, people["staff"].id).unit_id
    with_task, with_right, free = deletable("Có nhiệm vụ"), deletable("Có quyền"), deletable("Trống")
    with db.write() as session:
        task = Task(title="T", plan=Plan(title="K", year=2024), assignments=[])
        task.assignments.append(Assignment(unit_id=with_task, role="lead"))
        session.add_all([task, Grant(folder_id=1, role="reader", key=f"unit:{with_right}")])
    for unit_id in (occupied, with_task, with_right):
        assert unit_id is not None
        with pytest.raises(Invalid, match="chỉ xóa được đơn vị chưa dùng"):
            units.delete(COMMAND_LINE, unit_id)
    units.delete(COMMAND_LINE, free)
    assert last_event().action == "unit:delete"
    with pytest.raises(NotFound):
        units.get(COMMAND_LINE, free)
