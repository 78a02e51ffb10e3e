"""Who stands in for whom today: the persons whose desks (bàn làm việc) somebody has while they are absent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docmgr.models import Delegation, User
from legaltext import dates


def standing_in(session: Session, delegate_ids: Collection[int] | None = None) -> dict[int, frozenset[int]]:
    """Load for whom people stand in today: the ids of absent persons by the id of the person who stands in. Those who stand
    in for nobody are missing. `delegate_ids` are the people asked for; None means everybody."""
    query = select(Delegation.delegate_id, Delegation.user_id).join(User, User.id == Delegation.user_id).where(applies())
    if delegate_ids is not None:
        query = query.where(Delegation.delegate_id.in_(list(delegate_ids)))
    found: dict[int, set[int]] = defaultdict(set)
    for delegate_id, user_id in session.execute(query.where(User.disabled_at.is_(None))):
        found[delegate_id].add(user_id)
    return {delegate_id: frozenset(ids) for delegate_id, ids in found.items()}


def applies() -> ColumnElement[bool]:
    """Return an SQL condition on Delegation: it applies on the present day."""
    day = dates.today()
    return (Delegation.from_on <= day) & (Delegation.to_on >= day) & Delegation.ended_at.is_(None)
