"""Of which groups people are members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from docmgr.models import GroupMember

_EVERYBODY = select(GroupMember.user_id, GroupMember.group_id)
_OF_THESE = _EVERYBODY.where(GroupMember.user_id.in_(bindparam("people", expanding=True)))


def of_people(session: Session, user_ids: Collection[int] | None = None) -> dict[int, frozenset[int]]:
    """Load the ids of the groups of people, by the id of the person. Those in no group are missing. `user_ids` are the people
    asked for; None means everybody."""
    rows = session.execute(_EVERYBODY) if user_ids is None else session.execute(_OF_THESE, {"people": list(user_ids)})
    found: dict[int, set[int]] = defaultdict(set)
    for user_id, group_id in rows:
        found[user_id].add(group_id)
    return {user_id: frozenset(ids) for user_id, ids in found.items()}
