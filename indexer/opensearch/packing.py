"""Packs an entry for OpenSearch, and reads packed entries into a snapshot.

Everything behind the first stage reads arrays, so an entry is stored with its words in order, and with its vector."""

from __future__ import annotations

import base64
import json
import threading
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from itertools import accumulate, count, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import Analysed, Vocabulary
from indexer.analysis.language_model import LanguageModel
from indexer.analysis.sketches import BYTES
from indexer.index.builder import build
from indexer.index.segment import RUNS, SegmentData
from indexer.index.snapshot import Beyond, Segment, Snapshot, join
from indexer.types import Entry

# What the row of shown texts holds already.
_TEXTS = ("label", "title", "text", "doc_title")
_FACTS = tuple(one.name for one in fields(Entry) if one.name not in _TEXTS)
_DAYS = ("issued_on", "effective_from", "effective_to")
_BLANK = {"anchor": "", "version": 0, "access": 0, **dict.fromkeys(_TEXTS, "")}
_NUMBER = count()
# So many entries are kept unpacked, some 10 kB each.
_UNPACKED = 4_000
_MOST_WORDS = 300_000


def pack(one: Analysed, held: SegmentData, number: int, place: int, sketch: NDArray[np.uint8] | None) -> str:
    """Pack an entry: a line of JSON with its place in its document and the lengths of what follows, then the shown texts, words,
    runs, lines, ends of clauses, the vector and the sketch of the document."""
    starts = held.runs[RUNS * number : RUNS * (number + 1) + 1].astype(np.int64)
    distinct, runs = np.unique(held.tokens[starts[0] : starts[-1]], return_inverse=True)
    words = " ".join(map(held.words.__getitem__, distinct.tolist())).encode()
    facts = {name: value for name in _FACTS if (value := getattr(one.entry, name))}
    facts |= {name: facts[name].isoformat() for name in _DAYS if name in facts}
    ends = np.packbits(np.frombuffer(one.clause_ends, np.uint8)).tobytes()
    parts = [one.row, words, runs.astype(_width(len(distinct))).tobytes(), one.lines.tobytes(), ends, held.vectors[number].tobytes()]
    parts.append(b"" if sketch is None else sketch.tobytes())
    head = json.dumps([place, facts, np.diff(starts).tolist(), list(map(len, parts))], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(b"\n".join([head, b"".join(parts)])).decode()


def _width(words: int) -> type[np.uint8] | type[np.uint16] | type[np.uint32]:
    """The smallest type for numbers below `words`."""
    return np.uint8 if words <= 1 << 8 else np.uint16 if words <= 1 << 16 else np.uint32


@dataclass(frozen=True)
class _Unpacked:
    """An entry as it is put into a snapshot: its place in its document, its vector, and the sketch of its document."""

    place: int
    analysed: Analysed
    vector: NDArray[np.int8]
    sketch: bytes


class _Words:
    """The words of a process with their numbers, and the entries that were unpacked last. When there are too many words, it begins
    anew."""

    def __init__(self) -> None:
        self.lock, self.vocabulary = threading.Lock(), Vocabulary()
        self.read = lru_cache(maxsize=_UNPACKED)(self._read)

    def all(self, packed: Sequence[str]) -> tuple[list[_Unpacked], Vocabulary]:
        """Unpack entries; the numbers of their words are those of the vocabulary returned."""
        with self.lock:
            if len(self.vocabulary.toned) > _MOST_WORDS:
                self.vocabulary = Vocabulary()
                self.read.cache_clear()
            return [self.read(one) for one in packed], self.vocabulary

    def _read(self, packed: str) -> _Unpacked:
        # A column of bytes comes without the signs that fill up base64.
        head, _, rest = base64.b64decode(packed + "=" * (-len(packed) % 4)).partition(b"\n")
        place, facts, lengths, sizes = json.loads(head)
        facts |= {name: date.fromisoformat(facts[name]) for name in _DAYS if name in facts}
        facts |= {"tags": tuple(facts.get("tags", ())), "own_fields": tuple(map(tuple, facts.get("own_fields", ())))}
        ends = list(accumulate(sizes, initial=0))
        row, said, tokens, lines, clauses, vector, sketch = (rest[first:end] for first, end in pairwise(ends))
        words = self.vocabulary.numbers(said.decode().split(" ") if said else [])
        numbers = np.array(words, np.int32)[np.frombuffer(tokens, _width(len(words)))]
        runs = tuple(array("i", numbers[first:end].tobytes()) for first, end in pairwise(accumulate(lengths, initial=0)))
        closed = np.unpackbits(np.frombuffer(clauses, np.uint8), count=len(numbers)).tobytes()
        analysed = Analysed(Entry(**{**_BLANK, **facts}), row, runs, array("i", lines), closed)
        return _Unpacked(place, analysed, np.frombuffer(vector, np.int8), sketch)


_WORDS = _Words()


def packed_of(hit: Mapping[str, Any]) -> str:
    """What OpenSearch keeps of the entry that it returned as `hit`."""
    kept: str = hit["fields"]["packed"][0]
    return kept


def snapshot(packed: Iterable[str], model: LanguageModel, beyond: Beyond | None) -> Snapshot:
    """Make a snapshot of entries as they are `packed`, in any order. `beyond` counts the other ones."""
    read, vocabulary = _WORDS.all(list(packed))
    entries = list({(one.analysed.entry.document, one.place): one for one in read}.items())
    entries.sort(key=lambda one: one[0])
    held = [one for _, one in entries]
    if not held:
        return replace(join(("search", 0), [], [], model, None), beyond=beyond)
    firsts = [at for at, one in enumerate(held) if one.sketch and (not at or held[at - 1].analysed.entry.document != one.analysed.entry.document)]
    dims = {len(one.vector) for one in held}
    made = replace(
        build([one.analysed for one in held], vocabulary, sketching=False),
        vectors=np.stack([one.vector for one in held]) if len(dims) == 1 else np.zeros((len(held), 0), np.int8),
        sketched=np.array(firsts, np.uint32),
        sketches=np.frombuffer(b"".join(held[at].sketch for at in firsts), np.uint8).reshape(-1, BYTES),
    )
    segment = _OfSearch(f"search-{next(_NUMBER)}", made)
    return replace(join(("search", 0), [segment], [np.zeros(len(held), bool)], model, None), beyond=beyond)


class _OfSearch(Segment):
    """The segment of one search, which has no file. What is computed from it is kept with it, not in the memory for segments that stay."""

    def __init__(self, name: str, held: SegmentData) -> None:
        super().__init__(name, held, None)  # type: ignore[arg-type]

    def cached(self, key: Any, make: Any) -> Any:
        """Return what `make` computes, and keep it under `key` as long as the search runs."""
        return self.held_by(key, make)
