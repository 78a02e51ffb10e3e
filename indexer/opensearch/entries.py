"""Turns analysed entries into what OpenSearch stores: words and pairs with their weights, and columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from operator import add
from typing import Any

import numpy as np

from indexer.analysis.analyzer import Analysed
from indexer.index import schema
from indexer.index.builder import MOST_WEIGHT
from indexer.index.segment import DOCUMENT, RUNS, SegmentData
from indexer.opensearch.packing import pack
from indexer.opensearch.terms import BARE, both
from indexer.store.ragged import Numbers, first_of_each, lengths_of
from indexer.types import Entry
from legaltext.numbers import figures, parts_of
from legaltext.text import fold, forms

# In characters, of a word or a pair; the tokenizer of the server cuts at 255.
_LONGEST = 240
_LAWS = frozenset({"luat", "bo luat", "phap lenh", "hien phap"})
_WEIGHTS = [str(weight) for weight in range(MOST_WEIGHT + 1)]


def bodies(analysed: Sequence[Analysed], held: SegmentData) -> Iterator[dict[str, Any]]:
    """Make what is stored of the entries of several documents, in their order. `held` are their arrays, in the same order."""
    weights, spelled = _weights(held), _Spelled(held)
    sketched = dict(zip(held.sketched.tolist(), held.sketches, strict=True))
    own: list[dict[str, Any]] = []
    sketch = None
    for number, one in enumerate(analysed):
        if own and own[0]["document"] != one.entry.document:
            yield from _with_first(own)
            own = []
        if not own:
            sketch = sketched.get(number)
        said, pairs = next(weights)
        body = _columns(one.entry) | spelled.runs(number) | {"words": said, "pairs": pairs, "packed": pack(one, held, number, len(own), sketch)}
        body |= {"number_in_document": len(own), "length": int(held.integers["length"][number]), "year": int(held.integers["year"][number])}
        body["day"] = body["issued"] or (date(body["year"], 1, 1).toordinal() if body["year"] else 0)
        if sketch is not None and not own:
            body["sketch"] = [f"{at}:{value}" for at, value in enumerate(sketch.tolist())]
        own.append(body)
    yield from _with_first(own)


def _with_first(own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mark one entry of a document, by which documents are counted; none that the site says where there is another."""
    if own:
        min(own, key=lambda body: bool(body["order"] == schema.OF_THE_SITE))["first"] = True
    return own


def _weights(held: SegmentData) -> Iterator[tuple[str, str]]:
    """For each entry, its words and its pairs of words with their weights, each with marks and without."""
    words = held.words
    bare = [forms(word)[1] for word in words]
    firsts = np.repeat(np.arange(len(words)), lengths_of(held.second_starts)).tolist()
    seconds = held.seconds.tolist()
    names = words + [both(words[a], words[b]) for a, b in zip(firsts, seconds, strict=True)]
    order = np.argsort(held.entries, kind="stable")
    entries, terms = held.entries[order].astype(np.int64), np.repeat(np.arange(len(names)), lengths_of(held.starts))[order]
    weights = held.weights[order].astype(np.int64)
    marked = _lines(names, len(words), entries, terms, weights, held.size)
    # Words that differ in their marks alone are one word without them.
    singles = {word: number for number, word in enumerate(dict.fromkeys(bare))}
    paired = [both(bare[a], bare[b]) for a, b in zip(firsts, seconds, strict=True)]
    doubles = {pair: len(singles) + number for number, pair in enumerate(dict.fromkeys(paired))}
    plain = [BARE + name for name in (*singles, *doubles)]
    codes = np.array([*map(singles.__getitem__, bare), *map(doubles.__getitem__, paired)], np.int64)
    keys = entries * len(plain) + codes[terms]
    by_key = np.argsort(keys, kind="stable")
    keys = keys[by_key]
    begin = first_of_each(keys)
    summed = np.add.reduceat(weights[by_key], begin) if len(begin) else weights
    unmarked = _lines(plain, len(singles), keys[begin] // len(plain) if plain else keys, keys[begin] % len(plain) if plain else keys, summed, held.size)
    for (said, pairs), (other, others) in zip(marked, unmarked, strict=True):
        yield f"{said} {other}", f"{pairs} {others}"


def _lines(names: Sequence[str], singles: int, entries: Numbers, terms: Numbers, weights: Numbers, size: int) -> Iterator[tuple[str, str]]:
    """For each of `size` entries its words and its pairs with their weights. The terms of an entry ascend; the first `singles` of
    `names` are words."""
    # The tokenizer of the server cuts a longer word, also between the word and its weight, and refuses the entry then.
    short = np.array([len(name) <= _LONGEST for name in names], np.bool_)[terms] if len(names) else np.zeros(0, np.bool_)
    entries, terms, weights = entries[short], terms[short], weights[short].clip(max=MOST_WEIGHT)
    spelled = [name + "|" for name in names]
    ends = np.cumsum(np.bincount(entries, minlength=size)).tolist()
    said = list(map(add, map(spelled.__getitem__, terms.tolist()), map(_WEIGHTS.__getitem__, weights.tolist())))
    words = np.bincount(entries[terms < singles], minlength=size).tolist()
    start = 0
    for end, count in zip(ends, words, strict=True):
        yield " ".join(said[start : start + count]), " ".join(said[start + count : end])
        start = end


class _Spelled:
    """The words of a batch, with marks and without."""

    def __init__(self, held: SegmentData) -> None:
        self.held, self.words = held, held.words
        self.bare = [forms(word)[1] for word in held.words]

    def runs(self, number: int) -> dict[str, Any]:
        """The words of an entry in order, run by run."""
        runs = [self.held.run(number, which).tolist() for which in range(RUNS)]
        bare = [" ".join(map(self.bare.__getitem__, run)) for run in runs]
        return {"said": [" ".join(map(self.words.__getitem__, run)) for run in runs], "bare": bare, "title": bare[DOCUMENT]}


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
