"""Who stands in for whom today: the persons whose desks (bàn làm việc) somebody has while they are absent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from docmgr.models import Delegation, User
from legaltext import dates

# The day comes with each execution: a statement that is made once costs each page half of one that is made anew.
_DAY = bindparam("day", type_=Delegation.from_on.type)
_EVERYBODY = (
    select(Delegation.delegate_id, Delegation.user_id)
    .join(User, User.id == Delegation.user_id)
    .where(Delegation.from_on <= _DAY, Delegation.to_on >= _DAY, Delegation.ended_at.is_(None), User.disabled_at.is_(None))
)
_OF_THESE = _EVERYBODY.where(Delegation.delegate_id.in_(bindparam("people", expanding=True)))


def standing_in(session: Session, delegate_ids: Collection[int] | None = None) -> dict[int, frozenset[int]]:
    """Load for whom people stand in today: the ids of absent persons by the id of the person who stands in. Those who stand
    in for nobody are missing. `delegate_ids` are the people asked for; None means everybody."""
    day = {"day": dates.today()}
    rows = session.execute(_EVERYBODY, day) if delegate_ids is None else session.execute(_OF_THESE, {**day, "people": list(delegate_ids)})
    found: dict[int, set[int]] = defaultdict(set)
    for delegate_id, user_id in rows:
        found[delegate_id].add(user_id)
    return {delegate_id: frozenset(ids) for delegate_id, ids in found.items()}

