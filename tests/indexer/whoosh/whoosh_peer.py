"""The same entries in an index that Whoosh stores in its own way: with its codec and formats, and weights as boosts
of tokens.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from whoosh import fields
from whoosh.analysis import Token, Tokenizer
from whoosh.filedb.filestore import RamStorage
from whoosh.scoring import BaseScorer, WeightingModel

from indexer import Entry
from indexer.index.schema import day_number

WEIGHTS = (1, 6, 3, 3)
# So large that no phrase can span two runs.
GAP = 1000
Key = tuple[int, int]


def runs_of(entry: Entry) -> list[list[str]]:
    """The words of an entry whose texts are plain words in lower case."""
    texts = (entry.text, entry.title, f"{entry.doc_type} {entry.doc_title}", entry.label)
    return [text.split() for text in texts]


def length_of(entry: Entry) -> int:
    """The weighted length of an entry."""
    return sum(weight * len(run) for weight, run in zip(WEIGHTS, runs_of(entry), strict=True))


class RunTokenizer(Tokenizer):  # type: ignore[misc]
    """A tokenizer for runs that are separated by bars. It yields their words or their pairs, each with its weight as
    boost; what a run other than the text has said already has no weight."""

    def __init__(self, pairs: bool) -> None:
        self.pairs = pairs

    def __call__(self, value: str, positions: bool = False, **kwargs: Any) -> Iterator[Token]:
        token = Token(positions)
        token.stopped = False
        for number, run in enumerate(value.split("|")):
            words, told = run.split(), set[str]()
            for place, text in enumerate(map(" ".join, pairwise(words)) if self.pairs else words):
                weight = 0.0 if number and text in told else float(WEIGHTS[number])
                told.add(text)
                token.text, token.boost, token.pos = text, weight, GAP * number + place
                yield token


SCHEMA = fields.Schema(
    words=fields.TEXT(analyzer=RunTokenizer(pairs=False)),
    pairs=fields.TEXT(analyzer=RunTokenizer(pairs=True)),
    document=fields.NUMERIC(int, 32, sortable=True),
    issued=fields.NUMERIC(int, 32, sortable=True),
    length=fields.NUMERIC(int, 32, sortable=True),
    type=fields.ID(sortable=True),
    key=fields.STORED(),
)


class Peer:
    """An index in memory that accepts the same changes as an `Index`."""

    def __init__(self) -> None:
        self.index = RamStorage().create_index(SCHEMA)

    def change(self, documents: Mapping[int, list[Entry]], optimize: bool = False) -> None:
        """Replace documents in one commit."""
        writer = self.index.writer()
        for document in documents:
            writer.delete_by_term("document", document)
        for entry in (entry for entries in documents.values() for entry in entries):
            joined = "|".join(" ".join(run) for run in runs_of(entry))
            writer.add_document(
                words=joined, pairs=joined, document=entry.document, issued=day_number(entry.issued_on),
                type=entry.doc_type, length=length_of(entry), key=(entry.document, entry.order),
            )  # fmt: skip
        writer.commit(optimize=optimize, merge=False)

    def keys(self, searcher: Any) -> list[Key]:
        """(document, order) of each entry, deleted ones included."""
        reader = searcher.reader()
        return [reader.stored_fields(number)["key"] for number in range(reader.doc_count_all())]


class Joint(WeightingModel):  # type: ignore[misc]
    """BM25 with one joint length and with term weights given from outside: the formula of `match.bm25`."""

    def __init__(self, worth: Mapping[tuple[str, str], float], mean: float) -> None:
        self.worth, self.mean = worth, mean

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> "JointScorer":
        """The scorer of one term in one segment."""
        lengths = searcher.reader().column_reader("length")
        k, b = (1.2, 0.60) if fieldname == "words" else (0.5, 0.75)
        worth = self.worth.get((fieldname, text.decode()), 1.0) if fieldname in ("words", "pairs") else 1.0
        return JointScorer(lengths, worth, self.mean, k, b)


class JointScorer(BaseScorer):  # type: ignore[misc]
    """worth · (k+1)·tf / (tf + k·(1 − b + b·length/mean))."""

    def __init__(self, lengths: Any, worth: float, mean: float, k: float, b: float) -> None:
        self.lengths, self.worth, self.mean, self.k, self.b = lengths, worth, mean, k, b

    def score(self, matcher: Any) -> float:
        """The score of the term in the entry that `matcher` points to."""
        weight = float(matcher.weight())
        norm = self.k * (1 - self.b + self.b * self.lengths[matcher.id()] / self.mean)
        return self.worth * (self.k + 1) * weight / (weight + norm)
