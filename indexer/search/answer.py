"""Decides whether one provision surely answers the question, and whether no provision is about it at all.

Both are decided from what the page of results holds, so nothing hidden can change them. Being right counts more than answering
often: of 293 answers to 1,310 judged questions, 291 were in an article judged right (`tests.bench.questions.answers`).
"""

from collections.abc import Sequence
from typing import Literal

from indexer.highlight.telling import kind_of
from indexer.match.bound_query import BoundQuery
from indexer.query.query import Query
from indexer.types import Hit, ProvisionHit, Request
from legaltext.text import forms, tokens

# The least share of the question's words, by weight, that an answer has beside it; for a definition nearly all.
_LEAST, _LEAST_DEFINED = 0.8, 0.99
# A provision that answers with this share of the words is a rival, if its score is less than _APART below. Other documents must
# be _ALONE below.
_RIVAL, _APART, _ALONE = 0.6, 0.08, 0.02
# Where so many other documents answer too, each for its own people, none is the answer. They are less than _AROUND below.
_CROWD, _CROWDING, _AROUND = 2, 0.9, 0.12
# Of fewer documents nobody can say that no other answers too.
_LEAST_LIMIT = 5
# Below this product of the best score's share of the highest possible one and of the share of words, nothing is about the question.
_FAR, _MOST_WORDS = 0.2, 12


def answered(request: Request, asked: BoundQuery, hits: Sequence[Hit], best: float) -> Literal["", "sure", "far"]:
    """Say whether the first provision of `hits` surely answers the query `asked` ("sure"), or is hardly about it ("far"). `best` is
    the best score as a share of the highest possible one. On other pages than the first, in one document and in another order
    than by relevance it is neither. It is never "far" where only a part of the stock is searched: the rest may be about it."""
    if request.offset or request.limit < _LEAST_LIMIT or request.document is not None or request.sort != "relevance":
        return ""
    return "sure" if _is_sure(asked.query, hits) else "far" if _of_all(request, asked.query) and _is_far(asked, hits, best) else ""


def _of_all(request: Request, query: Query) -> bool:
    """Whether neither `request` nor `query` restricts which documents are searched."""
    limits = (request.since, request.until, query.since, query.until, request.folder_tree)
    return all(one is None for one in limits) and not any((*request.filters.values(), *query.filters.values()))


def _is_sure(query: Query, hits: Sequence[Hit]) -> bool:
    kind = kind_of(query)
    if not kind.kind or query.conditional or not hits or hits[0].named or not hits[0].provisions:
        return False
    first, *others = hits[0].provisions
    if first.asked:
        return False
    if kind.subject:
        return first.answers >= _LEAST_DEFINED
    firsts = [hit.provisions[0] for hit in hits[1:] if hit.provisions]
    verbatim = _verbatim(query, first)
    if not query.question.kind and not verbatim:
        return False
    rivals = any(one.answers >= _RIVAL and first.score - one.score < _APART for one in (*others, *firsts))
    crowd = sum(one.answers >= _CROWDING and first.score - one.score < _AROUND for one in firsts)
    alone = verbatim or all(first.score - one.score >= _ALONE for one in firsts)
    return first.answers >= _LEAST and not rivals and crowd < _CROWD and alone


def _verbatim(query: Query, first: ProvisionHit) -> bool:
    """Whether the snippet of `first` has all words of `query` side by side. A query without a word that asks needs this."""
    said = " ".join(word for piece in first.snippet for word, _ in map(forms, tokens(piece.text)))
    return len(query.runs) == 1 and f" {' '.join(query.runs[0])} " in f" {said} "


def _is_far(asked: BoundQuery, hits: Sequence[Hit], best: float) -> bool:
    query = asked.query
    if not query.runs or query.number is not None or query.conditional or query.place or len(query.words) > _MOST_WORDS:
        return False
    first: ProvisionHit | None = next((one for hit in hits[:1] for one in hit.provisions), None)
    return first is not None and not hits[0].named and best * _share(asked, first.lacking) < _FAR


def _share(asked: BoundQuery, lacking: Sequence[str]) -> float:
    """Compute the share of the query's words, by weight, that a provision has which lacks the words `lacking`. A word that no text
    has weighs as much as the rarest."""
    idf = {one.slot.words[0]: one.idf for one in asked.weighted if one.slot.single}
    most = max(idf.values(), default=0.0)
    worth = {word: idf.get(word, 0.0) or most for word in asked.query.words_beside if word not in asked.query.joining}
    return 1.0 - sum(worth.get(word, most) for word in lacking) / (sum(worth.values()) or 1.0)
