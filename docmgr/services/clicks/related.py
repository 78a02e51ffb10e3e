"""Related questions: what others asked before they opened a provision that is among the results.

This module decides which questions are related. They must have led at least LEAST_PERSONS different persons to one and the
same provision, which the results show to this reader. So openings of other provisions play no part, least of all of those
that he may not read. Whether the words of a question may be shown to him is decided where completions are chosen
(`indexer.suggest.asked_before`)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Click
from docmgr.policy import Actor
from docmgr.services.clicks import opened
from docmgr.services.indexing import access, requests
from docmgr.services.search import complete
from docmgr.services.search.types import SearchHit
from indexer import IndexUnusable, syllables
from legaltext.anchors import is_inside
from legaltext.text import fold

_log = logging.getLogger(__name__)

# How many of the first results count, how many questions are looked up in the texts, and how many are shown.
FIRST_HITS, MOST_LOOKED_UP, MOST = 5, 12, 5


def questions(actor: Actor, asked: str, hits: Sequence[SearchHit]) -> tuple[str, ...]:
    """List at most MOST questions related to the question `asked`, those of most people first. `hits` are the documents on the
    page of results. Empty where the site does not count what is opened, or where the index cannot be used."""
    if not opened.switched_on() or not hits:
        return ()
    shown = {hit.document.id: tuple(one.anchor for one in hit.provisions) or ("",) for hit in hits[:FIRST_HITS]}
    with db.read() as session:
        led = _led_there(session, shown)
        said = dict.fromkeys((_alike(asked),))
        others = [one for one in led if said.setdefault(_alike(one), one) is one][:MOST_LOOKED_UP]
        if not others:
            return ()
        allowed = access.index_access(session, actor)
    try:
        return context.current().backend.tellable(others, allowed)[:MOST]
    except IndexUnusable as error:
        _log.warning("related questions without an index: %s", error, exc_info=error.__cause__)
        requests.suspect(error)
        return ()


def _led_there(session: Session, shown: Mapping[int, tuple[str, ...]]) -> Iterable[str]:
    """List the questions that led enough persons to one of the provisions `shown`, anchors by document id."""
    persons = func.count()
    # Persons are counted under one key, because under another one the same person looks like a new one.
    query = (
        select(Click.question, Click.document_id, Click.anchor)
        .where(Click.document_id.in_(list(shown)))
        .group_by(Click.series, Click.question, Click.document_id, Click.anchor)
        .having(persons >= complete.LEAST_PERSONS)
        .order_by(persons.desc(), Click.question)
    )
    rows = session.execute(query)
    return dict.fromkeys(row.question for row in rows if any(_meets(row.anchor, one) for one in shown[row.document_id]))


def _meets(one: str, other: str) -> bool:
    """Whether one of two provisions is or contains the other."""
    return one == other or is_inside(one, other) or is_inside(other, one)


def _alike(question: str) -> tuple[str, ...]:
    """What is the same for questions that differ in signs, small letters and diacritics alone."""
    return tuple(fold(one) for one in syllables(question))
