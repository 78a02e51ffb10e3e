"""Fits the weights of the re-ranker on judged queries, which are run through the search engine itself.

Each query is run on the documents as they are, and again on the same documents with the titles and headings
of every second document removed. Many documents of an agency have none, and the weights must suit both kinds.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from indexer.evaluate.corpus import JudgedQuery, build, documents_of, read_questions
from indexer.index.index import Index
from indexer.learn.judgements import judge
from indexer.learn.weights import Judged, fit
from indexer.rank import feature_matrix
from indexer.types import Entry

# How much a query counts on the texts half of which have no titles. It is used once for each half.
_BARE, _BARE_SHORT = 0.1, 0.5
# Short questions change the weights only where many of them agree: with 10 nDCG@10 was .2740, with 30 .2790, with 100 .2754
# (five folds three times).
_SHORT_PENALTY = 30.0


def bare(entry: Entry) -> Entry:
    """Return `entry` without the heading of the provision and the title and type of its document. The heading
    is also removed from the beginning of the text."""
    return replace(entry, title="", doc_title="", doc_type="", text=entry.text.removeprefix(entry.title))


def ask(
    documents: Mapping[str, list[Entry]], questions: Sequence[JudgedQuery], share: float, long: bool = False
) -> list[Judged]:
    """Run judged queries on a temporary index, and return the training data of the re-ranker. `documents`
    maps the key of each document to its entries. `share` is how much each query counts in the fit.
    With `long` the features are those of long questions. The result has one item per query: the features of its
    candidates, and which of them are right. A query without candidates has no item."""
    with tempfile.TemporaryDirectory(prefix="training-") as folder:
        store = Index(Path(folder) / "index").create()
        build(store, documents)
        snapshot = store.snapshot()
        made = [judge(snapshot, question.text, question.right, share, long) for question in questions]
    return [one for one in made if one is not None]


def fit_all(sets: Sequence[Sequence[Path]], tell: Callable[[str], None]) -> dict[str, float]:
    """Fit the weights of ranking on all `sets` together, each a triple of files (corpus, queries, right
    answers). The candidates are ranked with the model now in use. Returns a dict from the name of each
    feature to its weight; `tell` gets a line of progress per set."""
    return fit(_asked(sets, _BARE, tell))


def fit_short(sets: Sequence[Sequence[Path]], tell: Callable[[str], None]) -> dict[str, float]:
    """Fit the weights for short questions on all `sets`, each a triple of files (corpus, queries, right answers). They stay near
    the weights of the model now in use. Returns a dict from the name of each feature to its weight; `tell` gets a line of
    progress per set."""
    return fit(_asked(sets, _BARE_SHORT, tell), _SHORT_PENALTY, feature_matrix.weights())


def fit_long(sets: Sequence[Sequence[Path]], tell: Callable[[str], None]) -> dict[str, float]:
    """Fit the weights for long questions on all `sets`, as `fit_all` does. Shorter queries of the sets teach them too. Features
    that few questions have stay near the weights that were measured for them."""
    return fit(_asked(sets, _BARE, tell, True), prior=feature_matrix.ANSWERING)


def _asked(
    sets: Sequence[Sequence[Path]], share: float, tell: Callable[[str], None], long: bool = False
) -> list[Judged]:
    """Run the queries of all `sets` on the documents as they are, and with the weight `share` on those half of which have no
    titles."""
    held: list[Judged] = []
    for corpus, queries, qrels in sets:
        questions, documents = read_questions(queries, qrels, None), documents_of(corpus)
        held += ask(documents, questions, 1.0, long)
        for turn in range(2):
            stripped = {
                name: [bare(entry) for entry in entries] if place % 2 == turn else entries
                for place, (name, entries) in enumerate(documents.items())
            }
            held += ask(stripped, questions, share, long)
        tell(f"{corpus}: {len(questions)} questions asked")
    return held
