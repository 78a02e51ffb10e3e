"""Types and issuers in the forms in which people write them: in full, by symbol, or abbreviated.

This module decides which other names a value has, and how many words a value without quotes takes.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice, product
from types import MappingProxyType

from indexer.query.number import LETTER, LETTER_SAID
from legaltext.abbreviations import BUILT_IN, stretches
from legaltext.dates import DAYS
from legaltext.doctypes import TYPE_ABBREVIATIONS
from legaltext.issuers import SYMBOLS_WITH_DEPARTMENTS
from legaltext.text import clean, fold, syllables

PUNCTUATION = " ,.;:!?"


def _of_symbols() -> dict[str, tuple[str, ...]]:
    """Make a table of short names of issuers. Keys are symbols such as "BVHTTDL" and half abbreviated names
    such as "bo VHTTDL" (Bộ VHTTDL, the Ministry of Culture). Values are the full names that a short name may
    mean."""
    table: dict[str, tuple[str, ...]] = {}
    for name, symbol in SYMBOLS_WITH_DEPARTMENTS.items():
        # The level of a committee is written after it: "UBND huyện".
        if name.removesuffix(" tinh") == name:
            head = name.split(" ", 1)[0]
            half = {f"{head} {symbol[1:]}"} if head in ("bo", "so") else set()
            for short in (symbol, *half):
                table[short] = (*table.get(short, ()), name)
    return {short: (*names, *BUILT_IN.get(short, ())) for short, names in table.items()}


_ISSUERS = dict(BUILT_IN) | _of_symbols()
# Offices by their names and symbols. Other abbreviations ("CNTT") are no offices.
_OFFICES = {fold(short) for short in _of_symbols()} | {
    " ".join(word for word in syllables(name) if word != "va") for name in SYMBOLS_WITH_DEPARTMENTS
}
_ABBREVIATED = {tuple(syllables(short)) for short in _ISSUERS}
# Abbreviations that may be written with signs in them: "TN&MT", "LĐ-TB&XH".
_SHORT = {fold(short.split(" ")[-1]) for short in _ISSUERS}
_SIGNED = re.compile(r"[^\W\d_]+(?:[&,-][^\W\d_]+)+")
# "And" in the name of an issuer may be written as a sign or a comma, or left out.
_AND = "va"
# Here CP does not mean the government: "Công ty CP".
_SHARES = re.compile(r"(?<!\w)(?:ty|cty|mai|tm|hang) cp(?!\w)")
_MOST_NAMES = 16
_COMMA = re.compile(r"(?<=[,;])")


def plain(value: str) -> str:
    """Return the syllables of `value` without diacritics, joined by spaces. Punctuation is left out."""
    return " ".join(map(fold, syllables(value)))


def _glued(value: str) -> str:
    """Return `value` with "&", hyphens and commas removed from its abbreviations: "Bộ TN&MT" gives "Bộ
    TNMT"."""

    def glue(found: re.Match[str]) -> str:
        glued = re.sub(r"\W", "", found.group())
        return glued if fold(glued) in _SHORT else found.group()

    return _SIGNED.sub(glue, clean(value))


def _without_and(words: str) -> str:
    return " ".join(word for word in words.split() if word != _AND)


# Values that are recognised without quotes; here without diacritics and without "and".
_KNOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "type": frozenset(TYPE_ABBREVIATIONS),
        "issuer": frozenset(
            _without_and(plain(name))
            for name in (*SYMBOLS_WITH_DEPARTMENTS, *(one for names in BUILT_IN.values() for one in names))
        ),
        **dict.fromkeys(("since", "until", "at"), frozenset(map(fold, DAYS))),
    }
)
# Three more words are allowed, for dashes and "and".
_LONGEST = {name: max(len(known.split()) for known in names) + 3 for name, names in _KNOWN.items()}


def of_symbol(value: str) -> tuple[str, ...]:
    """The names of the document types that the abbreviation `value` means ("NĐ", "HD", "CV"); () for any
    other text."""
    short = fold(value).upper()
    named = tuple(name for name, symbol in TYPE_ABBREVIATIONS.items() if symbol == short)
    return named or ((LETTER,) if short == LETTER_SAID else ())


def is_type(value: str) -> bool:
    """Whether `value` is the name of a document type or an abbreviation of one."""
    return fold(value) in TYPE_ABBREVIATIONS or bool(of_symbol(value))


def types(value: str) -> tuple[str, ...]:
    """Split `value`, a list of document types such as "thông tư, nghị định", into its items. A value that
    does not begin with a type is returned as one item."""
    listed = tuple(filter(None, (one.strip(PUNCTUATION) for one in _COMMA.split(value))))
    return listed if listed and is_type(listed[0]) else (value,)


