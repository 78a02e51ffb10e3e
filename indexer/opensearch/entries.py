"""Turns analysed entries into what OpenSearch stores, and what it stores into a snapshot.

Everything behind the first stage reads arrays, so an entry is stored with its words in order, and with its vector."""

from __future__ import annotations

import base64
import json
import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import accumulate, count, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import Analysed, Vocabulary
from indexer.analysis.language_model import LanguageModel
from indexer.analysis.sketches import BYTES
from indexer.index import schema
from indexer.index.builder import MOST_WEIGHT, build
from indexer.index.segment import DOCUMENT, RUNS, SegmentData
from indexer.index.snapshot import Beyond, Segment, Snapshot, join
from indexer.opensearch.terms import BARE, both
from indexer.store.ragged import lengths_of
from indexer.types import Entry
from legaltext.numbers import figures, parts_of
from legaltext.text import fold, forms

_TEXTS = ("label", "title", "text", "doc_title")
_DAYS = ("issued_on", "effective_from", "effective_to")
# In characters, of a word or a pair; the tokenizer of the server cuts at 255.
_LONGEST = 240
_LAWS = frozenset({"luat", "bo luat", "phap lenh", "hien phap"})
_NUMBER = count()
# So many entries are kept unpacked, some 10 kB each.
_UNPACKED = 4_000
_MOST_WORDS = 300_000


def bodies(analysed: Sequence[Analysed], held: SegmentData) -> list[dict[str, Any]]:
    """Make what is stored of the entries of one document or several, in their order. `held` are their arrays, in the same order."""
    weights = list(_weights(held))
    sketched = dict(zip(held.sketched.tolist(), held.sketches, strict=True))
    made: list[dict[str, Any]] = []
    sketch, place, before = None, 0, None
    for number, one in enumerate(analysed):
        place = place + 1 if one.entry.document == before else 0
        if not place:
            sketch = sketched.get(number)
        before = one.entry.document
        said, pairs = weights[number]
        body = _columns(one.entry) | _runs(held, number) | {"words": said, "pairs": pairs, "packed": _packed(one, held, number, place, sketch)}
        body |= {"number_in_document": place, "length": int(held.integers["length"][number]), "year": int(held.integers["year"][number])}
        body["day"] = body["issued"] or (date(body["year"], 1, 1).toordinal() if body["year"] else 0)
        if sketch is not None and not place:
            body["sketch"] = [f"{at}:{value}" for at, value in enumerate(sketch.tolist())]
        made.append(body)
    _mark_first(made)
    return made


def _mark_first(made: Sequence[dict[str, Any]]) -> None:
    """Mark one entry of each document, by which documents are counted; none that the site says where there is another."""
    firsts: dict[int, dict[str, Any]] = {}
    for body in made:
        kept = firsts.get(body["document"])
        if kept is None or kept["order"] == schema.OF_THE_SITE != body["order"]:
            firsts[body["document"]] = body
    for body in firsts.values():
        body["first"] = True


def _weights(held: SegmentData) -> Iterator[tuple[str, str]]:
    """For each entry, its words and its pairs of words with their weights, each with marks and without."""
    words = held.words
    bare = [f"{BARE}{forms(word)[1]}" for word in words]
    pairs = [(first, int(second)) for first in range(len(words)) for second in held.seconds[held.second_starts[first] : held.second_starts[first + 1]]]
    names = words + [both(words[a], words[b]) for a, b in pairs]
    without = bare + [BARE + both(bare[a][1:], bare[b][1:]) for a, b in pairs]
    order = np.argsort(held.entries, kind="stable")
    terms = np.repeat(np.arange(len(names)), lengths_of(held.starts))[order]
    ends = np.cumsum(np.bincount(held.entries, minlength=held.size))
    for own, said in zip(np.split(terms, ends[:-1]), np.split(held.weights[order], ends[:-1]), strict=True):
        single: dict[str, int] = {}
        paired: dict[str, int] = {}
        for term, weight in zip(own.tolist(), said.tolist(), strict=True):
            into = single if term < len(words) else paired
            into[names[term]] = weight
            into[without[term]] = into.get(without[term], 0) + weight
        yield _line(single), _line(paired)


