"""Find what ends the validity of a document as a whole: another document, the cause, that replaces or repeals it.

A person has related the two documents, or the text of the cause says so. A text counts when a clerk has confirmed the facts of
the cause. The cause must take effect no earlier than the ended document was issued. The status changes for everyone once the
cause is published. It changes only if everyone who may read the ended document may read the cause.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import AccessKey, Document, Relation
from docmgr.services.relations import statements
from docmgr.services.relations.relations import CHANGING, ENDING
from docmgr.services.relations.statements import Stated, StatingDocument, papers
from legaltext import dates

# counts: changes the status for everyone; hidden: certain, but not every reader may read the cause; possible: no clerk
# has confirmed it; draft: it will count when the cause is published.
Standing = Literal["counts", "hidden", "possible", "draft"]
@dataclass(frozen=True)
class Ending:
    """A document that ends the validity of another one. `cause_id` is the ending document and `type` the type of relation (one
    of ENDING). `day` is the first day out of force. `exact` is false when the day of effect is unknown and `day` is an
    estimate.

    `standing` tells whether the ending counts. "counts": it changes the status for everyone. "draft": the cause is not yet
    published. "possible": no clerk has confirmed the text, or the text may mean another document. "hidden": some readers of the
    ended document may not read the cause.
    """

    cause_id: int
    type: str
    day: dt.date
    exact: bool
    standing: Standing


@dataclass(frozen=True)
class _Claim:
    """A claim that the document `cause_id` ends the document `target_id`. `sure` is true when a person made the relation, or
    when the text certainly says so. `learnt` is the day when a person made the relation; None for a text."""

    target_id: int
    cause_id: int
    type: str
    sure: bool
    learnt: dt.date | None = None


def of(session: Session, target_ids: Collection[int]) -> dict[int, tuple[Ending, ...]]:
    """Find what ends the validity of each of the documents `target_ids`. Returns the endings by document id, those of one
    document sorted by day. Documents that nothing ends are missing in the result."""
    targets = papers(session, Document.id.in_(target_ids))
    claims = _claims(session, targets)
    causes = _causes(session, {claim.cause_id for claim in claims})
    keys = _read_keys(session, [*targets.values(), *causes.values()] if claims else [])
    found: dict[int, list[Ending]] = defaultdict(list)
    for claim in claims:
        if (cause := causes.get(claim.cause_id)) is not None:
            ending = _ending(claim, targets[claim.target_id], cause, keys)
            found[claim.target_id] += [ending] if ending else []
    return {target: tuple(sorted(rows, key=lambda one: (one.day, one.cause_id))) for target, rows in found.items() if rows}


def first(endings: Iterable[Ending]) -> Ending | None:
    """Choose the ending that decides the status of a document: the first one that counts for everyone. `endings` are sorted by
    day. None when none of them counts."""
    return next((one for one in endings if one.standing == "counts"), None)


def _causes(session: Session, ids: set[int]) -> dict[int, StatingDocument]:
    if not ids:
        return {}
    live = (Document.deleted_at.is_(None), Document.state != "withheld", Document.workflow != "withdrawn")
    return papers(session, Document.id.in_(ids), *live)


def _ending(claim: _Claim, target: StatingDocument, cause: StatingDocument, keys: dict[int, frozenset[str]]) -> Ending | None:
    day = cause.effective_from or cause.issued_on or claim.learnt or dates.day_of(cause.created_at)
    issued = target.issued_on or target.effective_from
    if issued is not None and day < issued:
        # A document cannot be ended by one that took effect before it was issued: the number of another year, or a
        # loop.
        return None
    standing: Standing = "counts"
    if cause.workflow == "draft":
        standing = "draft"
    elif not claim.sure:
        standing = "possible"
    elif not policy.covers(keys[cause.access_list_id], keys[target.access_list_id]):
        standing = "hidden"
    return Ending(cause.id, claim.type, day, cause.effective_from is not None, standing)


def _claims(session: Session, targets: dict[int, StatingDocument]) -> list[_Claim]:
    """Find the claims that other documents end one of `targets` (ended documents by id). There is at most one claim for each
    pair of documents; a relation made by a person comes before a text."""
    claims: dict[tuple[int, int], _Claim] = {}
    said: set[tuple[int, int]] = set()
    query = select(Relation).where(
        Relation.target_id.in_(targets), Relation.type.in_(ENDING | CHANGING), Relation.ended_at.is_(None)
    )
    for relation in session.scalars(query.order_by(Relation.id)):
        pair = relation.target_id, relation.source_id
        said.add(pair)
        if relation.type in ENDING and relation.target_anchor is None:
            claims.setdefault(pair, _Claim(*pair, relation.type, True, dates.day_of(relation.created_at)))
    stated = [one for one in statements.about(session, targets) if (one.target_id, one.cause_id) not in said]
    peers = _peers(session, targets, stated)
    for one in stated:
        pair, sure = (one.target_id, one.cause_id), _sure(one, targets[one.target_id], peers)
        if pair not in claims or (sure and not claims[pair].sure):
            claims[pair] = _Claim(*pair, one.role, sure)
    return list(claims.values())


def _sure(stated: Stated, target: StatingDocument, peers: dict[int, list[StatingDocument]]) -> bool:
    """Whether the citation `stated` certainly ends `target`: a clerk has confirmed the facts of the citing document, and the
    citation can mean no other one. `peers` has, by id of the ended document, the other documents with the same number or
    name."""
    if stated.confirmed_at is None or not stated.fits(target):
        return False
    rivals = [one for one in peers.get(target.id, ()) if stated.may_mean(one)]
    return stated.singles_out(target, rivals)


def _peers(session: Session, targets: dict[int, StatingDocument], stated: list[Stated]) -> dict[int, list[StatingDocument]]:
    """Find, for each of `targets` that is cited in `stated`, the other documents with the same number or name. Returns lists by
    id of the target. Documents that some reader of the target may not read are left out."""
    wanted = [targets[number] for number in {one.target_id for one in stated}]
    if not wanted:
        return {}
    same = statements.namesakes({row.number_key for row in wanted}, {row.name_key for row in wanted})
    others = list(papers(session, same, Document.deleted_at.is_(None)).values())
    keys = _read_keys(session, [*others, *wanted])
    return {
        target.id: [
            one for one in others
            if one.id != target.id and statements.same_key(one, target)
            and policy.covers(keys[one.access_list_id], keys[target.access_list_id])
        ]
        for target in wanted
    }  # fmt: skip


def _read_keys(session: Session, papers: Iterable[StatingDocument]) -> dict[int, frozenset[str]]:
    """Load which access keys may read the documents `papers`; the result maps the id of an access list to its keys."""
    lists: dict[int, set[str]] = {paper.access_list_id: set() for paper in papers}
    query = select(AccessKey.list_id, AccessKey.key).where(AccessKey.list_id.in_(lists), AccessKey.right == "read")
    for list_id, key in session.execute(query) if lists else ():
        lists[list_id].add(key)
    return {list_id: frozenset(held) for list_id, held in lists.items()}
