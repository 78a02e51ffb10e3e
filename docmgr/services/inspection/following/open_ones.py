"""The recommendations of all inspections that are not closed: followed until what they ask for is done."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import joinedload

from docmgr import db, paging, policy
from docmgr.models import Recommendation
from docmgr.policy import Actor
from docmgr.services.inspection import lists
from docmgr.services.inspection.lists import UNANSWERED, RecommendationRow
from legaltext import dates

PAGE_SIZE = 50
# How far a recommendation is that is not closed. Those that are overdue are among those without an answer.
STATES = {"unanswered": "Chưa trả lời", "overdue": "Quá hạn trả lời", "waiting": "Chờ đoàn kiểm tra", "accepted": "Đã chấp nhận, chưa thực hiện xong"}


@dataclass(frozen=True)
class FollowedRow:
    """A recommendation with the title of its inspection and how far it is, a key of STATES."""

    item: RecommendationRow
    inspection: str
    state: str


@dataclass(frozen=True)
class FollowedPage:
    """One page of the list. `counts` has how many there are in each state, and `every` in all; `total` counts those of the chosen state."""

    rows: tuple[FollowedRow, ...]
    total: int
    number: int
    every: int
    counts: dict[str, int]


def page(actor: Actor, state: str | None = None, unit_id: int | None = None, number: int = 1) -> FollowedPage:
    """Load one page of the recommendations that are not closed, of a state and of a unit or of all: those without an answer first, then by deadline. A number beyond the end
    gives the last page. Raises Denied when the actor's roles may not read inspections."""
    policy.require(actor, "inspection:read")
    kinds = _kinds()
    wanted = [Recommendation.verdict != "closed", *([Recommendation.unit_id == unit_id] if unit_id is not None else [])]
    with db.read() as session:
        sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in kinds.values()]
        every, *found = session.execute(select(func.count(Recommendation.id), *sums).where(*wanted)).one()
        counts = dict(zip(kinds, map(int, found), strict=True))
        total = counts[state] if state in kinds else every
        number, _pages = paging.nearest(number, total, PAGE_SIZE)
        query = select(Recommendation).where(*wanted, *([kinds[state]] if state in kinds else [])).options(joinedload(Recommendation.inspection))
        query = query.order_by(case((UNANSWERED, 0), else_=1), Recommendation.due_on.is_(None), Recommendation.due_on, Recommendation.id).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
        rows = tuple(_row(actor, one) for one in session.scalars(query))
    return FollowedPage(rows, total, number, every, counts)


def _kinds() -> dict[str, ColumnElement[bool]]:
    answered = and_(Recommendation.verdict == "none", ~UNANSWERED)
    return {"unanswered": UNANSWERED, "overdue": UNANSWERED & (Recommendation.due_on < dates.today()), "waiting": answered, "accepted": Recommendation.verdict == "accepted"}


def _row(actor: Actor, one: Recommendation) -> FollowedRow:
    item = lists.recommendation_row(actor, one)
    state = "accepted" if item.verdict == "accepted" else "waiting" if item.answered else "overdue" if item.overdue else "unanswered"
    return FollowedRow(item, one.inspection.title, state)
