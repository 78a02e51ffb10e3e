"""Questions "X là gì", made at run time from the articles of the corpus that explain words.

A term is defined where a paragraph of such an article begins with it: "1. Phạm nhân là …". Terms of two and of four
syllables are asked for. An article that defines the same term is a right answer too.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from legaltext.text import place_tones

CORPUS = Path(__file__).resolve().parents[3] / "../shared/data/retrieval/phapdien/corpus.jsonl.gz"
SEED = 20_261_130
LENGTHS = (2, 4)
OF_EACH = 120
_TITLE = re.compile(
    r"giải thích (?:một số |các )?(?:từ,? ?ng[ữứ]|thuật ngữ)|(?:các )?thuật ngữ(?: và định nghĩa)?\W*$|các khái niệm\W*$"
)
_MARKS = re.compile(r"[*_“”\"‘’'«»]")
_NUMBER = r"(?:(?:\d+\s?[.,)]|[a-zđ]\s?[.)]|[-–+•])\s*)?"
_TERM = re.compile(
    rf"\s*{_NUMBER}(?P<term>[^\W\d_]+(?: [^\W\d_]+)*?) ?(?:\([^()]*\) ?)?[:;]? ?(?:được hiểu )?là ",
    re.IGNORECASE,
)
# Such words begin or end what only looks like a term: "Trường hợp này là …", "Những người sau đây là …".
_NO_TERM = frozenset("này đây đó các những mọi phải được không cũng hoặc gọi chỉ đều tức coi".split())


@dataclass(frozen=True)
class Definition:
    """A term, the question for it, and the ids of all articles that define it."""

    term: str
    text: str
    right: tuple[str, ...]


def read_articles(path: Path = CORPUS) -> Iterator[Mapping[str, str]]:
    """The articles of a corpus file (.jsonl.gz) with "id", "title" and "text", one after the other."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def defined(articles: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """Every defined term in lower case, with the ids of the articles that define it, in the order of the corpus."""
    found: dict[str, dict[str, None]] = {}
    for article in articles:
        if _TITLE.match((article["title"] or "").lower()):
            for line in article["text"].splitlines():
                if term := term_of(line):
                    found.setdefault(term, {})[article["id"]] = None
    return {term: tuple(ids) for term, ids in found.items()}


def term_of(line: str) -> str | None:
    """The term that a paragraph defines at its beginning, in lower case; None when it defines none."""
    match = _TERM.match(_plain(line))
    if match is None:
        return None
    words = match["term"].split()
    torn = sum(len(word) == 1 for word in words) > 1  # "b á n nợ"
    return None if torn or _NO_TERM & {words[0], words[-1]} else " ".join(words)


def _plain(text: str) -> str:
    """Without emphasis and quotes, in lower case and in one spelling."""
    bare = " ".join(_MARKS.sub("", unicodedata.normalize("NFC", text)).split())
    return place_tones(bare.lower())


def drawn(
    articles: Iterable[Mapping[str, str]], of_each: int = OF_EACH, seed: int = SEED
) -> list[Definition]:
    """So many terms of each length, drawn from all that are defined. Raises ValueError when there are fewer."""
    terms = defined(articles)
    chance = random.Random(seed)
    chosen = []
    for length in LENGTHS:
        known = sorted(term for term in terms if len(term.split()) == length)
        chosen += chance.sample(known, of_each)
    return [Definition(term, f"{term} là gì", terms[term]) for term in chosen]