def written_out(value: str) -> tuple[str, ...]:
    """Find the full names that the issuer `value`, written with abbreviations ("UBND tỉnh", "Sở GDĐT"), may
    have, without diacritics. Returns () for a name without abbreviations."""
    words = tuple(word for word in map(fold, syllables(_glued(value))) if word != _AND)
    whole = " ".join(words)
    others: dict[str, list[str]] = {}
    for one in stretches((words,), _ISSUERS):
        short = " ".join(one.asked)
        full = len(one.other) > len(one.asked) and one.other not in _ABBREVIATED
        if full and not (short == "cp" and _SHARES.search(whole)):
            others.setdefault(short, []).append(fold(" ".join(one.other)))
    if not others:
        return ()
    found = []
    for names in islice(product(*others.values()), _MOST_NAMES):
        said = f" {whole} "
        for short, name in zip(others, names, strict=True):
            said = said.replace(f" {short} ", f" {name} ")
        found.append(said.strip())
    return tuple(dict.fromkeys(found))


def issuer_names(value: str) -> tuple[str, ...]:
    """Collect all names of the issuer `value`, as written and in full. They are without diacritics,
    punctuation and the word "và" (and), so that they can be compared."""
    return tuple(dict.fromkeys(map(_without_and, (plain(value), *written_out(value)))))


def words_of_value(name: str, words: Sequence[str]) -> int:
    """Count how many of `words` are the value of the field `name`, which they follow. The value is the
    longest known value at their beginning, or one word if none is known. For the field "type" a whole list of
    types with commas is counted."""
    return _words_of_types(words) if name == "type" else _known_words(name, words) or 1


def _known_words(name: str, words: Sequence[str]) -> int:
    """Count the words of the longest known value of the field `name` with which `words` begin; 0 where they
    begin with none."""
    known = _KNOWN.get(name, frozenset())
    said = words[: _LONGEST.get(name, 1)]
    bare = [plain(_glued(word)) for word in said]
    for count in range(len(said), 0, -1):
        if bare[count - 1] in ("", _AND):
            continue
        value = " ".join(filter(None, bare[:count]))
        names = (value, *written_out(value)) if name == "issuer" and count > 1 else (value,)
        if not known.isdisjoint(map(_without_and, names)):
            return count
    return 0


def issuer_list(words: Sequence[str]) -> tuple[list[str], int] | None:
    """Read a list of issuers with commas ("BNV, Bộ Tài chính") at the beginning of `words`. Returns (the
    issuers, how many words they take), or None where there are not at least two. The name of an issuer may
    itself contain commas."""
    parts = [(part, place) for place, word in enumerate(words) for part in _COMMA.split(word) if part]
    found: list[str] = []
    begin = 0
    while count := _words_of_office([part for part, _ in parts[begin:]]):
        found.append(" ".join(part for part, _ in parts[begin : begin + count]).strip(PUNCTUATION))
        begin += count
        if parts[begin - 1][0][-1] not in ",;":
            break
    whole = begin == len(parts) or begin > 0 and parts[begin][1] != parts[begin - 1][1]
    return (found, parts[begin - 1][1] + 1) if len(found) > 1 and whole else None


def _words_of_office(words: Sequence[str]) -> int:
    """Count the words of the longest name or symbol of an office with which `words` begin; 0 where they begin
    with none."""
    for count in range(min(len(words), _LONGEST["issuer"]), 0, -1):
        value = _glued(" ".join(words[:count]))
        if not _OFFICES.isdisjoint(map(_without_and, (plain(value), *written_out(value)))):
            return count
    return 0


def begins_issuer(typed: str) -> bool:
    """Whether a known name of an issuer begins with the text `typed`."""
    begins = tuple(filter(None, issuer_names(typed)))
    return any(known.startswith(begins) for known in _KNOWN["issuer"])


def _words_of_types(words: Sequence[str]) -> int:
    """Count how many of `words` make up a list of document types separated by commas, such as "thông tư,nghị
    định, luật". At least one word is counted, and no word is split."""
    parts = [(part, place) for place, word in enumerate(words) for part in _COMMA.split(word) if part]
    begin = 0
    while begin < len(parts):
        said = [part for part, _ in parts[begin:]]
        end = next((place for place, part in enumerate(said, 1) if part[-1] in ",;"), len(said))
        count = _known_words("type", said[:end]) or int(is_type(said[0].strip(f"{PUNCTUATION}-–—")))
        if count and said[count : count + 1] in ([","], [";"]):
            count += 1
        begin += count or int(not begin)
        if not count or said[count - 1][-1] not in ",;":
            break
    return parts[begin - 1][1] + 1
