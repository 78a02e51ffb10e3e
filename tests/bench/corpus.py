"""The data of the benchmark: the articles as entries with all fields, the queries, and shorter queries made from them
by fixed rules.

tests.bench.growth makes larger corpora.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from indexer import Entry, syllables
from indexer.evaluate.corpus import documents_of

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "../shared/data"
DRAW = 20_251_125


@dataclass(frozen=True)
class Asked:
    """A query as typed and as syllables, with the ids of the articles that answer it (if known)."""

    text: str
    words: tuple[str, ...]
    right: tuple[str, ...] = ()


def metadata(data: Path) -> dict[str, dict[str, Any]]:
    """The metadata of each document number from the list of documents; empty when there is no list."""
    path = data / "law" / "documents.json.gz"
    if not path.exists():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {row["number"]: row for row in json.load(file)}


def day(text: str | None) -> dt.date | None:
    """A date written 05/03/2020; None for anything else."""
    try:
        return dt.datetime.strptime(text or "", "%d/%m/%Y").date()
    except ValueError:
        return None


def read_entries(data: Path, corpus: str = "phapdien") -> list[Entry]:
    """The articles in the order of their documents, with issuer and date of issue if the list of documents has them."""
    known = metadata(data)
    documents = documents_of(data / "retrieval" / corpus / "corpus.jsonl.gz")
    return [_complete(entry, known) for entries in documents.values() for entry in entries]


def _complete(entry: Entry, known: Mapping[str, Mapping[str, Any]]) -> Entry:
    row = known.get(entry.number, {})
    return replace(entry, access=1, issuer=row.get("issuer") or "", issued_on=day(row.get("issued")))


def read_questions(data: Path, corpus: str = "phapdien") -> list[Asked]:
    """The queries of a set with their right articles."""
    folder = data / "retrieval" / corpus
    right: dict[str, list[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        qid, article, relevance = line.split("\t")
        if int(relevance) > 0:
            right.setdefault(qid, []).append(article)
    rows = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        Asked(row["text"], tuple(syllables(row["text"])), tuple(right.get(row["qid"], ()))) for row in rows
    ]


def occurrences(entries: Sequence[Entry], wanted: Iterable[str]) -> dict[str, set[int]]:
    """The numbers of the articles in which each wanted word, or pair of adjacent words joined by a space, occurs."""
    held: dict[str, set[int]] = {term: set() for term in wanted}
    for number, entry in enumerate(entries):
        runs = [syllables(text) for text in _texts(entry)]
        terms = {word for run in runs for word in run}
        terms.update(f"{first} {second}" for run in runs for first, second in pairwise(run))
        for term in terms & held.keys():
            held[term].add(number)
    return held


def rare_words(questions: Sequence[Asked], held: Mapping[str, set[int]]) -> list[Asked]:
    """Keywords of each query, the rarest first: 2 of the first query, then 3, 4, 2, …"""
    return _held_together(questions, held, lambda words: sorted(words, key=lambda word: (len(held[word]), word)))


def drawn_words(questions: Sequence[Asked], held: Mapping[str, set[int]]) -> list[Asked]:
    """Words of each query, drawn at random: 2 of the first query, then 3, 4, 2, …"""
    chance = random.Random(DRAW)
    return _held_together(questions, held, lambda words: chance.sample(sorted(words), len(words)))


def _held_together(
    questions: Sequence[Asked], held: Mapping[str, set[int]], in_order: Callable[[set[str]], list[str]]
) -> list[Asked]:
    """The first words of each query that at least one article contains together, in the order of the query."""
    made = []
    for place, question in enumerate(questions):
        chosen: list[str] = []
        common: set[int] = set()
        for word in in_order(set(question.words)):
            left = common & held[word] if chosen else held[word]
            if left and len(chosen) < 2 + place % 3:
                chosen, common = [*chosen, word], left
        if len(chosen) >= 2:
            ordered = tuple(sorted(chosen, key=question.words.index))
            made.append(Asked(" ".join(ordered), ordered))
    return made


def words_beside(questions: Sequence[Asked], held: Mapping[str, set[int]]) -> list[Asked]:
    """Different adjacent words of each query, from a position that moves on: 2 of the first query, then 3, 4, 2, …;
    only if one article contains all of them."""
    made = []
    for place, question in enumerate(questions):
        count = 2 + place % 3
        start = place % max(len(question.words) - count + 1, 1)
        chosen = tuple(dict.fromkeys(question.words[start : start + count]))
        if len(chosen) >= 2 and set.intersection(*(held[word] for word in chosen)):
            made.append(Asked(" ".join(chosen), chosen))
    return made


def phrases(questions: Sequence[Asked], held: Mapping[str, set[int]]) -> list[Asked]:
    """One pair of adjacent words of each query, from the pairs that occur in the corpus; in quotes as typed."""
    made = []
    for place, question in enumerate(questions):
        pairs = [pair for pair in pairwise(question.words) if held[" ".join(pair)]]
        if pairs:
            chosen = pairs[place % len(pairs)]
            made.append(Asked(f'"{" ".join(chosen)}"', chosen))
    return made


def write_questions(path: Path, entries: Sequence[Entry], questions: Sequence[Asked]) -> None:
    """Write whole queries, keywords and phrases as JSON, for processes that load nothing else."""
    wanted = {word for asked in questions for word in asked.words}
    wanted.update(" ".join(pair) for asked in questions for pair in pairwise(asked.words))
    held = occurrences(entries, wanted)
    lists = {
        "whole": questions,
        "beside": words_beside(questions, held),
        "drawn": drawn_words(questions, held),
        "rare": rare_words(questions, held),
        "phrase": phrases(questions, held),
    }
    plain = {name: [asdict(one) for one in asked] for name, asked in lists.items()}
    path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")


def write_entries(path: Path, entries: Iterable[Entry]) -> int:
    """Write the articles as JSON, one per line, for the processes that index them; returns their number."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(asdict(entry), ensure_ascii=False, default=dt.date.isoformat) + "\n")
            count += 1
    return count


def stream_entries(path: Path) -> Iterator[Entry]:
    """Read the articles that `write_entries` wrote, one after the other."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            for name in ("issued_on", "effective_from", "effective_to"):
                row[name] = dt.date.fromisoformat(row[name]) if row[name] else None
            yield Entry(**row)


@dataclass(frozen=True)
class Analysed:
    """An article for another engine: the terms of text, title, document and label (words, then pairs "a_b"), and the
    row that a page shows."""

    words: tuple[str, ...]
    pairs: tuple[str, ...]
    row: str


def analysed(entries: Iterable[Entry]) -> Iterator[Analysed]:
    """The same terms as in the product's index, joined by spaces."""
    for entry in entries:
        cut = [syllables(text) for text in _texts(entry)]
        words = [" ".join(run) for run in cut]
        pairs = [" ".join(f"{first}_{second}" for first, second in pairwise(run)) for run in cut]
        shown = (entry.anchor, entry.label, entry.title, entry.text, entry.doc_type, entry.doc_title)
        yield Analysed(tuple(words), tuple(pairs), json.dumps(shown, ensure_ascii=False))


def _texts(entry: Entry) -> tuple[str, str, str, str]:
    """The searched texts of an article: text, title, type and title of the document, label."""
    return entry.text, entry.title, f"{entry.doc_type} {entry.doc_title}", entry.label
