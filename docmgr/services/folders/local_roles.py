"""What each local role may do, which administrators set within the bounds of policy.BOUNDS."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import LocalRight, LocalRole
from docmgr.policy import BOUNDS, LOCAL_RIGHTS, LOCAL_ROLES, NEEDS, OWNER, Actor, require
from docmgr.services import forms
from docmgr.services.access import inheritance, local_rights
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log

# The roles in the order of the page, with their names.
NAMES = {**LOCAL_ROLES, OWNER: "Người tải lên, khi còn dự thảo"}


def listing(actor: Actor) -> tuple[dict[str, frozenset[str]], int]:
    """Load the rights of each role, by role, and the revision of the whole table. Raises Denied when the actor may not manage
    them."""
    require(actor, "right:manage")
    with db.read() as session:
        return local_rights.table(session), sum(session.scalars(select(LocalRole.revision)))


def save(actor: Actor, wanted: Mapping[str, Collection[str]], *, revision: int | None) -> int:
    """Store the rights of all roles; `wanted` has them by role. What a role always holds is added. Everybody has the new rights
    from then on. Returns how many documents got other readers or editors. `revision` is that of the table when the form was
    opened; None means that there was no form. Raises Denied, Conflict, and Invalid when a right is out of bounds or lacks
    another one."""
    require(actor, "right:manage")
    after = {role: _checked(role, wanted.get(role, ())) for role in NAMES}
    with db.write() as session:
        forms.one_at_a_time(session, LocalRole)
        inheritance.lock_tree(session)
        rows = {row.role: row for row in session.scalars(select(LocalRole).order_by(LocalRole.role).with_for_update())}
        if revision is not None:
            forms.check_revision(sum(row.revision for row in rows.values()), revision)
        before = local_rights.table(session)
        changed = [role for role in NAMES if before[role] != after[role]]
        for role in changed:
            session.execute(delete(LocalRight).where(LocalRight.role == role, LocalRight.right.in_(before[role] - after[role])))
            session.add_all(LocalRight(role=role, right=right) for right in sorted(after[role] - before[role]))
            forms.bump(rows[role])
            _record(session, actor, role, before[role], after[role])
        return inheritance.refresh_all(session) if changed else 0


def _checked(role: str, wanted: Collection[str]) -> frozenset[str]:
    always, most = BOUNDS[role]
    held = always | frozenset(wanted)
    for right in [one for one in LOCAL_RIGHTS if one in held] or ():
        if NEEDS.get(right, right) not in held:
            needed, named = Message(LOCAL_RIGHTS[NEEDS[right]]), Message(LOCAL_RIGHTS[right])
            message = Message("%(role)s: “%(right)s” cần có cả “%(needed)s”.", role=Message(NAMES[role]), right=named, needed=needed)
            raise Invalid(message, f"{role}-{right}")
    if not held <= most:
        raise Invalid(Message("%(role)s không được có quyền ấy.", role=Message(NAMES[role])), role)
    return held


def _record(session: Session, actor: Actor, role: str, before: frozenset[str], after: frozenset[str]) -> None:
    for key, rights in (("given", after - before), ("taken_back", before - after)):
        for right in sorted(rights):
            details = {key: Message(LOCAL_RIGHTS[right])}
            log.record(session, actor, "local_role:edit", "local_role", None, NAMES[role], details=details)
