"""Count which provisions people open from the results of a search, where the site has switched this on.

A link of the results carries a signature over person, question and provision, so only what the search has shown to this
person counts. A person counts once in a month for a question and a provision, however often the link is followed. Who
opens more than a person can read is taken for a program, and counts no more for a while."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Click, TrailEvent
from docmgr.policy import Actor
from docmgr.services.clicks import month_keys
from docmgr.services.search import complete
from docmgr.services.search.request import question as cleaned
from docmgr.services.trail.readings import VIEW
from legaltext import dates

_log = logging.getLogger(__name__)

# How many documents a person may open within these times and still count.
LIMITS = ((dt.timedelta(minutes=1), 30), (dt.timedelta(days=1), 300))
_DIGITS = 20


def switched_on() -> bool:
    """Whether this site counts what people open. It is off where nobody has switched it on."""
    return context.current().settings.keep_clicks


def normalised(query: str) -> str:
    """Write the typed `query` as it is kept: on one line, in small letters. Returns "" for one that is too short or too long
    to be kept, such as a pasted paragraph."""
    found = cleaned(query)[0].lower()
    return found if 2 <= len(found) <= complete.LONGEST else ""


def signer(actor: Actor, query: str) -> Callable[[int, str], str]:
    """Make the function that signs the links of one page of results for `query`. It takes the id of a document and the anchor
    of a provision, "" for the whole document, and returns what the link carries. It returns "" where nothing is counted."""
    person = actor.user_id
    if not switched_on() or person is None or not (question := normalised(query)):
        return lambda _document_id, _anchor: ""
    day = dates.today()
    return lambda document_id, anchor: f"{_signature(day, person, question, document_id, anchor)}.{anchor}"


def _signature(day: dt.date, person: int, question: str, document_id: int, anchor: str) -> str:
    said = "\n".join(("click", day.isoformat(), str(person), question, str(document_id), anchor))
    key = context.current().settings.secret_key.encode()
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:_DIGITS]


def record(actor: Actor, document_id: int, query: str, hit: str) -> bool:
    """Count that the actor opened a document by a link from the results for `query`. `hit` is what `signer` made for the link;
    with anything else nothing is counted. Returns whether it was counted, now or before. An error of the database is logged
    and not raised, because the page of the document must open all the same. Call it after the reading was recorded."""
    if not switched_on() or actor.user_id is None or not (question := normalised(query)):
        return False
    signature, _, anchor = hit.partition(".")
    if not _genuine(actor.user_id, question, document_id, anchor, signature):
        return False
    try:
        # Counted before the lock of the database is taken, which others wait for.
        with db.read() as session:
            if _too_many(session, actor.user_id):
                return False
        with db.write() as session:
            _keep(session, actor.user_id, question, document_id, anchor)
    except SQLAlchemyError:
        _log.exception("an opened provision was not counted")
        return False
    return True


def _genuine(person: int, question: str, document_id: int, anchor: str, signature: str) -> bool:
    """Whether this site made the signature today or yesterday. Older links are bookmarks, and no answers to a question."""
    days = (dates.today(), dates.today() - dt.timedelta(days=1))
    given = signature.encode()
    return any(hmac.compare_digest(_signature(day, person, question, document_id, anchor).encode(), given) for day in days)


def _too_many(session: Session, person: int) -> bool:
    """Whether the person has opened more documents lately than LIMITS allow. The trail has the times."""
    since = db.now() - max(time for time, _ in LIMITS)
    mine = select(TrailEvent.at).where(TrailEvent.actor_id == person, TrailEvent.action == VIEW, TrailEvent.at > since)
    newest_first = mine.order_by(TrailEvent.seq.desc()).limit(1)
    for time, most in LIMITS:
        opened_at = session.scalar(newest_first.offset(most))
        if opened_at is not None and opened_at > db.now() - time:
            return True
    return False


def _keep(session: Session, person: int, question: str, document_id: int, anchor: str) -> None:
    key = month_keys.current(session)
    row = {
        "mark": month_keys.mark(key, str(person), question, str(document_id), anchor), "series": key.series,
        "question": question, "document_id": document_id, "anchor": anchor,
    }  # fmt: skip
    insert = month_keys.INSERTS[session.get_bind().dialect.name](Click).values(row)
    session.execute(insert.on_conflict_do_nothing())
