"""The part "as people ask" of the benchmark: short questions in everyday words, defined terms, misspelt questions,
completion, and suggestions for questions that are right.

`python -m tests.bench.typed.asked INDEX DATA SAMPLE` prints its figures as JSON. INDEX is an index of the given corpus, and
SAMPLE is how many questions are misspelt in each way.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from indexer import Access, Index, Request
from indexer.evaluate.corpus import JudgedQuery
from indexer.evaluate.metrics import measure as measured
from indexer.search.search import rank_provisions
from indexer.suggest.complete import complete
from tests.bench.corpus import Asked, read_questions
from tests.bench.measure import LIMIT_COLUMNS, Limit, memory, shown, spread, table, timed
from tests.bench.questions import definitions, everyday
from tests.bench.typed import completion, misspelt

DEPTH, SAMPLE, TIMED = 100, 150, 400
# Ways to type a question that the figure "misspelt" is about.
KINDS = ("letter", "tone", "heard", "glued", "split", "unmarked", "telex")


def measure(store: Index, data: Path, sample: int) -> dict[str, Any]:
    """Ask everything. Returns plain numbers by name; times are in milliseconds."""
    corpus = data / "retrieval" / misspelt.CORPUS / "corpus.jsonl.gz"
    questions = read_questions(data, misspelt.CORPUS)
    chosen = [one for one in random.Random(misspelt.SEED).sample(questions, min(sample, len(questions))) if one.right]
    figures: dict[str, Any] = {half: _everyday(store, half) for half in (everyday.FIRST, everyday.SECOND)}
    figures["defined"] = _defined(store, corpus)
    figures["typed"] = _typed(store, chosen)
    figures["false"] = {name: misspelt.false_suggestions(store, name) for name in (misspelt.CORPUS, "alqac25")}
    figures["right"] = sum(len(misspelt.right_questions(name)) for name in figures["false"])
    figures["completion"] = _completion(store, [one.text for one in questions])
    figures["memory"] = memory()
    return figures


def _everyday(store: Index, half: str) -> dict[str, float]:
    asked = [JudgedQuery(one.key, one.text, one.right) for one in everyday.load(half)]
    held = [measured(one, _anchors(store, one.text, DEPTH)) for one in asked]
    firsts = [one["mrr@10"] == 1 for one in held]
    names = ("ndcg@10", "recall@10", "recall@100")
    return {"count": len(held), "first": sum(firsts) / len(held)} | {name: sum(one[name] for one in held) / len(held) for name in names}


def _defined(store: Index, corpus: Path) -> dict[str, float]:
    asked = definitions.drawn(definitions.read_articles(corpus))
    found = [(frozenset(one.right), _anchors(store, one.text, DEPTH)) for one in asked]
    depths = {"first": 1, "ten": 10, "hundred": DEPTH}
    shares = {name: sum(not right.isdisjoint(own[:depth]) for right, own in found) / len(found) for name, depth in depths.items()}
    return {"count": len(asked), **shares}


def _typed(store: Index, questions: Sequence[Asked]) -> dict[str, dict[str, float]]:
    """For each way to misspell: how many questions it changes, and the share of the clean questions' nDCG@10 that is left."""
    clean = {one.text: misspelt.score(store, one.text, one.right) for one in questions}
    sums = {kind: [0.0, 0.0, 0.0] for kind in KINDS}
    for question in questions:
        for kind, text in misspelt.forms(question.text):
            own = sums[kind]
            own[0] += 1
            own[1] += clean[question.text]
            own[2] += misspelt.score(store, text, question.right)
    return {kind: {"count": count, "left": left / whole} for kind, (count, whole, left) in sums.items() if whole}


def _completion(store: Index, questions: Sequence[str]) -> dict[str, Any]:
    documents = completion.drawn(store)
    begun = completion.prefixes(questions)[:TIMED]
    return {
        "count": len(documents),
        "number": completion.hits(store, ((one, completion.of_number(number)) for one, number, _ in documents)),
        "title": completion.hits(store, ((one, completion.of_title(title, True)) for one, _, title in documents)),
        "begun": completion.hits(store, ((one, completion.of_title(title, False)) for one, _, title in documents)),
        "ms": spread(timed(lambda text: complete(store, text, Access(None), completion.SHOWN), begun)),
    }


def _anchors(store: Index, text: str, limit: int) -> list[str]:
    return [one.anchor for one in rank_provisions(store, Request(text, limit=limit), Access(None))]


def rows(own: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """The rows of everyday questions and defined terms: set, questions, first, nDCG@10, recall@10, recall@100."""
    halves = [
        (f"everyday questions, {half} half", one["count"], one["first"], one["ndcg@10"], one["recall@10"], one["recall@100"])
        for half, one in ((half, own[half]) for half in (everyday.FIRST, everyday.SECOND))
    ]
    terms = own["defined"]
    return [*halves, ("“X là gì”", terms["count"], terms["first"], None, terms["ten"], terms["hundred"])]


COLUMNS = ("set", "questions", "right answer first", "nDCG@10", "in the first ten", "in the first hundred")
TYPED_COLUMNS = ("typed", "questions", "share of the clean questions' nDCG@10")


def typed_rows(own: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """The rows of misspelt questions, with TYPED_COLUMNS."""
    return [(kind, f"{one['count']:.0f}", one["left"]) for kind, one in own["typed"].items()]


def left(own: Mapping[str, Any]) -> float:
    """The share of nDCG@10 that is left over all ways to misspell, each way counting alike."""
    shares = [one["left"] for one in own["typed"].values()]
    return sum(shares) / len(shares)


def told(own: Mapping[str, Any]) -> str:
    """All tables of the part, with the limits that its figures must meet."""
    terms, offered, wrong = own["defined"], own["completion"], [pair for told in own["false"].values() for pair in told]
    limits = [
        Limit("everyday questions, second half, nDCG@10", own["second"]["ndcg@10"], 0.6, 0.75, least=True),
        Limit("“X là gì”, the defining article first", terms["first"], 0.85, 0.95, least=True),
        Limit("misspelt, glued, without diacritics, Telex: share of nDCG@10", left(own), 0.95, 0.99, least=True),
        Limit("completion: the document within five letters of its number", offered["number"], 0.95, 0.99, least=True),
        Limit("completion: the document at its title's third telling word", offered["title"], 0.95, 0.99, least=True),
        Limit("completion, p95 ms", offered["ms"]["p95"], 15, 15),
        Limit(f"suggestions for {own['right']} right questions", float(len(wrong)), 3, 0),
        Limit("memory of the process without mapped files, MB", own["memory"]["private"], 200, 200),
    ]
    tables = (table(LIMIT_COLUMNS, [limit.row() for limit in limits]), table(COLUMNS, rows(own)),
              table(TYPED_COLUMNS, typed_rows(own)))  # fmt: skip
    said = f"At the third word of a title from its very beginning: {shown(offered['begun'])} of {offered['count']} documents."
    changed = [f"“{before}” → “{after}”" for text, other in wrong for before, after in _changed(text, other)]
    return "\n\n".join([*tables, said, *(["Words that were suggested otherwise: " + ", ".join(changed) + "."] if changed else [])])


def _changed(text: str, other: str) -> list[tuple[str, str]]:
    """The words of a question that a suggestion changes; the question itself stays in its corpus."""
    before, after = text.split(), other.split()
    if len(before) != len(after):
        return [(f"{len(before)} words", f"{len(after)} words")]
    return [(one, another) for one, another in zip(before, after, strict=True) if one != another]


def main() -> int:
    """Print the figures as JSON."""
    print(json.dumps(measure(Index(Path(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
