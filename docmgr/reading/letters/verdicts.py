"""Decide in which old encoding each line of a text is written, by its words.

A word that is no Vietnamese syllable, but becomes one when it is decoded, is evidence of an encoding. The names
of fonts are ignored here: they are often kept when a text is converted to Unicode.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from docmgr.reading.letters.encodings import ENCODINGS, WORDS, bare, decode
from docmgr.reading.letters.syllables import is_natural, is_syllable

# Letters that only Unicode has: a line with them is not wholly in an old encoding.
UNICODE_ONLY = re.compile("[\u1ea0-\u1ef9ăĂơƠưƯĩĨũŨ]")
# A letter beside a character that no Vietnamese word in Unicode has.
_STRANGE = re.compile("[A-Za-z][{0}]|[{0}][A-Za-z]".format("\xa1-\xa9\xab-\xaf\xb4-\xb9\xbb-\xbfÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ\u2212\u2219"))
# The same for characters that French lacks.
_NOT_FRENCH = re.compile("[A-Za-z][{0}]|[{0}][A-Za-z]".format("\xa1-\xa9\xab-\xaf\xb4-\xb9\xbb-\xbfÄÅÆÐÑÖ×ØÞßäåæñõö÷øþ\u2212\u2219"))
# The same for characters that are no letters at all, and đ after a sum of money.
_SYMBOL = re.compile("[A-Za-z][{0}]|[{0}][A-Za-z]|\\d ?®".format("\xa1-\xa9\xab-\xaf\xb4-\xb8\xbb-\xbf"))
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}")
# A line is Vietnamese when at least this share of its words are syllables after decoding.
_VIETNAMESE = 0.5
# So many more words must speak for an encoding than against it, in one line that is sure and in a whole text.
_SURE = 2
_MIN_WORDS = 3
_UNICODE = "unicode"


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What the words of one line say. `scores` has for each encoding, as far as it explains anything, the words
    that become syllables by it less three times those that it spoils. `open` is true when the line has marked
    words that may be in any encoding: syllables both as written and decoded, or words with signs. `unicode` is true when words speak against every
    encoding."""

    scores: tuple[tuple[str, int], ...] = ()
    open: bool = False
    unicode: bool = False


@lru_cache(maxsize=100_000)
def weigh(word: str, encoding: str) -> int:
    """Weigh one word with marks: 1 when only decoding makes it a syllable, -1 when decoding spoils a syllable,
    and 0 when it is one both ways or neither way."""
    _, inner, _ = bare(word)
    after = is_syllable(decode(inner, encoding).lower()) or is_syllable(decode(word, encoding).lower())
    return after - is_natural(inner)


@lru_cache(maxsize=20_000)
def of_line(line: str) -> LineVerdict:
    """Judge one line of a text as it stands in the file."""
    if line.isascii():
        return LineVerdict()
    if UNICODE_ONLY.search(line):
        return LineVerdict(_of_rest(line), unicode=True)
    strange = _NOT_FRENCH.search(line) is not None
    scores, is_open, against = [], _SYMBOL.search(line) is not None, False
    for encoding in ENCODINGS:
        words = [word for word in WORDS[encoding].findall(line) if len(word) > 1 and not word.isascii()]
        weights = [weigh(word, encoding) for word in words]
        gained, spoiled = weights.count(1), weights.count(-1)
        if gained > 3 * spoiled and _is_vietnamese(line, encoding, strange and 2 * gained >= len(words)):
            scores.append((encoding, gained - 3 * spoiled))
        is_open |= bool(words) and not any(weights) and share_of_syllables(line) >= _VIETNAMESE
        against |= spoiled > 1 and gained < 3 * spoiled
    return LineVerdict(tuple(scores), is_open, against and not scores)


def _is_vietnamese(line: str, encoding: str, explained: bool) -> bool:
    """Whether a line is Vietnamese in the given encoding, and no French line with a word or two that look like it.
    A line with characters that French lacks needs only to be `explained` for its marked words."""
    return explained or share_of_syllables(decode(line, encoding)) >= _VIETNAMESE


def _of_rest(line: str) -> tuple[tuple[str, int], ...]:
    """Judge the words of a line that are not surely in Unicode. They are the runs of another font, if there are
    any."""
    if not _STRANGE.search(line):
        return ()
    rest = " ".join(word for word in line.split(" ") if not UNICODE_ONLY.search(word))
    return of_line(rest).scores


def share_of_syllables(text: str) -> float:
    """Compute which share of the words of a Unicode text are Vietnamese syllables; 1.0 when it has no words.
    Abbreviations, words in capitals without marks, do not count."""
    words = [word for word in _PLAIN_WORD.findall(text) if not (word.isupper() and word.isascii())]
    return sum(is_syllable(word.lower()) for word in words) / len(words) if words else 1.0


def strange_words(line: str) -> int:
    """Count the words of a Unicode line in which a letter stands beside a character that no Vietnamese word has."""
    return 0 if line.isascii() else sum(_STRANGE.search(word) is not None for word in line.split())


def of_lines(lines: Sequence[str]) -> list[str | None]:
    """Decide for each line of one text in which old encoding it is; None where it is Unicode or another
    language. Short lines, which decide nothing themselves, are as the nearest line before that does."""
    verdicts = [of_line(line) for line in lines]
    known = _known(verdicts)
    if not known:
        return [None] * len(lines)
    at = next((_best(one, known, known[0]) or _UNICODE for one in verdicts if one.scores or one.unicode), known[0])
    found: list[str | None] = []
    for verdict in verdicts:
        best = _best(verdict, known, at)
        if best or verdict.unicode:
            at = best or _UNICODE
        found.append(best or (at if verdict.open and at != _UNICODE else None))
    return found


def in_unicode(lines: Sequence[str]) -> list[str]:
    """Decode the lines of a text roughly, for readers that look for words of a heading before the conversion. The
    result has one line for each of `lines`."""
    pairs = zip(lines, of_lines(lines), strict=True)
    return [decode(line, encoding) if encoding else line for line, encoding in pairs]


def _known(verdicts: Sequence[LineVerdict]) -> list[str]:
    """Find the encodings of a text, the most frequent first. The one that explains most words always counts;
    others only by lines that they explain much better."""
    total = Counter[str]()
    for verdict in verdicts:
        total.update(dict(verdict.scores))
    first = next((encoding for encoding, _ in total.most_common(1)), "")
    words = Counter[str]()
    for verdict in verdicts:
        scores = dict(verdict.scores)
        best = max(scores, key=lambda one: (scores[one], one == first), default=None)
        if best and scores[best] - (scores.get(first, 0) if best != first else 0) >= _SURE:
            words[best] += scores[best]
    return [encoding for encoding, count in words.most_common() if count >= _MIN_WORDS]


def _best(verdict: LineVerdict, known: Sequence[str], at: str) -> str | None:
    """Find that one of the encodings `known` which explains most of a line. One word is no proof against the
    first of them and against `at`, that of the line before. None when none explains anything."""
    scores = {
        encoding: score + (encoding == known[0]) + (encoding == at)
        for encoding, score in verdict.scores
        if encoding in known
    }
    return max(scores, key=lambda encoding: (scores[encoding], -known.index(encoding)), default=None)
