"""What it is worth that the words of a short question stand in a title: "quy chế dân chủ" asks for the
regulation so named before a notice that mentions it often.

Decides how well a title fits, in order, side by side, at its opening; the type of a document belongs to its
title. Leaves to `matching` which entries answer at all.
"""

import time
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.ranking import Scores, word_term
from indexer.schema import DOC_WEIGHT, FOLDED, TITLE_WEIGHT
from indexer.snapshot import Bools, Snapshot
from indexer.text import fold, syllables

# Shares of the most that words can score: an opening in order outweighs all that texts can bring.
_ALL, _ORDERED, _PHRASE, _OPENS = 0.4, 0.2, 0.1, 1.0
MOST = _ALL + _ORDERED + _PHRASE + _OPENS
_OF_PROVISION = 0.9
# Rows are unpacked to be read, some 40 µs each.
_MOST_ROWS = 300
_LEAD_INS = tuple(
    tuple(words.split()) for words in ("ve viec", "v v", "ve", "ban hanh kem theo", "ban hanh", "phe duyet")
)
Token = tuple[str, str]


def _tokens(text: str) -> list[Token]:
    """(as written, folded) of each syllable."""
    return [(word, fold(word)) for word in syllables(text)]


def _after_lead_in(title: Sequence[Token]) -> int:
    """Where the name begins: after "Về việc ban hành"."""
    start = 0
    folded = tuple(token[1] for token in title)
    while found := next((lead for lead in _LEAD_INS if folded[start : start + len(lead)] == lead), None):
        start += len(found)
    return start


def fit(asked: Sequence[str], spelling: dict[str, str], doc_type: str, title: str) -> float:
    """How well a title answers the syllables asked for, 0 (not all are there) to MOST."""
    form = [int(spelling.get(word, FOLDED) == FOLDED) for word in asked]
    wanted = [fold(word) if folded else word for word, folded in zip(asked, form, strict=True)]
    named, own = _tokens(doc_type), _tokens(title)
    tokens = named + own

    def at(place: int, count: int) -> bool:
        stretch = tokens[place : place + count]
        return len(stretch) == count and all(
            token[form[number]] == wanted[number] for number, token in enumerate(stretch)
        )

    if not all(any(token[form[number]] == word for token in tokens) for number, word in enumerate(wanted)):
        return 0.0
    opening = min(2, len(asked))
    return (
        _ALL
        + _ORDERED * _in_order(tokens, wanted, form)
        + _PHRASE * any(at(place, len(asked)) for place in range(len(tokens)))
        + _OPENS * any(at(place, opening) for place in (0, len(named) + _after_lead_in(own)))
    )


def _in_order(tokens: Iterable[Token], wanted: Sequence[str], form: Sequence[int]) -> bool:
    reached = 0
    for token in tokens:
        if reached < len(wanted) and token[form[reached]] == wanted[reached]:
            reached += 1
    return reached == len(wanted)


def _least_weights(snapshot: Snapshot, asked: Iterable[str], spelling: dict[str, str]) -> NDArray[np.float32]:
    """The smallest weight that a word of the question has in each entry, 0 where one is missing."""
    least = np.full(snapshot.size, np.inf, np.float32)
    for word in asked:
        term = word_term(word, spelling)
        entries, weights = snapshot.postings(term.field, term.text)
        held = np.zeros(snapshot.size, np.float32)
        held[entries] = weights
        np.minimum(least, held, out=least)
    return least


def _best(entries: NDArray[np.int64], score: NDArray[np.float64]) -> list[int]:
    best: list[int] = entries[np.argsort(-score[entries], kind="stable")][:_MOST_ROWS].tolist()
    return best


def _one_of_each(
    snapshot: Snapshot, entries: NDArray[np.int64], scope: Bools, score: NDArray[np.float64]
) -> list[int]:
    """The best entry of each document all of whose entries (in scope) are among these."""
    count = len(snapshot.documents)
    whole = np.bincount(snapshot.document_of[scope], minlength=count)
    titled = np.bincount(snapshot.document_of[entries], minlength=count) == whole
    kept = entries[titled[snapshot.document_of[entries]]]
    order = kept[np.lexsort((-score[kept], snapshot.document_of[kept]))]
    _, first = np.unique(snapshot.document_of[order], return_index=True)
    return _best(order[first], score)


def bonus(
    snapshot: Snapshot, asked: tuple[str, ...], scores: Scores, scope: Bools, deadline: float
) -> tuple[NDArray[np.float64], bool]:
    """(what each entry of `scope` gains by its title and that of its document, whether time ran out)."""
    gains = np.zeros(snapshot.size)
    least = _least_weights(snapshot, dict.fromkeys(asked), scores.spelling)
    # A word of a title has at least the weight of the title: few texts have to be looked at.
    documents = _one_of_each(snapshot, np.flatnonzero(scope & (least >= DOC_WEIGHT)), scope, scores.score)
    of_documents = np.zeros(len(snapshot.documents))
    for entry in documents:
        if time.monotonic() > deadline:
            return gains, True
        *_, doc_type, doc_title = snapshot.row(entry)
        of_documents[snapshot.document_of[entry]] = fit(asked, scores.spelling, doc_type, doc_title)
    gains[scope] = of_documents[snapshot.document_of[scope]]
    for entry in _best(np.flatnonzero(scope & (least >= TITLE_WEIGHT)), scores.score):
        if time.monotonic() > deadline:
            return gains * scores.ceiling, True
        own = fit(asked, scores.spelling, "", snapshot.row(entry)[2])
        gains[entry] = max(gains[entry], _OF_PROVISION * own)
    return gains * scores.ceiling, False
