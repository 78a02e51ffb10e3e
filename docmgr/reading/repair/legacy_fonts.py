"""Convert texts in the old encodings TCVN3, VNI, VISCII and VPS to Unicode.

Each line is converted by itself, and in a line that also has words in Unicode, each run of words. Lines in
Unicode and in other languages stay. `letters.verdicts` decides about the lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docmgr.reading.letters import verdicts
from docmgr.reading.letters.encodings import TCVN3, VNI, WORDS, bare, decode
from docmgr.reading.letters.lines import unmarked
from docmgr.reading.letters.syllables import is_syllable

# A word of French, English or Latin: it stays when decoding makes no syllable of it.
_FOREIGN = re.compile(r"[A-Za-zàâéèêëîïôùûüçÀÂÉÈÊËÎÏÔÙÛÜÇ]{4,}")
# Pairs of a vowel and a mark of VNI that French has ("où", "naïf", "Noël"); a word with another pair is not French.
_VNI_PAIR = re.compile("[aeouyôö][áàâäãåéèêëïõøùúûü]")
_FRENCH_PAIRS = frozenset(("aë", "aï", "oë", "oï", "où", "oû", "uë", "uï", "eû", "ué", "uè", "uê", "oè", "oê", "éé", "aé", "oé"))
# Signs of lists and sums that are letters in an old encoding, but no word when they stand alone.
_SIGNS = frozenset("·−∙×÷©°»")
_ASCII_LETTERS = re.compile("[A-Za-z]")
# A line is in capitals when so many of the plain letters of its marked words are.
_IN_CAPITALS = 0.7
_MIN_LETTERS = 4


def encodings_of(lines: Sequence[str]) -> list[str | None]:
    """Decide for each line of a text in which old encoding it is, one of letters.encodings.ENCODINGS; None where
    nothing is to be converted."""
    return verdicts.of_lines([unmarked(line) for line in lines])


def convert(line: str, encoding: str) -> str:
    """Convert one line from the old encoding `encoding` to Unicode. Words that are already in Unicode and foreign
    words stay. TCVN3 has no marked capitals, so words in capitals are made so here."""
    if verdicts.UNICODE_ONLY.search(line):
        return _convert_runs(line, encoding)
    in_capitals = encoding == TCVN3 and _is_in_capitals(line)
    return _convert_words(line, encoding, in_capitals)


def _convert_words(text: str, encoding: str, in_capitals: bool) -> str:
    return WORDS[encoding].sub(lambda found: _word(found.group(), encoding, in_capitals), text)


def _convert_runs(line: str, encoding: str) -> str:
    """Convert those runs of a line that are in the old encoding. Words that could be either are as the last word
    before them that is clear."""
    words = line.split(" ")
    weights = [_weight(word, encoding) for word in words]
    at = next((weight for weight in weights if weight), -1)
    done = []
    for word, weight in zip(words, weights, strict=True):
        at = weight or at
        done.append(_convert_words(word, encoding, in_capitals=False) if at > 0 else word)
    return " ".join(done)


def _weight(word: str, encoding: str) -> int:
    if verdicts.UNICODE_ONLY.search(word):
        return -1
    pieces = [piece for piece in WORDS[encoding].findall(word) if not piece.isascii()]
    weights = {verdicts.weigh(piece, encoding) for piece in pieces}
    return -1 if -1 in weights else max(weights, default=0)


def _word(word: str, encoding: str, in_capitals: bool) -> str:
    if word.isascii() or word in _SIGNS:
        return word
    before, inner, after = bare(word)
    if is_syllable(decode(word, encoding).lower()):
        before, inner, after = "", word, ""
    decoded = decode(inner, encoding)
    if _is_foreign(inner, encoding) and not is_syllable(decoded.lower()):
        return word
    if encoding == TCVN3:
        decoded = _with_capitals(inner, decoded, in_capitals)
    return before + decoded + after


def _is_foreign(word: str, encoding: str) -> bool:
    if not _FOREIGN.fullmatch(word):
        return False
    return encoding != VNI or _FRENCH_PAIRS.issuperset(_VNI_PAIR.findall(word.lower()))


def _with_capitals(word: str, decoded: str, in_capitals: bool) -> str:
    """Write a decoded word in capitals when its plain letters are capitals. One plain letter alone may begin a
    name ("Bộ"), so that then the line decides."""
    plain = _ASCII_LETTERS.findall(word)
    if not all(letter.isupper() for letter in plain):
        return decoded
    return decoded.upper() if len(plain) > 1 or in_capitals else decoded


def _is_in_capitals(line: str) -> bool:
    # Plain words do not count: abbreviations are always in capitals.
    letters = _ASCII_LETTERS.findall("".join(word for word in line.split() if not word.isascii()))
    return len(letters) >= _MIN_LETTERS and sum(map(str.isupper, letters)) >= _IN_CAPITALS * len(letters)
