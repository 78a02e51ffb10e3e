"""The day of a moment in Vietnam, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from docmgr.models import TrailEvent


def vietnam_day(session: Session, moment: Any = TrailEvent.at) -> Any:
    """Return an SQL expression for the day in Vietnam of `moment`, a column or expression, as a text such as 2024-02-05. Vietnam has
    no summer time."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("Asia/Ho_Chi_Minh", moment), "YYYY-MM-DD")
    return func.date(moment, "+7 hours")
