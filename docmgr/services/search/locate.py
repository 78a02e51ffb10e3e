"""Find the exact provision that a query names: the khoản (clause) or điểm (point) in an article, or the part of the
address that does not exist. The index stores a Điều (article) as a whole, so only the database knows where its khoản
are. This module does not check rights: callers pass documents that the actor may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from docmgr.models import Document, Provision, Version
from docmgr.services.access import versions
from docmgr.services.documents import references
from docmgr.services.documents.references import ProvisionRef
from indexer import Hit, Marker, ProvisionHit
from legaltext import anchors, labels
from legaltext.locators import Locator

PASSAGE_WORDS = 40
# As many characters of a provision as its first words need.
FIRST_CHARACTERS = 200
# The document, and the anchor of its Điều.
Finest = Mapping[tuple[int, str], ProvisionRef]
Inner = Mapping[tuple[int, str], Locator]
# Made once, because making and compiling it took as long as asking it.
_WITHIN = (
    select(Version.document_id, Provision.anchor)
    .join(Provision, Provision.version_id == Version.id)
    .join(Document, Document.id == Version.document_id)
    .where(
        Document.id.in_(bindparam("documents", expanding=True)),
        Provision.anchor.in_(bindparam("anchors", expanding=True)),
        versions.is_current(),
    )
)

_FIRST_WORDS = _WITHIN.add_columns(func.substr(Provision.text, 1, FIRST_CHARACTERS))


def finest(session: Session, hits: Iterable[Hit], place: Locator) -> Finest:
    """Find the khoản (clause) or điểm (point) that the query names, in each document found. `place` is the provision
    that the query names, and `hits` are the documents found. The result maps (document id, anchor of the Điều, the
    article) to the khoản or điểm in it. Empty when the query names none that exists."""
    wanted = {
        (hit.document, one.anchor): below
        for hit in hits
        for one in hit.provisions
        if any(other.asked for other in hit.provisions) and (one.asked or _is_article(one.anchor, place))
        if (below := place.below(one.anchor))
    }
    if not wanted:
        return {}
    query = select(Version.document_id, Version.id).join(Document, Document.id == Version.document_id)
    query = query.where(Document.id.in_({document for document, _ in wanted}), versions.is_current())
    current = {row.document_id: row.id for row in session.execute(query)}
    places = [(current.get(document), anchor) for (document, _), below in wanted.items() for anchor in below]
    known = references.provisions(session, places)
    found = {}
    for (document, article), below in wanted.items():
        there = (known.get((current.get(document, 0), anchor)) for anchor in below)
        if ref := next(filter(None, there), None):
            found[document, article] = ref
    return found


def _is_article(anchor: str, place: Locator) -> bool:
    """Whether the anchor belongs to the Điều (article) that `place` names: in the document itself ("dieu-2"), a
    second time in it ("dieu-2~2"), or in an annex ("phu-luc-1.dieu-2")."""
    return bool(place.article) and anchors.ends_in(anchor, anchors.component("dieu", place.article))


def narrowed(hit: ProvisionHit, ref: ProvisionRef, mark: Marker) -> ProvisionHit:
    """Narrow the hit for a Điều (article) to the khoản or điểm `ref` in it: the snippet becomes the beginning of the
    text of `ref`, with the matches highlighted by `mark`."""
    words = ref.text.split()
    passage = " ".join(words[:PASSAGE_WORDS]) + " …" * (len(words) > PASSAGE_WORDS)
    label = ref.label[:1].upper() + ref.label[1:]
    return replace(hit, anchor=ref.anchor, label=label, snippet=mark(passage))


def deepest(session: Session, hits: Iterable[Hit]) -> Inner:
    """Find the khoản or điểm in which each snippet of `hits` stands, where the current version has it. Returns a mapping from
    (document id, anchor of the Điều) to the locator of the deepest one; the locator has no Điều."""
    wanted = {
        (hit.document, one.anchor): [place for place in (one.within, Locator("", one.within.clause)) if place]
        for hit in hits
        for one in hit.provisions
        if one.anchor and one.within and not one.asked
    }
    names = {anchor for (_, article), places in wanted.items() for place in places for anchor in place.below(article)}
    if not names:
        return {}
    asked = {"documents": sorted({document for document, _ in wanted}), "anchors": sorted(names)}
    known = {(document, anchor) for document, anchor in session.execute(_WITHIN, asked)}
    found = {}
    for (document, article), places in wanted.items():
        there = (place for place in places if (document, place.below(article)[0]) in known)
        if place := next(there, None):
            found[document, article] = place
    return found


def openings(session: Session, hits: Iterable[tuple[int, ProvisionHit]]) -> Mapping[tuple[int, str], str]:
    """Find the first words of those provisions that only a number names ("II.3") and that have no heading. `hits` are pairs
    (document id, provision); the result maps (document id, anchor) to the words."""
    bare = {(document, one.anchor): one.label for document, one in hits if one.anchor and not one.title and labels.opening(one.label, "x")}
    if not bare:
        return {}
    asked = {"documents": sorted({document for document, _ in bare}), "anchors": sorted({anchor for _, anchor in bare})}
    rows = session.execute(_FIRST_WORDS, asked)
    return {(row[0], row[1]): labels.opening(bare[row[0], row[1]], row[2]) for row in rows if (row[0], row[1]) in bare}


def inside(hit: ProvisionHit, place: Locator | None) -> ProvisionHit:
    """Let the hit for a Điều lead to the khoản or điểm `place` in it, where its snippet stands. When `place` is None, the hit
    stays as it is."""
    if place is None:
        return hit
    label = f"{place.cited} {hit.label}".strip()
    return replace(hit, anchor=place.below(hit.anchor)[0], label=label[:1].upper() + label[1:])


def absent(session: Session, document: Document, place: Locator) -> Locator:
    """Find which part of the address `place` the document's current version does not have. For khoản 9 of Điều 2, the
    result is Điều 2 if the Điều is missing, and Điều 2 khoản 9 if only the khoản is. An empty Locator when nothing is
    missing, `place` has no Điều, or the version has no text."""
    version = versions.of_words(session, document)
    if not place.article or version is None or version.outcome != "text":
        return Locator()
    article = Locator(place.article)
    query = select(Provision.anchor).where(
        Provision.version_id == version.id, Provision.anchor.contains(article.anchor, autoescape=True)
    )
    known = frozenset(session.scalars(query))
    # A decision has a Điều 2, and so has the regulation attached to it: what either of them has is not missing.
    articles = [one for one in known if _is_article(one, place)]
    if not articles:
        return article
    clause = Locator(place.article, place.clause)
    if place.clause and not any(anchor in known for one in articles for anchor in clause.below(one)):
        return clause
    return place if place.point and not any(_has_point(known, one, place) for one in articles) else Locator()


def _has_point(known: Iterable[str], article: str, place: Locator) -> bool:
    """Whether the Điều (article) with the anchor `article` contains the điểm (point) that `place` names. `known` are
    the anchors of the version."""
    within = place.below(article)[-1] if place.clause else article
    step = anchors.component("diem", place.point)
    return any(anchors.is_inside(anchor, within) and anchors.ends_in(anchor, step) for anchor in known)
