"""Explain why a search does not find a document. The reasons come from the document's state, from the filters and from the text
of its provisions. An actor who may not read the document is told that it does not exist. Only auditors, people who may edit the
document and people who manage accounts learn what another person finds, and never more than they may read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Job, User
from docmgr.policy import Actor
from docmgr.services import jobs
from docmgr.services.access import by_number, guard, rule
from docmgr.services.documents import progress, references
from docmgr.services.documents.progress import BUSY_STATES
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import NotFound
from docmgr.services.indexing.entries import entries_of
from docmgr.services.message import Words
from docmgr.services.people import people
from docmgr.services.search import find, request
from docmgr.services.search import pick as search_pick
from docmgr.services.search.request import Condition, SearchRequest
from indexer import (
    Entry,
    IndexUnusable,
    Node,
    QueryDiagnosis,
    UnderstoodQuery,
    on_text,
    parse,
    parse_number_query,
)
from legaltext import dates
from legaltext.text import as_typed

PAGE, LOOKED_AT = 200, 1_000
CANDIDATES = 12
_ID = re.compile(r"#([0-9]+)", re.ASCII)
# Named conditions of the query language → how one of them is typed.
NAMED = {"type": "loại", "issuer": "cơ quan", "year": "năm"}
DAYS = {"since": "từ", "until": "đến", "at": "hiệu lực"}
_DATED = (f"{DAYS['since']}:", f"{DAYS['until']}:")
Code = Literal[
    "person_searches_nothing", "person_reads_not", "unusable", "not_read", "withheld", "no_text", "unreadable", "waiting",
    "nothing_asked", "undated", "filtered", "excluded", "unmet", "apart", "lacking", "lacking_names", "others_have_all", "too_weak", "should_match",
]  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """One reason why the document is not found. `about` has the words of the query that the reason concerns, or a
    sentence on the document's state. `condition` is the filter that the document does not meet. `instead` are other
    names of the words in `about`, such as the full name of an abbreviation; each would match as well. The code "apart"
    means that each part of the query occurs, but in different provisions."""

    code: Code
    about: Words = ""
    condition: Condition | None = None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Closest:
    """The provision closest to the query: the words of the query that it has and those that it lacks."""

    anchor: str
    label: str
    has: tuple[str, ...]
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Why:
    """Whether a search finds a document, and why not. `place` is its rank from 1; None when it is not found, comes
    after the first LOOKED_AT, or another person is asked about. `closest` is the provision closest to the query."""

    document: DocumentRef
    found: bool
    place: int | None
    reasons: tuple[Reason, ...]
    closest: Closest | None


def candidates(actor: Actor, text: str) -> list[DocumentRef]:
    """Find at most CANDIDATES documents that the actor may read and that `text` (an id, a number or words) may mean. Empty when
    there are none. Raises Denied when the actor's roles may not search."""
    policy.require(actor, "search:find")
    if not text.strip():
        return []
    ids = _meant(actor, text.strip())
    if not ids and not _ID.fullmatch(text.strip()):
        number = parse_number_query(text)
        # When the number is that of a document, others that only mention the number are not meant.
        sure = number is not None and not number.rest and not number.perhaps
        return [] if sure else search_pick.documents(actor, text, CANDIDATES)
    with db.read() as session:
        found = references.documents(session, actor, ids[:CANDIDATES])
        return [found[one] for one in ids if one in found]


def _meant(actor: Actor, text: str) -> list[int]:
    """Find the readable documents that `text` means by number or by id; return their ids, those by number first. "61" can be a
    number or an id, "#61" only an id."""
    alone = _ID.fullmatch(text)
    number = parse_number_query(text) if text.isdecimal() else None
    numbered = by_number.beginning(actor, number.no, CANDIDATES) if number else []
    try:
        others = by_number.resolve(actor, alone[1] if alone else text)
    except NotFound:
        return numbered
    found = list(dict.fromkeys((*numbered, *others)))
    # A numeral that is an id remains among those shown.
    return found if len(found) <= CANDIDATES or not numbered else [*found[: CANDIDATES - 1], others[0]]


