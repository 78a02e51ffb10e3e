"""When a publication begins in time: so many working days after the day of issue, by the working calendar of the site.

A publication stores the earliest day of issue with which its start is in time (Publication.timely_since). So it is compared with the
document's present day of issue, whoever changes that, and lists count what is late in SQL.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docmgr.models import Publication, PublicationRule
from docmgr.services.planning import known_days
from legaltext.working_days import ONE_DAY, WorkingCalendar


def calendar_before(session: Session, day: dt.date) -> WorkingCalendar:
    """Load the calendar for periods that end around `day`. None of a rule is longer than a year."""
    return known_days.load(session, range(day.year - 3, day.year + 3))


def timely_since(start: dt.date, days: int | None, calendar: WorkingCalendar) -> dt.date | None:
    """Find the earliest day of issue with which something that begins on `start` begins at most `days` working days later; None where
    there is no limit."""
    if days is None:
        return None
    # The days after that of issue are counted, and of those before the start at most `days` - 1 are worked.
    issued, left = start - ONE_DAY, days - 1
    while left >= calendar.works(issued):
        left -= calendar.works(issued)
        issued -= ONE_DAY
    return issued


def count_again(session: Session, year: int) -> None:
    """Count the stored days of the publications again that the days of a year may move."""
    query = select(Publication.starts_on, PublicationRule.start_days, Publication.timely_since).distinct()
    query = query.join(PublicationRule, PublicationRule.id == Publication.rule_id)
    near = Publication.starts_on.between(dt.date(year, 1, 1), dt.date(year + 2, 12, 31)) & Publication.timely_since.is_not(None)
    found = session.execute(query.where(near)).all()
    calendar = known_days.load(session, range(year - 3, year + 4))
    for start, days, stored in found:
        since = timely_since(start, days, calendar)
        if since != stored:
            same = (Publication.starts_on == start) & (Publication.timely_since == stored)
            rules = select(PublicationRule.id).where(PublicationRule.start_days == days)
            session.execute(update(Publication).where(same, Publication.rule_id.in_(rules)).values(timely_since=since))
