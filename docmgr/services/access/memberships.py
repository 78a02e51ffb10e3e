"""Of which groups people are members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import GroupMember


def of_people(session: Session, user_ids: Collection[int] | None = None) -> dict[int, frozenset[int]]:
    """Load the ids of the groups of people, by the id of the person. Those in no group are missing. `user_ids` are the people
    asked for; None means everybody."""
    query = select(GroupMember.user_id, GroupMember.group_id)
    if user_ids is not None:
        query = query.where(GroupMember.user_id.in_(list(user_ids)))
    found: dict[int, set[int]] = defaultdict(set)
    for user_id, group_id in session.execute(query):
        found[user_id].add(group_id)
    return {user_id: frozenset(ids) for user_id, ids in found.items()}
