"""`python -m training.mined_pairs CORPUS` finds pairs for the thesaurus in law texts, and writes them into its file.

A pair is an abbreviation in brackets and the full name before it, whose words begin with its letters. Lines that people wrote
stay; all earlier lines with the source `mined` are replaced."""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from indexer import is_ordinary
from indexer.evaluate.corpus import read_corpus
from legaltext.abbreviations import BUILT_IN
from legaltext.text import clean, fold, syllables

Pair = tuple[str, str]
WEIGHT = "0.8"
# An abbreviation must stand for the same name in this many provisions.
_LEAST = 2
_LONGEST_WORD, _LONGEST_LAW = 5, 8
_BRACKETED = re.compile(r"\((?:sau đây )?(?:viết tắt |gọi tắt |gọi )?(?:là )?([A-ZĐ][A-ZĐa-z&-]{2,12})\)")
_LETTER = re.compile(r"[^\W\d_]+")
# Words of a name for which an abbreviation has no letter.
_SILENT = frozenset({"và", "của", "về", "cho"})
# How far before its bracket a name may begin.
_BEFORE = 150


def abbreviations(text: str) -> Iterator[Pair]:
    """Yield pairs (abbreviation, full name) from `text`, one for each bracket whose letters begin the words before it."""
    for found in _BRACKETED.finditer(text):
        letters = [fold(letter) for letter in found[1] if letter.isupper()]
        words = _LETTER.findall(text[max(0, found.start() - _BEFORE) : found.start()])
        for silent in range(3):
            name = words[-(len(letters) + silent) :]
            told = [word for word in name if not silent or word.lower() not in _SILENT]
            if len(letters) > 2 and [fold(word)[0] for word in told] == letters:
                yield " ".join(syllables(found[1].lower())), " ".join(name).lower()
                break


def mined(texts: Iterable[str]) -> list[Pair]:
    """Find the pairs for the thesaurus in `texts`. Returns them sorted. Abbreviations that the engine knows are left out, and so
    are sides that are too long or too ordinary."""
    counted = Counter(pair for text in texts for pair in set(abbreviations(clean(text))))
    known = {fold("".join(syllables(short))) for short in BUILT_IN}
    found = [pair for pair, many in counted.items() if many >= _LEAST and fold("".join(syllables(pair[0]))) not in known]
    return sorted(pair for pair in found if _usable(*pair))


def _usable(word: str, law: str) -> bool:
    sides = syllables(word), syllables(law)
    fitting = 1 <= len(sides[0]) <= _LONGEST_WORD and 1 <= len(sides[1]) <= _LONGEST_LAW
    return fitting and fold(" ".join(sides[0])) != fold(" ".join(sides[1])) and not any(map(is_ordinary, sides))


def write(file: Path, pairs: Iterable[Pair]) -> int:
    """Replace the mined lines of the thesaurus `file` by `pairs`, and return how many lines it has then. A pair whose everyday
    words a person wrote an entry for is left out."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.endswith("\tmined")]
    written = {" ".join(syllables(line.split("\t")[0])) for line in lines}
    new = ["\t".join((*pair, WEIGHT, "mined")) for pair in pairs if pair[0] not in written]
    rows = sorted(line.split("\t") for line in (*lines, *new))
    file.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return len(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments`; None means those of the process. Returns the exit code: 0, or 2 where a file cannot
    be read."""
    made = argparse.ArgumentParser(prog="python -m training.mined_pairs", description=__doc__)
    made.add_argument("corpus", type=Path, metavar="CORPUS", help="provisions, .jsonl or .jsonl.gz")
    made.add_argument("--out", type=Path, default=Path("indexer/thesaurus.tsv"), metavar="FILE")
    given = made.parse_args(arguments)
    try:
        pairs = mined(str(row.get("text") or "") for row in read_corpus(given.corpus))
        print(f"{len(pairs)} pairs found; {write(given.out, pairs)} lines in {given.out}")
    except (OSError, ValueError) as error:
        print(f"training: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
