"""Stock Whoosh as another engine: its own codec, BM25F and searcher, as most people use it.

One field joins text, title, document and label, with words only (pairs would double the terms and the minutes that
it takes to build): this is in its favour. Thirty queries are enough to see the order of magnitude.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh import fields, index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.query import And, Or, Phrase, Query, Term

from tests.bench.asking import TOP, Asking, Question

if TYPE_CHECKING:
    from tests.bench.corpus import Analysed

MEMORY_MB = 512


def build(folder: Path, articles: Iterable[Analysed], _variant: str) -> int:
    """Index the articles into one segment."""
    folder.mkdir()
    shape = fields.Schema(all=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True), row=fields.STORED)
    writer = index.create_in(str(folder), shape).writer(limitmb=MEMORY_MB)
    for article in articles:
        writer.add_document(all=" ".join(article.words), row=article.row)
    writer.commit(optimize=True)
    return 1


def open_asking(folder: Path, _variant: str) -> Asking:
    """Open the index for queries."""
    searcher = index.open_dir(str(folder)).searcher()

    def best(query: Query) -> list[int]:
        return [docnum for _, docnum in searcher.search(query, limit=TOP).top_n]

    def terms(asked: Question) -> list[Term]:
        return [Term("all", word) for word in dict.fromkeys(asked["words"])]

    def anchors(hits: Sequence[Any]) -> list[str]:
        return [json.loads(searcher.stored_fields(docnum)["row"])[0] for docnum in hits]

    return Asking(
        whole=lambda asked: best(Or(terms(asked))),
        all_words=lambda asked: best(And(terms(asked))),
        phrase=lambda asked: best(Phrase("all", asked["words"])),
        anchors=anchors,
    )
