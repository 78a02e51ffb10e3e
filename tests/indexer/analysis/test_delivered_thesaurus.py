"""The file of everyday words that is delivered with the engine."""

import gc
import random
import tracemalloc
from collections import Counter
from itertools import pairwise
from pathlib import Path

import indexer
from indexer import delivered_thesaurus, is_ordinary
from legaltext.abbreviations import BUILT_IN, spelling
from legaltext.text import clean, fold, syllables
from legaltext.thesaurus import StoredThesaurus, Thesaurus, ThesaurusEntry

FILE = Path(indexer.__file__).parent / "thesaurus.tsv"
ROWS = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]


def test_every_line_is_whole_and_sorted() -> None:
    assert len(ROWS) > 50
    assert ROWS == sorted(ROWS) and all(len(row) == 4 for row in ROWS)
    assert {row[3] for row in ROWS} <= {"hand", "mined"}
    assert all(0 < float(row[2]) <= 1 for row in ROWS)
    assert all(cell == clean(cell).strip().lower() and "  " not in cell for row in ROWS for cell in row)
    assert all(row[0] == " ".join(syllables(row[0])) for row in ROWS)


def test_no_pair_is_there_twice_or_the_same_without_diacritics() -> None:
    pairs = Counter((" ".join(syllables(row[0])), " ".join(syllables(row[1]))) for row in ROWS)
    assert [pair for pair, many in pairs.items() if many > 1] == []
    assert [pair for pair in pairs if fold(pair[0]) == fold(pair[1])] == []


def test_no_side_is_ordinary() -> None:
    assert [row for row in ROWS if is_ordinary(syllables(row[0])) or is_ordinary(syllables(row[1]))] == []
    assert is_ordinary(["và"]) and is_ordinary(["như", "thế", "nào"]) and is_ordinary(["người"]) and is_ordinary([])
    assert not is_ordinary(["nhậu"]) and not is_ordinary(["người", "già"])


def test_no_pairs_go_in_a_circle() -> None:
    leads: dict[str, set[str]] = {}
    for word, law, *_ in ROWS:
        leads.setdefault(" ".join(syllables(word)), set()).add(" ".join(syllables(law)))
    reached = {word: set(laws) for word, laws in leads.items()}
    while any(not more <= reached[word] for word in reached for more in [set().union(*(leads.get(law, ()) for law in reached[word]))]):
        for word in reached:
            reached[word] |= set().union(*(leads.get(law, ()) for law in reached[word]))
    assert [word for word, laws in reached.items() if word in laws] == []


def test_it_takes_little_memory() -> None:
    delivered_thesaurus()
    gc.collect()
    tracemalloc.start()
    made = StoredThesaurus(FILE.read_bytes())
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.expansions([tuple(syllables(ROWS[0][0]))])
    assert held < 250 * len(ROWS)


def test_it_finds_what_a_table_of_all_entries_finds() -> None:
    table = Thesaurus(ThesaurusEntry(word, law, float(weight)) for word, law, weight, _ in ROWS)
    asked = random.Random(5).sample([row[0].split() for row in ROWS], 300)
    for first, second in pairwise(asked):
        runs = [tuple([*first, "không", *second])[:9], tuple(fold(word) for word in reversed(first))]
        assert delivered_thesaurus().expansions(runs) == table.expansions(runs)
    assert delivered_thesaurus().law_words(ROWS[-1][0]) == table.law_words(ROWS[-1][0]) != ()


def test_abbreviations_that_the_engine_knows_are_no_everyday_words() -> None:
    known = {spelling(short) for short in BUILT_IN}
    assert [row for row in ROWS if spelling(row[0]) in known] == []
