"""Complete a query while a person types it. The proposals are documents whose number or title fits the typed words,
questions that several people asked before, and queries that go on with words of the texts. After the name of a field
(such as `loại:`, the type) they are values of this field. All come from documents that the actor may read. The search
engine chooses them. No event is recorded, because a half-typed query is no search.

Of the searches in the trail only questions leave this module, each counted over different people. A site that does not want that switches it off in its settings."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select

from docmgr import context, db, policy
from docmgr.models import Document, TrailEvent
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.indexing import access, requests
from indexer import Access, Completions, IndexUnusable
from legaltext.text import clean, clean_line

_log = logging.getLogger(__name__)

MOST = 8
LONGEST = 100
# A question of fewer people may tell who asked it.
LEAST_PERSONS = 3
# How many of the newest searches are counted, and how many questions are kept.
LOOKED_AT, MOST_KEPT = 20_000, 500
KEPT_SECONDS = 600.0
_lock = threading.Lock()
# Database of a site → (when the questions were counted, the questions).
_kept: weakref.WeakKeyDictionary[db.Database, tuple[float, tuple[str, ...]]] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class Completion:
    """The proposals for a typed text, at most MOST together. `documents` are triples (id, label, subject), the best
    first. `words` are whole queries that continue the text."""

    documents: tuple[tuple[int, str, str], ...]
    words: tuple[str, ...]


def find(actor: Actor, text: str) -> Completion:
    """Propose completions of the typed `text`. There are none for less than two characters or more than LONGEST.
    Raises Denied when the actor's roles may not search."""
    policy.require(actor, "search:find")
    text = clean(text).strip()
    if not 2 <= len(text) <= LONGEST:
        return Completion((), ())
    with db.read() as session:
        made = _made(text, access.index_access(session, actor))
        ids = [document_id for document_id, _ in made.documents]
        query = select(Document).where(Document.id.in_(ids), rule.visible(actor))
        rows = {row.id: row for row in session.scalars(query)}
    documents = tuple(
        (number, rows[number].label, rows[number].subject or "") for number in ids if number in rows
    )
    return Completion(documents[:MOST], made.words[: MOST - len(documents)])


def _made(text: str, allowed: Access) -> Completions:
    try:
        return context.current().backend.complete(text, allowed, MOST, asked_before())
    except IndexUnusable as error:
        _log.warning("completion without an index: %s", error, exc_info=error.__cause__)
        requests.suspect(error)
        return Completions((), ())


def asked_before() -> tuple[str, ...]:
    """List the questions that at least LEAST_PERSONS different people asked lately, the one of most people first. Empty
    where the site has switched this off. The list may be KEPT_SECONDS old, which an error of the database does not
    prolong."""
    site = context.current()
    if not site.settings.offer_asked:
        return ()
    with _lock:
        made, held = _kept.get(site.database, (0.0, ()))
        if made and time.monotonic() - made < KEPT_SECONDS:
            return held
        # Others go on with the old list while this thread counts.
        _kept[site.database] = (time.monotonic(), held)
    try:
        counted = _counted()
    except BaseException:
        with _lock:
            _kept[site.database] = (made, held)
        raise
    with _lock:
        _kept[site.database] = (time.monotonic(), counted)
    return counted


def forget() -> None:
    """Forget the kept questions, so that they are counted again at once."""
    with _lock:
        _kept.clear()


def _counted() -> tuple[str, ...]:
    typed = TrailEvent.details["query"].as_string().label("typed")
    lately = (
        select(typed, TrailEvent.actor_id.label("person"))
        .where(TrailEvent.action == "search:find", TrailEvent.actor_id.is_not(None))
        .order_by(TrailEvent.seq.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    query = select(lately.c.typed, lately.c.person).where(func.length(lately.c.typed).between(2, LONGEST)).distinct()
    with db.read() as session:
        rows = session.execute(query).all()
    # SQLite knows the small letters of ASCII alone, so the same questions are found here.
    persons: dict[str, set[int]] = defaultdict(set)
    spelled: dict[str, str] = {}
    for row in rows:
        line = clean_line(row.typed)
        persons[line.lower()].add(row.person)
        spelled[line.lower()] = min(line, spelled.get(line.lower(), line))
    enough = [said for said, askers in persons.items() if len(said) > 1 and len(askers) >= LEAST_PERSONS]
    enough.sort(key=lambda said: (-len(persons[said]), said))
    return tuple(spelled[said] for said in enough[:MOST_KEPT])
