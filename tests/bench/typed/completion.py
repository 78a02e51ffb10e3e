"""Completion: is the wanted document offered, are the phrases sensible, and how long does it take?
`python -m tests.bench.typed.completion INDEX`, an index of the given corpus.

Documents are drawn with a fixed seed. A number is typed up to its serial number and five more letters ("45/2019"). A title
is typed from its first telling word on, behind words such as "Quy định về", up to its third word; words of several
syllables are taken whole. For comparison, titles are typed from their very beginning too.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from indexer import Access, Index, fold
from indexer.analysis.compounds import is_linked
from indexer.suggest.complete import _OPENING, complete
from legaltext.text import clean, syllables
from tests.bench.corpus import DATA, read_questions
from tests.bench.measure import spread

SEED, DRAWN, PREFIXES, SHOWN = 20_261_130, 300, 30, 8
_SERIAL = re.compile(r"\d+[a-zA-Z]?")
Document = tuple[int, str, str]


def drawn(store: Index) -> list[Document]:
    """Documents that have a number and a title: (id, number, title)."""
    snapshot = store.snapshot()
    numbers = snapshot.names_of_documents("number")
    held = [
        (int(document), numbers.values[numbers.codes[place]], snapshot.row(int(snapshot.first_entry[place])).doc_title)
        for place, document in enumerate(snapshot.documents)
    ]
    return random.Random(SEED).sample([one for one in held if one[1] and one[2]], DRAWN)


def of_number(number: str) -> list[str]:
    """What is typed of a number: its serial number and one to five letters more."""
    serial = _SERIAL.match(number)
    first = serial.end() if serial else 0
    return [number[: first + more] for more in range(6)]


def of_title(title: str, telling: bool) -> list[str]:
    """What is typed of a title: its first words, up to three. With `telling`, usual words at the beginning are left out."""
    said = syllables(clean(title))
    while telling and len(said) > 1 and fold(said[0]) in _OPENING:
        said = said[1:]
    ends = [place for place in range(1, len(said)) if not is_linked(said[place - 1], said[place])]
    return [" ".join(said[:end]) for end in [*ends, len(said)][:3]]


def hits(store: Index, wanted: Iterable[tuple[int, Sequence[str]]]) -> float:
    """The share of documents that are offered for one of the texts that are typed on the way."""
    found = [
        any(document in dict(complete(store, text, Access(None), SHOWN).documents) for text in typed if len(text) > 1)
        for document, typed in wanted
    ]
    return sum(found) / len(found)


def prefixes(questions: Iterable[str]) -> list[str]:
    """Beginnings of real questions: one to three words and up to three letters of the next one."""
    dice = random.Random(SEED)
    made = []
    for question in questions:
        words = question.split()
        count = dice.randint(1, 3)
        if len(words) > count + 1:
            made.append(" ".join((*words[:count], words[count][: dice.randint(0, 3)])).strip())
    return list(dict.fromkeys(dice.sample(made, len(made))))


def main() -> int:
    """Print the figures, and the phrases for prefixes drawn at random, to be judged by a reader."""
    store = Index(Path(sys.argv[1]))
    documents = drawn(store)
    print(f"number, five letters behind its serial: {hits(store, ((one, of_number(number)) for one, number, _ in documents)):.3f}")
    for telling in (True, False):
        share = hits(store, ((one, of_title(title, telling)) for one, _, title in documents))
        print(f"title, third word, {'telling words' if telling else 'from the beginning'}: {share:.3f}")
    typed = prefixes(one.text for one in read_questions(DATA))
    taken = []
    for text in typed[:400]:
        started = time.perf_counter()
        complete(store, text, Access(None), SHOWN)
        taken.append((time.perf_counter() - started) * 1000)
    print("ms", json.dumps(spread(taken)))
    for text in islice(typed, PREFIXES):
        print(f"{text!r:35} {' | '.join(complete(store, text, Access(None), SHOWN).words)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