def _line(weights: dict[str, int]) -> str:
    # The tokenizer of the server cuts a longer word, also between the word and its weight, and refuses the entry then.
    return " ".join(f"{term}|{min(weight, MOST_WEIGHT)}" for term, weight in weights.items() if len(term) <= _LONGEST)


def _runs(held: SegmentData, number: int) -> dict[str, Any]:
    runs = [[held.words[word] for word in held.run(number, which).tolist()] for which in range(RUNS)]
    said = [" ".join(run) for run in runs]
    bare = [" ".join(forms(word)[1] for word in run) for run in runs]
    return {"said": said, "bare": bare, "title": bare[DOCUMENT]}


def _columns(entry: Entry) -> dict[str, Any]:
    parts = parts_of(entry.number) if entry.number else None
    return {
        "document": entry.document,
        "version": entry.version,
        "access": entry.access,
        "folder": entry.folder,
        "issued": schema.day_number(entry.issued_on),
        "effective_from": schema.day_number(entry.effective_from),
        "effective_to": schema.day_number(entry.effective_to),
        "order": entry.order,
        "figures": figures(parts.no) if parts else -1,
        "anchor": entry.anchor,
        "type": _line_of(entry.doc_type) or None,
        "law": fold(entry.doc_type) in _LAWS and "1" or None,
        "issuer": _line_of(entry.issuer) or None,
        "folder_named": f"{entry.folder}{schema.BETWEEN_OWN}{_line_of(entry.folder_label)}" if entry.folder else None,
        "health": entry.health or None,
        "field_of_work": _line_of(entry.field_of_work) or None,
        "tag": [_line_of(tag) for tag in entry.tags],
        "own": [_line_of(f"{code}={value}") for code, value in entry.own_fields],
    }


def _line_of(value: str) -> str:
    return " ".join(value.split())


def _packed(one: Analysed, held: SegmentData, number: int, place: int, sketch: NDArray[np.uint8] | None) -> str:
    """Pack an entry: a line of JSON with its place in its document and the lengths of what follows, then the shown texts, words,
    runs, lines, ends of clauses, the vector and the sketch of the document."""
    distinct, runs = np.unique(np.concatenate([held.run(number, which) for which in range(RUNS)]), return_inverse=True)
    words = " ".join(held.words[word] for word in distinct.tolist()).encode()
    facts = {name: value for name, value in asdict(replace(one.entry, label="", title="", text="", doc_title="")).items() if value}
    facts |= {name: facts[name].isoformat() for name in _DAYS if name in facts}
    lengths = [len(held.run(number, which)) for which in range(RUNS)]
    parts = [one.row, words, runs.astype(np.int32).tobytes(), one.lines.tobytes(), one.clause_ends, held.vectors[number].tobytes()]
    parts.append(b"" if sketch is None else sketch.tobytes())
    head = json.dumps([place, facts, lengths, list(map(len, parts))], ensure_ascii=False).encode()
    return base64.b64encode(b"\n".join([head, b"".join(parts)])).decode()


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
        head, _, rest = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).partition(b"\n")
        place, facts, lengths, sizes = json.loads(head)
        facts |= {name: date.fromisoformat(facts[name]) for name in _DAYS if name in facts}
        facts |= {"tags": tuple(facts.get("tags", ())), "own_fields": tuple(map(tuple, facts.get("own_fields", ())))}
        ends = list(accumulate(sizes, initial=0))
        row, said, tokens, lines, clauses, vector, sketch = (rest[first:end] for first, end in pairwise(ends))
        words = said.decode().split(" ") if said else []
        numbers = np.fromiter(map(self.vocabulary.number, words), np.int32, len(words))[np.frombuffer(tokens, np.int32)]
        runs = tuple(array("i", numbers[first:end].tobytes()) for first, end in pairwise(accumulate(lengths, initial=0)))
        blank = {"anchor": "", "version": 0, "access": 0, **dict.fromkeys(_TEXTS, "")}
        analysed = Analysed(Entry(**{**blank, **facts}), row, runs, array("i", lines), clauses)
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
