"""Misspelt questions: how much of the clean question's nDCG@10 is left. `python -m tests.bench.typed.misspelt INDEX [COUNT]`.

Each question is typed wrong once in every way below, by fixed rules and a fixed seed. Suggestions for the questions as
they are, which are right, are counted too. INDEX is an index of the given corpus.
"""

from __future__ import annotations

import hashlib
import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from indexer import Access, Index, Request, fold, search
from indexer.search.search import rank_provisions
from tests.bench.asking import TOP, gain
from tests.bench.corpus import DATA, Asked, read_questions

SEED = 20_261_130
# Questions of the corpora that are misspelt, by the SHA-1 of their text: "dịnh" for "định", "nội dùng" for "nội dung",
# "tiền hành" for "tiến hành", "Chỉnh Phủ" for "Chính phủ".
SLIPS = frozenset({"558bab43a442", "f3d178a459ae", "9101bd0f6f57", "c5306a7ff2fc"})
CORPUS = "phapdien"
_KEYS = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_HEARD = (("tr", "ch"), ("ch", "tr"), ("s", "x"), ("x", "s"), ("gi", "d"), ("d", "gi"), ("l", "n"), ("n", "l"))
_NEXT = {"a": "s", "c": "v", "d": "f", "e": "r", "g": "h", "h": "j", "i": "o", "l": "k", "m": "n", "n": "m", "o": "p", "t": "y", "u": "i"}
_MARKS = {"\u0309": "\u0303", "\u0303": "\u0309", "\u0301": "\u0300", "\u0300": "\u0301", "\u0323": "\u0309"}
Words = list[str]


def _spread(word: str) -> str:
    return unicodedata.normalize("NFD", word)


def _at(words: Words, dice: random.Random, fits: Callable[[str], bool]) -> int:
    places = [place for place, word in enumerate(words) if word.isalpha() and fits(word)]
    return dice.choice(places) if places else -1


def letter(words: Words, dice: random.Random) -> Words:
    """One letter of a word is left out, doubled, typed beside its key, or has changed places with the next."""
    place = _at(words, dice, lambda word: len(word) > 3)
    word, at, kind = words[place], dice.randrange(1, len(words[place]) - 1) if place >= 0 else 0, dice.randrange(4)
    if place < 0:
        return words
    beside = _NEXT.get(fold(word[at]), "s")
    put = (word[:at] + word[at + 1 :], word[: at + 1] + word[at:], word[:at] + beside + word[at + 1 :],
           word[:at] + word[at + 1] + word[at] + word[at + 2 :])[kind]  # fmt: skip
    return [*words[:place], put, *words[place + 1 :]]


def tone(words: Words, dice: random.Random) -> Words:
    """One word has a wrong tone; hỏi and ngã stand for each other."""
    place = _at(words, dice, lambda word: any(char in _MARKS for char in _spread(word)))
    if place < 0:
        return words
    put = "".join(_MARKS.get(char, char) for char in _spread(words[place]))
    return [*words[:place], unicodedata.normalize("NFC", put), *words[place + 1 :]]


def heard(words: Words, dice: random.Random) -> Words:
    """One word begins with another consonant that many people pronounce alike."""
    place = _at(words, dice, lambda word: word.lower().startswith(tuple(one for one, _ in _HEARD)))
    if place < 0:
        return words
    word = words[place].lower()
    one, other = next(both for both in _HEARD if word.startswith(both[0]))
    return [*words[:place], other + word[len(one) :], *words[place + 1 :]]


def glued(words: Words, dice: random.Random) -> Words:
    """The space between two words is missing."""
    places = [place for place in range(len(words) - 1) if words[place].isalpha() and words[place + 1].isalpha()]
    if not places:
        return words
    place = dice.choice(places)
    return [*words[:place], words[place] + words[place + 1], *words[place + 2 :]]


