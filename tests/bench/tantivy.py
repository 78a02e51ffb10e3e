"""Tantivy as another engine: the same terms, one thread, one merged segment, no counting.

`fields`: text, title, document and label separately with boosts 1, 6, 3, 3. `joint`: all of them in one field. Words
have positions, pairs only frequencies. Terms are ready-made, in queries too, so analysis costs Tantivy nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tantivy
from tantivy import Occur, Query

from tests.bench.asking import TOP, Asking, Question

if TYPE_CHECKING:
    from tests.bench.corpus import Analysed

BOOSTS: Mapping[str, Mapping[str, float]] = {
    "fields": {"text": 1.0, "title": 6.0, "document": 3.0, "label": 3.0},
    "joint": {"all": 1.0},
}
HEAP = 2_000_000_000


def _open(folder: Path, variant: str) -> tantivy.Index:
    builder = tantivy.SchemaBuilder()
    for field in BOOSTS[variant]:
        builder.add_text_field(field, tokenizer_name="spaces", index_option="position")
        builder.add_text_field(f"{field}_pairs", tokenizer_name="spaces", index_option="freq")
    builder.add_bytes_field("row", stored=True)
    index = tantivy.Index(builder.build(), path=str(folder))
    index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def build(folder: Path, articles: Iterable[Analysed], variant: str) -> int:
    """Index the articles; returns the number of segments."""
    folder.mkdir()
    index = _open(folder, variant)
    writer = index.writer(heap_size=HEAP, num_threads=1)
    for article in articles:
        writer.add_document(_document(article, variant))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    segments: int = index.searcher().num_segments
    return segments


def _document(article: Analysed, variant: str) -> tantivy.Document:
    document = tantivy.Document()
    for ending, texts in (("", article.words), ("_pairs", article.pairs)):
        parts = (
            zip(BOOSTS[variant], texts, strict=True) if variant == "fields" else [("all", " ".join(texts))]
        )
        for field, text in parts:
            document.add_text(field + ending, text)
    document.add_bytes("row", article.row.encode())
    return document


def open_asking(folder: Path, variant: str) -> Asking:
    """Open the index for queries."""
    index, boosts = _open(folder, variant), BOOSTS[variant]
    searcher, schema = index.searcher(), index.schema

    def over_fields(words: Sequence[str]) -> list[Query]:
        """One word, two words as a pair (if "a_b" is given) or as a phrase, in each field."""
        found = []
        for field, boost in boosts.items():
            if len(words) > 1:
                query = Query.phrase_query(schema, field, list(words))
            elif "_" in words[0]:
                query = Query.term_query(schema, f"{field}_pairs", words[0], "freq")
            else:
                query = Query.term_query(schema, field, words[0], "freq")
            found.append(query if boost == 1 else Query.boost_query(query, boost))
        return found

    def best(query: Query) -> list[Any]:
        return [address for _, address in searcher.search(query, TOP, count=False).hits]

    def whole(asked: Question) -> list[Any]:
        words = asked["words"]
        terms = dict.fromkeys([*words, *(f"{first}_{second}" for first, second in pairwise(words))])
        return best(_any([query for term in terms for query in over_fields([term])]))

    def all_words(asked: Question) -> list[Any]:
        return best(Query.boolean_query([(Occur.Must, _any(over_fields([word]))) for word in asked["words"]]))

    def anchors(hits: Sequence[Any]) -> list[str]:
        rows = [searcher.doc(address)["row"][0] for address in hits]
        return [json.loads(bytes(row))[0] for row in rows]

    return Asking(whole, all_words, lambda asked: best(_any(over_fields(asked["words"]))), anchors)


def _any(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])
