"""What the roles of the site may do: changed within bounds, at once, in every process."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docmgr import context, db, policy
from docmgr.context import Context
from docmgr.models import SitePolicy, SiteRight, TrailEvent, User
from docmgr.policy import ACTIONS, COMMAND_LINE, ROLES, SITE_BOUNDS, SITE_NEEDS, Actor, Denied
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.folders import tree
from docmgr.services.people import site_roles
from docmgr.services.people.site_roles import Allowed
from docmgr.services.trail import words
from tests.conftest import SERVER
from tests.hard.test_folder_races import at_once
from tests.support.acting import actor_of

DELIVERED = {action: ACTIONS[action] for action in SITE_BOUNDS}


def without(action: str, *roles: str) -> Allowed:
    """The delivered table without these roles for the action."""
    return {**DELIVERED, action: ACTIONS[action] - set(roles)}


def store(wanted: Allowed, revision: int | None = None) -> int:
    return site_roles.save(COMMAND_LINE, wanted, revision=revision)


def test_the_table_names_every_action_and_is_within_its_own_bounds() -> None:
    assert site_roles.NAMES.keys() == ACTIONS.keys() and len(site_roles.NAMES) == sum(map(len, site_roles.GROUPS.values()))
    for action in ACTIONS:
        always, most = site_roles.bounds(action)
        assert always <= ACTIONS[action] <= most, action
    for action, needed in SITE_NEEDS.items():
        assert ACTIONS[action] <= ACTIONS[needed] and site_roles.bounds(action)[0] <= site_roles.bounds(needed)[0]


def test_separation_of_duties_holds_whatever_is_ticked() -> None:
    changing = ("edit", "upload", "publish", "share", "delete", "restore", "write", "grade", "propose", "decide", "execute", "make", "manage", "move")
    for action in ACTIONS:
        _always, most = site_roles.bounds(action)
        if action.partition(":")[2] in changing:
            assert "auditor" not in most, action
        if action.startswith(("document:", "folder:", "comment:", "case:", "disposal:", "register:", "link:")):
            assert "administrator" not in most, action
    # Nobody is locked out, the trail is read by who reads it, and the steps of disposal stay with different people.
    for action in ("account:own", "people:manage", "right:manage", "agency:manage", "health:read", "trail:read", "trail:read_all", "document:read", "disposal:decide", "disposal:execute"):
        assert action not in SITE_BOUNDS


def test_a_change_counts_from_the_next_request_on_in_every_process(site: Context, people: dict[str, User]) -> None:
    staff = actor_of(people["staff"])
    other = context.build(site.settings)
    try:
        with other.bound():
            assert policy.may(staff, "folder:edit")
        assert store(without("folder:edit", "staff")) == 1
        assert not policy.may(staff, "folder:edit") and policy.may(actor_of(people["leader"]), "folder:edit")
        with pytest.raises(Denied):
            policy.require(staff, "folder:edit")
        with other.bound():
            assert not policy.may(staff, "folder:edit")
            assert tree.root_id() and not any(node.may_edit for node in tree.tree(staff))
        assert store(DELIVERED) == 1 and policy.may(staff, "folder:edit")
        with other.bound():
            assert policy.may(staff, "folder:edit")
    finally:
        other.close()


def test_what_was_rolled_back_is_not_kept(people: dict[str, User]) -> None:
    staff = actor_of(people["staff"])
    with pytest.raises(RuntimeError, match="mất điện"), db.write():
        store(without("comment:write", "staff"))
        assert not policy.may(staff, "comment:write")
        raise RuntimeError("mất điện")
    # The next change has the number that the lost one had.
    store(without("link:edit", "staff"))
    assert policy.may(staff, "comment:write") and not policy.may(staff, "link:edit")


def test_only_what_may_change_asks_the_database(people: dict[str, User]) -> None:
    asked: list[str] = []
    token = policy.changes.set(lambda: asked.append("") or {})
    assert policy.may(actor_of(people["staff"]), "document:read") and not policy.may(Actor(None, "Khách"), "document:edit")
    assert policy.may(COMMAND_LINE, "document:edit") and asked == []
    assert policy.may(actor_of(people["staff"]), "document:edit") and asked == [""]
    policy.changes.reset(token)


@pytest.mark.parametrize(
    ("action", "roles", "told"),
    [
        ("document:edit", {"staff", "auditor"}, "Thanh tra, kiểm toán không được có quyền"),
        ("folder:edit", {"administrator"}, "Quản trị không được có quyền"),
        ("document:edit", {"clerk", "leader"}, "cần có cả “Sửa văn bản”"),
        ("document:delete", {"clerk", "leader"}, "cần có cả “Xóa, chuyển khỏi thư mục”"),
    ],
)
def test_what_is_out_of_bounds_is_refused(people: dict[str, User], action: str, roles: set[str], told: str) -> None:
    with pytest.raises(Invalid) as refused:
        store({**DELIVERED, action: frozenset(roles)})
    assert told in str(refused.value)
    with db.read() as session:
        assert session.scalar(select(SitePolicy)) is None
    # Rows from elsewhere have no effect either.
    with db.write() as session:
        session.add_all([SitePolicy(id=1), SiteRight(action="document:edit", role="auditor", allowed=True), SiteRight(action="document:edit", role="clerk", allowed=False)])
        session.add_all([SiteRight(action="people:manage", role="administrator", allowed=False), SiteRight(action="gone:action", role="staff", allowed=True)])
    for role in ROLES:
        for name in ("document:edit", "people:manage"):
            assert policy.may(actor_of(people[role]), name) == (role in ACTIONS[name])


def test_the_table_is_for_administrators_and_the_second_saver_is_refused(people: dict[str, User]) -> None:
    admin = actor_of(people["administrator"])
    for role in ("clerk", "auditor", "leader"):
        for ask in (site_roles.listing, lambda actor: site_roles.save(actor, DELIVERED, revision=None), lambda actor: site_roles.reset(actor, revision=None)):
            with pytest.raises(Denied):
                ask(actor_of(people[role]))
    _held, revision = site_roles.listing(admin)
    assert site_roles.save(admin, without("plan:edit", "staff"), revision=revision) == 1
    for stale in (lambda: site_roles.save(admin, DELIVERED, revision=revision), lambda: site_roles.reset(admin, revision=revision)):
        with pytest.raises(Conflict):
            stale()
    held, revision = site_roles.listing(admin)
    assert held == ACTIONS | {"plan:edit": frozenset({"clerk", "leader"})}
    # Storing what is there changes nothing.
    assert site_roles.save(admin, held, revision=revision) == 0 == site_roles.save(admin, held, revision=revision)
    assert site_roles.reset(admin, revision=revision) == 1 and site_roles.listing(admin)[0] == ACTIONS
    with db.read() as session:
        assert session.scalars(select(SiteRight)).all() == []
        events = session.scalars(select(TrailEvent).where(TrailEvent.action == "site_role:edit").order_by(TrailEvent.seq)).all()
    assert [words.one_line(event) for event in events] == [
        "Vai trò: Văn thư, Chuyên viên, Lãnh đạo → Văn thư, Lãnh đạo", "Vai trò: Văn thư, Lãnh đạo → Văn thư, Chuyên viên, Lãnh đạo",
    ]


@pytest.mark.skipif(not SERVER, reason="races need PostgreSQL (DOCMGR_TEST_DATABASE_URL)")
def test_of_two_who_save_at_once_one_is_stored(site: Context, people: dict[str, User]) -> None:
    for turn in range(4):
        _held, revision = site_roles.listing(COMMAND_LINE)
        wanted = (without("plan:edit", "staff", "leader"[turn % 2 * 6:]), without("link:edit", "leader"))
        said = at_once(site, *(lambda one=one: store(one, revision) for one in wanted))
        assert sorted(said) == ["Conflict", "done"]
        db.release()
        held, _revision = site_roles.listing(COMMAND_LINE)
        assert [held[action] for action in DELIVERED] == list(wanted[said.index("done")].values())
        site_roles.reset(COMMAND_LINE, revision=None)


@pytest.mark.skipif(not SERVER, reason="races need PostgreSQL (DOCMGR_TEST_DATABASE_URL)")
def test_who_lost_a_role_right_is_refused_while_others_change_it(site: Context, people: dict[str, User]) -> None:
    staff, root = actor_of(people["staff"]), tree.root_id()
    store(without("folder:edit", "staff"))

    def make(number: int) -> None:
        tree.create(staff, root, f"T{number}")

    acts = [lambda n=n: make(n) for n in range(4)]
    said = at_once(site, lambda: store({**without("folder:edit", "staff"), "plan:edit": frozenset()}), *acts)
    assert said == ["done", *["Denied"] * 4]