def split(words: Words, dice: random.Random) -> Words:
    """A space stands within a word."""
    place = _at(words, dice, lambda word: len(word) > 2)
    if place < 0:
        return words
    cut = dice.randrange(1, len(words[place]))
    return [*words[:place], words[place][:cut], words[place][cut:], *words[place + 1 :]]


def unmarked(words: Words, _dice: random.Random) -> Words:
    """No word has its diacritics."""
    return [fold(word) for word in words]


def telex(words: Words, _dice: random.Random) -> Words:
    """Every word is typed by Telex while the input method was off; the key of the tone comes last."""
    return [re.sub(r"[^\W\d_]+", lambda found: _keys(found.group()), word) for word in words]


def _keys(word: str) -> str:
    keys = tone_key = ""
    for char in unicodedata.normalize("NFC", word.lower()):
        bare = "".join(one for one in _spread(char) if one not in _TONES)
        tone_key += "".join(_TONES.get(one, "") for one in _spread(char))
        plain = unicodedata.normalize("NFC", bare)
        keys += _KEYS.get(plain, plain)
    return keys + tone_key


KINDS = (letter, tone, heard, glued, split, unmarked, telex)


def forms(question: str, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Yield (kind, wrong form) of a question; a form that no rule changes is left out."""
    for kind in KINDS:
        dice = random.Random(f"{seed} {kind.__name__} {question}")
        wrong = " ".join(kind(question.split(), dice))
        if wrong != question:
            yield kind.__name__, wrong


def score(store: Index, text: str, right: Sequence[str]) -> float:
    """nDCG@10 of one typed text."""
    found = rank_provisions(store, Request(text, limit=TOP), Access(None))
    return gain(right, [one.anchor for one in found])


def followed(store: Index, text: str) -> str:
    """The text after its suggestion was taken, if there is one."""
    return search(store, Request(text, limit=1), Access(None)).suggestion or text


def measure(store: Index, questions: Sequence[Asked]) -> list[str]:
    """A line for each kind: the share that is left as typed, and after a click on the suggestion."""
    clean = {one.text: score(store, one.text, one.right) for one in questions}
    figures: dict[str, list[tuple[float, float, float]]] = {kind.__name__: [] for kind in KINDS}
    for question in questions:
        for kind, text in forms(question.text):
            typed = score(store, text, question.right)
            other = followed(store, text)
            after = typed if other == text else score(store, other, question.right)
            figures[kind].append((clean[question.text], typed, after))
    lines = []
    for kind, held in figures.items():
        whole, typed, after = (sum(side) for side in zip(*held, strict=True))
        lines.append(f"{kind:10} {len(held):4} questions  as typed {typed / whole:.3f}  suggestion taken {after / whole:.3f}")
    return lines


def right_questions(corpus: str) -> list[Asked]:
    """The questions of a corpus, without those that a reader found misspelt."""
    return [one for one in read_questions(DATA, corpus) if hashlib.sha1(one.text.encode()).hexdigest()[:12] not in SLIPS]


def false_suggestions(store: Index, corpus: str) -> list[tuple[str, str]]:
    """The right questions of a corpus that get a suggestion or are read with other spaces, with what they get."""
    told = []
    for question in right_questions(corpus):
        found = search(store, Request(question.text, limit=1), Access(None))
        read = found.query.typed.text if found.query.typed else None
        if other := found.suggestion or read:
            told.append((question.text, other))
    return told


def main() -> int:
    """Print the figures."""
    store = Index(Path(sys.argv[1]))
    questions = read_questions(DATA, CORPUS)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else len(questions)
    chosen = random.Random(SEED).sample(questions, min(count, len(questions)))
    print(*measure(store, [one for one in chosen if one.right]), sep="\n")
    for corpus in (CORPUS, "alqac25"):
        told = false_suggestions(store, corpus)
        print(f"{corpus}: {len(told)} suggestions for {len(right_questions(corpus))} right questions")
        print(*(f"  {text} -> {other}" for text, other in told), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