def may_ask_for_others(actor: Actor, document_id: int) -> bool:
    """Whether the actor may learn what others find: auditors, people who manage accounts and editors of the document may."""
    if policy.may(actor, "trail:read_all") or policy.may(actor, "people:manage"):
        return True
    mine = select(exists().where(Document.id == document_id, rule.editable(actor)))
    with db.read() as session:
        return policy.may(actor, "document:edit") and bool(session.scalar(mine))


def why(actor: Actor, wanted: SearchRequest, document_id: int, person_id: int | None = None) -> Why:
    """Find out whether the search `wanted` finds a document, for the actor or for the person `person_id`, and why not. Raises
    Denied when the actor's roles may not search, NotFound when the actor may not read the document or ask about the person."""
    policy.require(actor, "search:find")
    with db.read() as session:
        reference = references.reference(guard.readable(session, actor, document_id))
        # Only documents that both may read are searched: others would tell the actor what the other person may read.
        seeker = None if person_id in (None, actor.user_id) else _person(session, actor, document_id, person_id)
        document = session.get_one(Document, document_id)
        if seeker and (barred := _barred(session, seeker, document)):
            return Why(reference, False, None, (barred,), None)
        try:
            demands = find.demands(actor, wanted, document_id, also=seeker)
        except IndexUnusable:
            return Why(reference, False, None, (Reason("unusable"),), None)
        if demands.answered:
            place = None if seeker else _place(actor, wanted, document_id)
            return Why(reference, True, place, (), None)
        reasons, closest = _reasons(session, actor, seeker, wanted, document, demands)
    return Why(reference, False, None, tuple(reasons), closest)


def _reasons(
    session: Session,
    actor: Actor,
    seeker: Actor | None,
    wanted: SearchRequest,
    document: Document,
    demands: QueryDiagnosis,
) -> tuple[list[Reason], Closest | None]:
    """Find why the search does not find `document`; return (reasons, closest provision or None). `seeker` is the other person
    for whom the actor asks, or None. `demands` is the result of find.demands."""
    state = _state(session, document)
    if state and state[0].code in _NOT_INDEXED:
        return state, None
    query = demands.query
    if any(note.code == "nothing_asked" for note in query.notes):
        return [Reason("nothing_asked")], None
    reasons = [*state, *_filters(session, actor, seeker, wanted, query, document)]
    if document.state in _WITHOUT_TEXT:
        return reasons, None
    about_words, closest = _words(session, document, query, demands)
    reasons += about_words
    # It would be found alone, so other results displace it; but only if it has at least one word of the query.
    alone = _passes(actor, seeker, wanted, document) and (closest is not None or not query.words)
    if alone or (closest and closest.lacks and not reasons):
        reasons.append(Reason("others_have_all" if demands.whole else "too_weak"))
    return reasons or [Reason("should_match")], closest


def _person(session: Session, actor: Actor, document_id: int, person_id: int) -> Actor:
    user = session.get(User, person_id) if may_ask_for_others(actor, document_id) else None
    if user is None:
        raise NotFound
    return people.acting(user)


def _barred(session: Session, seeker: Actor, document: Document) -> Reason | None:
    if not policy.may(seeker, "search:find"):
        return Reason("person_searches_nothing")
    query = select(exists().where(Document.id == document.id, rule.visible(seeker)))
    return None if session.scalar(query) else Reason("person_reads_not")


