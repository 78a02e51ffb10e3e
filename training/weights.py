"""Weights of the re-ranker from questions with their answers, asked of the product itself.

Decides which questions count how much: each as it is, and again of the same texts with every other document without its
title and headings, as many documents of an agency are: so neither kind is put behind the other.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from indexer.evaluate.corpus import JudgedQuery, build, documents_of, read_questions
from indexer.index.index import Index
from indexer.learn.judgements import judge
from indexer.learn.weights import Judged, fit
from indexer.types import Entry

# What a question counts that is asked of texts half of which have no titles: of the one half, then of the other.
_BARE = 0.1


def bare(entry: Entry) -> Entry:
    """The entry without heading and title of its document, nor the heading again at the head of its text."""
    return replace(entry, title="", doc_title="", doc_type="", text=entry.text.removeprefix(entry.title))


def ask(documents: Mapping[str, list[Entry]], questions: Sequence[JudgedQuery], share: float) -> list[Judged]:
    """All questions asked of these documents, indexed in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="training-") as folder:
        store = Index(Path(folder) / "index").create()
        build(store, documents)
        snapshot = store.snapshot()
        made = [judge(snapshot, question.text, question.right, share) for question in questions]
    return [one for one in made if one is not None]


def fit_all(sets: Sequence[Sequence[Path]], tell: Callable[[str], None]) -> dict[str, float]:
    """Weights fitted on sets of (corpus, queries, right answers) together; ranking uses the model in use."""
    held: list[Judged] = []
    for corpus, queries, qrels in sets:
        questions, documents = read_questions(queries, qrels, None), documents_of(corpus)
        held += ask(documents, questions, 1.0)
        for turn in range(2):
            stripped = {
                name: [bare(entry) for entry in entries] if place % 2 == turn else entries
                for place, (name, entries) in enumerate(documents.items())
            }
            held += ask(stripped, questions, _BARE)
        tell(f"{corpus}: {len(questions)} questions asked")
    return fit(held)
