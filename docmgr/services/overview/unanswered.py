"""Searches that found nothing, for leaders: which words people miss. Only what the trail keeps of searches is counted, and only what several
people asked is told; nobody is named. A site that does not offer what others asked (DOCMGR_OFFER_ASKED) tells nothing here either."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select

from docmgr import context, db
from docmgr.models import TrailEvent
from docmgr.policy import Actor, Denied, require
from docmgr.services.search.complete import LEAST_PERSONS, LONGEST
from legaltext.text import clean_line

SINCE = dt.timedelta(days=90)
# How many of the last searches are looked at.
LOOKED_AT = 5_000
SHOWN = 8


@dataclass(frozen=True)
class UnansweredSearch:
    """What people asked in vain, and how many of them."""

    query: str
    persons: int


def offered() -> bool:
    """Whether the site tells what several people asked."""
    return context.current().settings.offer_asked


def searches(actor: Actor) -> list[UnansweredSearch]:
    """List what at least LEAST_PERSONS people asked lately without any result and without filters, at most SHOWN, that of most people first.
    Empty where the site has switched this off. Raises Denied unless the actor is a leader who may search."""
    require(actor, "search:find")
    if "leader" not in actor.roles and not actor.everything:
        raise Denied("search:find")
    if not offered():
        return []
    typed, count, told = (TrailEvent.details[name] for name in ("query", "count", "filter"))
    asked = select(typed.as_string().label("typed"), count.as_integer().label("count"), told.as_string().label("told"), TrailEvent.actor_id.label("person"))
    asked = asked.where(TrailEvent.action == "search:find", TrailEvent.actor_id.is_not(None), TrailEvent.at > db.now() - SINCE)
    lately = asked.order_by(TrailEvent.seq.desc()).limit(LOOKED_AT).subquery()
    empty = select(lately.c.typed, lately.c.person).where(lately.c.count == 0, lately.c.told.is_(None), func.length(lately.c.typed).between(2, LONGEST))
    persons: dict[str, set[int]] = defaultdict(set)
    with db.read() as session:
        for line, person in session.execute(empty.distinct()):
            persons[clean_line(line).lower()].add(person)
    found = [UnansweredSearch(said, len(askers)) for said, askers in persons.items() if said and len(askers) >= LEAST_PERSONS]
    return sorted(found, key=lambda one: (-one.persons, one.query))[:SHOWN]