def _place(actor: Actor, wanted: SearchRequest, document_id: int) -> int | None:
    """Find the rank of the document among all results, from 1. None when it comes after LOOKED_AT results."""
    for page in range(1, LOOKED_AT // PAGE + 1):
        found = find.find(actor, wanted, page=page, per_page=PAGE, record=False)
        ids = [hit.document.id for hit in found.hits]
        if document_id in ids:
            return (page - 1) * PAGE + ids.index(document_id) + 1
        if page * PAGE >= found.total:
            break
    return None


# These documents are not in the index; of others only number, title and description are.
_NOT_INDEXED: tuple[Code, ...] = ("not_read", "withheld")
_WITHOUT_TEXT: tuple[Code, ...] = ("no_text", "unreadable")


def _state(session: Session, document: Document) -> list[Reason]:
    """Find the reasons that follow from the document's processing state. Empty when there are none."""
    if document.state in BUSY_STATES and document.indexed_revision is None:
        return [Reason("not_read")]
    if document.state == "withheld":
        return [Reason("withheld")]
    about = progress.state(document)
    found = [Reason(code, about) for code in _WITHOUT_TEXT if code == document.state]
    waiting = session.scalar(select(exists().where(Job.document_id == document.id, Job.kind.in_(jobs.AWAITED))))
    if waiting or document.indexed_revision != document.revision:
        found.append(Reason("waiting"))
    return found


def _filters(
    session: Session, actor: Actor, seeker: Actor | None, wanted: SearchRequest, query: UnderstoodQuery, document: Document
) -> list[Reason]:
    """Make one reason for each condition, chosen (`wanted`) or typed (`query`), that the document does not meet. "undated" comes
    first if one of them asks for a date and the document has none. `seeker` is the person who does not find it; None is the
    actor."""
    chosen = [one for one in _one_by_one(wanted) if not _passes(actor, seeker, one, document)]
    typed = [(text, one) for text, one in _typed(query, wanted.at) if not _passes(actor, seeker, one, document)]
    asked = (*chosen, *(one for _, one in typed))
    numbered = parse_number_query(document.number or "")
    of_year = numbered is None or numbered.year is None
    dated = any(one.since or one.until or (of_year and "year" in one.filters) or one.query.startswith(_DATED) for one in asked)
    return [
        *([Reason("undated")] if dated and document.issued_on is None else []),
        *(Reason("filtered", condition=request.described(session, actor, one)[0]) for one in chosen),
        *(Reason("filtered", text) for text, _ in typed),
    ]


def _typed(query: UnderstoodQuery, at: dt.date | None) -> list[tuple[str, SearchRequest]]:
    """Return the conditions typed in the query as pairs (text, search with this condition alone). A typed day in force is left
    out when `at` is given."""
    texts = [_of_names(query, name) for name in ("type", "issuer") if name in query.filters]
    found = [(text, SearchRequest(query=text)) for text in texts]
    if years := query.filters.get("year"):
        text = " ".join(f"{NAMED['year']}:{year}" for year in years)
        found.append((text, SearchRequest(filters={"year": years})))
    found += [
        (text, SearchRequest(query=text))
        for name, label in DAYS.items()
        if (day := getattr(query, name)) and not (name == "at" and at)
        for text in [f"{label}:{dates.printed(day)}"]
    ]
    if query.number and query.numbered:
        number = query.number
        written = "/".join(filter(None, (number.no, str(number.year or ""), "-".join(number.symbol))))
        text = f'số:"{f"{number.type_name} {written}".strip()}"'
        found.append((text, SearchRequest(query=text)))
    return found


def _of_names(query: UnderstoodQuery, name: str) -> str:
    """Write the values of the field `name` as a query, such as loại:"Luật"."""
    texts: list[str] = []
    covered: set[str] = set()
    for value in query.filters[name]:
        if value not in covered:
            texts.append(f'{NAMED[name]}:"{value}"')
            covered.update(parse(texts[-1]).filters.get(name, ()))
    return " ".join(texts)


def _passes(actor: Actor, seeker: Actor | None, one: SearchRequest, document: Document) -> bool:
    return bool(find.find(actor, one, per_page=1, document_id=document.id, record=False, also=seeker).total)


def _one_by_one(wanted: SearchRequest) -> list[SearchRequest]:
    kept = [SearchRequest(filters={name: values}) for name, values in wanted.filters.items() if name != "status"]
    # Documents in force on the day are found in addition to those with a chosen status, which is judged on that day.
    force = {name: values for name, values in wanted.filters.items() if name == "status"}
    kept += [SearchRequest(filters=force, at=wanted.at)] if force or wanted.at else []
    kept += [SearchRequest(since=wanted.since)] if wanted.since else []
    kept += [SearchRequest(until=wanted.until)] if wanted.until else []
    return kept + ([SearchRequest(folder_in=wanted.folder_in)] if wanted.folder_in is not None else [])


def _words(
    session: Session, document: Document, query: UnderstoodQuery, demands: QueryDiagnosis
) -> tuple[list[Reason], Closest | None]:
    """Compare the query with the provisions of the document. Returns reasons for conditions and words that no provision has,
    and the closest provision. The provision is None when no provision has a word of the query."""
    if not query.words and query.strict is None:
        return [], None
    looked_at = [(entry, *_lacks(entry, query, demands)) for entry in entries_of(session, document)]
    entry, unmet, lacks = min(looked_at, key=lambda one: (len(_missed(one[1])), len(one[2]), len(one[1])))
    nowhere = [word for word in lacks if all(word in other for _, _, other in looked_at)]
    reasons = _conditions(query, [other for _, other, _ in looked_at]) + [
        Reason("excluded", on_text.said(gone)) for node in unmet if (gone := on_text.excluded(node))
    ]
    typed = as_typed(query.text)
    has = [word for word in query.words if word not in lacks]
    closest = Closest(entry.anchor, entry.label, typed(has), typed(lacks))
    nothing = query.words and len(nowhere) == len(query.words)
    return reasons + _nowhere(query, nowhere), None if nothing else closest


def _missed(unmet: tuple[Node, ...]) -> tuple[Node, ...]:
    """Keep the conditions that require something; leave out the conditions that exclude something."""
    return tuple(node for node in unmet if not on_text.excluded(node))


def _conditions(query: UnderstoodQuery, unmet: list[tuple[Node, ...]]) -> list[Reason]:
    """Make a reason for each condition that no provision meets, and one ("apart") if no single provision meets the rest.
    `unmet` has, for each provision, the conditions that it does not meet."""
    demands = on_text.demands(query)
    never = [node for node in _missed(demands) if all(node in lacked for lacked in unmet)]
    others = [node for node in _missed(demands) if node not in never]
    reasons = [Reason("unmet", on_text.said(node)) for node in never]
    apart = all(any(node in lacked for node in others) for lacked in unmet)
    return reasons + ([Reason("apart", ", ".join(map(on_text.said, others)))] if apart else [])


def _lacks(entry: Entry, query: UnderstoodQuery, demands: QueryDiagnosis) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """Return (conditions that the provision does not meet, words of the query that it lacks). `demands` says how the words
    match."""
    texts = (entry.text, entry.title, entry.label, f"{entry.doc_type} {entry.doc_title}")
    unmet = on_text.unmet(query, on_text.held(texts), demands.folded)
    return unmet, on_text.lacking(query, on_text.held((*texts, entry.number)), demands.folded)


def _nowhere(query: UnderstoodQuery, words: list[str]) -> list[Reason]:
    """Make reasons for `words`, the words of the query that no provision has. Abbreviations get a reason of their own, with
    their full names; the other words share one reason."""
    names: dict[tuple[str, ...], list[str]] = {}
    for one in query.alternatives:
        if all(word in words for word in one.asked):
            names.setdefault(one.asked, []).append(" ".join(one.other))
    named = {word for asked_for in names for word in asked_for}
    typed = as_typed(query.text)
    plain = [word for word in words if word not in named]
    return ([Reason("lacking", ", ".join(typed(plain)))] if plain else []) + [
        Reason("lacking_names", " ".join(typed(asked_for)), instead=tuple(others))
        for asked_for, others in names.items()
    ]
