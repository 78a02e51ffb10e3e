"""Cuts the text of a query into lexemes (words, phrases and operators), and turns these into tokens.

This module decides which characters are operators, and what remains of an operator in a wrong place or beyond the limits.

A character such as * or ~ in a word (`ngh*m`, `kiễm~`, `từ^2`) is an operator only if it can mean nothing else. People
paste running text: "có phải không?", "5^2", "m^2", "2*3", "gì?Ai" and "~ 10 ngày" contain no operator.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from indexer.types import Note
from legaltext.letters import VOWELS
from legaltext.text import clean, fold, has_marks, said, syllables

# The limits of a query. Whatever exceeds them is left out, and a note is added. Counted in composed characters: a
# decomposed Vietnamese letter may be three characters.
MAX_CHARACTERS = 512
# Counted as typed: the syllables of an operator count, but forms derived from them do not.
MAX_SYLLABLES = 128
# Operators, prefixes, patterns, similar words and quoted phrases together.
MAX_OPERATORS = 32
MAX_DEPTH = 8
LEAST_PREFIX = 2
# Positions between the first and the last of words near each other; Whoosh and Lucene know no limit.
MAX_DISTANCE = 50
# Edits of a similar word, and how many letters it must have: one edit makes most words of two letters of any other.
MAX_EDITS, DEFAULT_EDITS, LEAST_SIMILAR = 2, 1, 3
LEAST_BOOST, MAX_BOOST = 0.1, 10.0

QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "＂": '"', "：": ":"})
# What may be glued behind a phrase or a word, and what a glued sign ends with.
_DISTANCE = r"~>?\d+"
_BOOST = r"\^(?:\d+(?:[.,]\d+)?|[.,]\d+)"
_PUNCTUATION = ".,;:!?…"
_GLUED = rf"(?:{_DISTANCE}|{_BOOST})+(?=[{_PUNCTUATION}]*(?:[\s()\"]|\Z))"
_OF_PHRASE = re.compile(rf"(?:{_DISTANCE})?(?:{_BOOST})?")
_PIECE = re.compile(
    rf'(?P<phrase>"(?P<inside>[^"]*)"(?P<signs>{_GLUED})?)'
    r'|(?P<quote>")'
    r"|(?P<open>\()"
    rf"|(?P<close>\)(?P<stray>{_GLUED})?)"
    r"|(?P<not>(?<![^\s(])-(?=[^\s)-]))"
    r'|(?P<word>[^\s"()]+)'
)
# Most queries contain no signs and are cut only at spaces.
_SIGNED = re.compile("[" + "".join(map(chr, QUOTES)) + r""""()]|(?<!\S)-(?=[^\s)-])""")
_PREFIX = re.compile(r"(?P<lead>.*?)(?P<last>[^\W_]+)\*")
_SIGNED_WORD = re.compile(r"[*?~^]")
_BOOSTED = re.compile(rf"(?P<base>[^\s^]+)(?P<boost>{_BOOST})")
_UNIT = re.compile(r"(?:[kchd]|da|m)?m\^[23]|ha\^2", re.IGNORECASE)  # "km^2": not a boost
_SIMILAR = re.compile(r"(?P<base>[^\W\d_]+)~(?P<edits>\d{0,2})")
# A wildcard between letters; others may be behind it. Two stars in a row are bold type where text was pasted: "tri**ể**n".
_PATTERN = re.compile(r"(?=[^*?]+[*?]+[^*?])(?!.*\*\*)[^\W\d_](?:[^\W\d_]|[*?])+")
_PRODUCT = re.compile(r"\w(?:\*\w)+")  # "a*b"
_BETWEEN_SIGNS = re.compile(r"[,;~^]+")  # between a pattern and another sign or word glued to it
_ITEM = re.compile(r"(?<!\S)\w{1,2}\Z")  # "a) …", "12) …": the bracket of a list item, which was never opened
# "field" marks the place of a field that was taken out, so that no side of OR and no bracket seems empty.
Kind = Literal["word", "phrase", "quote", "open", "close", "not", "or", "prefix", "wildcard", "similar", "skip", "field"]
_COSTLY = frozenset({"phrase", "prefix", "wildcard", "similar", "or", "not", "open"})


class Lexeme(NamedTuple):
    """A piece of the typed text: a word with its punctuation, a phrase or an operator, as `kind` says. The `text` of a
    phrase is without quotes. `glued` holds the operators directly after a phrase ("~5", "^2", "~5^2"), otherwise ""."""

    kind: Kind
    text: str = ""
    glued: str = ""


class Token(NamedTuple):
    """A lexeme whose meaning in the query (`kind`) is known. `said` are its syllables. The last one of a prefix is the
    beginning of words. A wildcard has one, its pattern. `boost` says how often a word or phrase counts in ranking. `most` is
    the number of edits of a similar word, or the distance of a phrase (0: side by side), which must keep its order if `ordered`
    is True. `asking` has one item per syllable, True for one that only asks ("bao lâu"); () where none does."""

    kind: Kind
    text: str = ""
    said: tuple[str, ...] = ()
    boost: float = 1
    most: int = 0
    ordered: bool = False
    asking: tuple[bool, ...] = ()


def pieces(cleaned: str, notes: list[Note]) -> list[Lexeme]:
    """Cut `cleaned`, a query that `legaltext.text.clean` returned, into lexemes at spaces, quotes and brackets. A
    quote that is not closed is left out. A note is added to `notes` for it, and for brackets in a wrong place."""
    if not _SIGNED.search(cleaned):
        return _words(cleaned.split(), notes)
    found: list[Lexeme] = []
    depth = 0
    for match in _PIECE.finditer(cleaned.translate(QUOTES)):
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        if kind == "quote":
            notes.append(Note("unclosed_quote"))
        elif kind == "word":
            found += _words((match["word"],), notes)
        else:
            if kind == "close" and not depth and not _ITEM.search(cleaned, 0, match.start()):
                notes.append(Note("stray_sign", ")"))
            if kind == "close" and found and found[-1].kind == "open":
                notes.append(Note("stray_sign", "()"))
            depth = max(depth + (kind == "open") - (kind == "close"), 0)
            if match["stray"]:
                notes.append(Note("stray_glued", match["close"]))
            text = match["inside"] if kind == "phrase" else match[kind].removesuffix(match["stray"] or "")
            found.append(Lexeme(kind, text, match["signs"] or ""))
    return found


def _words(typed: Iterable[str], notes: list[Note]) -> list[Lexeme]:
    found: list[Lexeme] = []
    for word in typed:
        found += _operator(word, notes) if word.isupper() else (Lexeme("word", word),)
    return found


def _operator(word: str, notes: list[Note]) -> list[Lexeme]:
    """Make the lexemes for `word`, which is in capitals and may be an operator. OR, HOẶC (or) and NOT become an operator.
    AND becomes nothing, because it is implied. Any other word remains a word. A note is added to `notes` for AND and NOT."""
    if fold(word) in ("or", "hoac"):
        return [Lexeme("or", word)]
    if word == "AND":
        notes.append(Note("implied_and"))
        return []
    if word == "NOT":
        notes.append(Note("not_in_words"))
        return [Lexeme("not", word)]
    return [Lexeme("word", word)]


class Cost(NamedTuple):
    """How many `operators` (phrases included) and `syllables` some lexemes use up of the limits of a query. Operators
    within words, such as a star, are not counted here."""

    operators: int = 0
    syllables: int = 0


def cost(found: Iterable[Lexeme]) -> Cost:
    """Count what the lexemes `found` use up of the limits of a query; a quoted phrase is one operator."""
    each = list(map(_cost, found))
    return Cost(sum(one.operators for one in each), sum(one.syllables for one in each))


def _cost(piece: Lexeme) -> Cost:
    return Cost(piece.kind in _COSTLY, len(said(piece.text)) if piece.kind in ("word", "phrase") else 0)


def within(found: Sequence[Lexeme]) -> int:
    """Count how many of `found`, the lexemes of a query, are within the limits, starting at the first. The name of a field is
    not counted without its value."""
    operators = spoken = 0
    for place, piece in enumerate(found):
        own = _cost(piece)
        operators, spoken = operators + own.operators, spoken + own.syllables
        if operators > MAX_OPERATORS or spoken > MAX_SYLLABLES:
            return place - (place > 0 and found[place - 1].text.endswith(":"))
    return len(found)


def tokens(found: Iterable[Lexeme], notes: list[Note], spent: Cost) -> list[Token]:
    """Turn the lexemes `found` into tokens; every bracket is closed. `spent` is what is already used of the limits. Tokens
    beyond the limits are left out or weakened, and a note is added to `notes`."""
    return _limited(_spoken(found, notes, MAX_SYLLABLES - spent.syllables), notes, spent.operators)


def _spoken(found: Iterable[Lexeme], notes: list[Note], left: int) -> Iterator[Token]:
    for piece in _starred(found, notes):
        token = _token(piece, notes)
        if len(token.said) > left:
            notes.append(Note("cut_syllables"))
            token = Token("phrase" if token.kind == "phrase" else "word", token.text, token.said[:left])
        left -= len(token.said)
        # A token without syllables is kept: a minus before it must not exclude the next word.
        yield token


def _starred(found: Iterable[Lexeme], notes: list[Note]) -> Iterator[Lexeme]:
    """Yield the lexemes `found`. A phrase with a star is replaced by its words in brackets, because a phrase
    cannot contain a prefix, and a note is added to `notes`."""
    for piece in found:
        if piece.kind != "phrase" or "*" not in piece.text:
            yield piece
            continue
        notes.append(Note("star_in_phrase", piece.text))
        yield Lexeme("open")
        yield from (Lexeme("word", word) for word in piece.text.split())
        yield Lexeme("close")


def _token(piece: Lexeme, notes: list[Note]) -> Token:
    if piece.kind == "word":
        plain = piece.text.isalnum() or not _SIGNED_WORD.search(piece.text)
        return Token("word", piece.text, said(piece.text)) if plain else _signed(piece.text, notes)
    if piece.kind != "phrase":
        return Token(piece.kind, piece.text)
    words = said(piece.text)
    if not words:
        notes.append(Note("stray_sign", f'"{piece.text}"'))
    if _SIGNED_WORD.search(piece.text):
        notes += [Note("stray_word_sign", word) for word in piece.text.split() if _SIGNED_WORD.search(word) and _has_operator(word)]
    if not _OF_PHRASE.fullmatch(piece.glued):
        notes.append(Note("stray_glued", piece.glued))
        return Token("phrase", piece.text, words)
    distance, _, boost = piece.glued.partition("^")
    ordered = distance.startswith("~>")
    return Token("phrase", piece.text, words, _boost(boost, notes), _distance(distance, notes), ordered)


def _has_operator(word: str) -> bool:
    """Whether `word`, a word in quotes, contains a character that would have an effect as an operator
    without the quotes."""
    noted: list[Note] = []
    token = _signed(word, noted)
    return token.text != word or token.kind != "word" or bool(noted)


def _signed(typed: str, notes: list[Note]) -> Token:
    """Make the token for `typed`, a word that contains a star, a question mark, a tilde or a caret. Where this
    character is no operator, the token is a plain word. A note is added to `notes` for a character that has no
    effect."""
    text = typed.rstrip(_PUNCTUATION)
    if (boosted := _BOOSTED.fullmatch(text)) and not _UNIT.fullmatch(text):
        base, boost = boosted["base"], boosted["boost"][1:]
        if _is_one_word(base):
            return Token("word", base, said(base), _boost(boost, notes))
        if many := _many(base, base, notes):
            notes.append(Note("stray_boost", typed))
            return many
    elif many := _many(text, typed, notes):
        return many
    if _is_misread(text):
        notes.append(Note("stray_word_sign", typed))
    elif "*" in typed:
        begun = _PREFIX.fullmatch(typed)
        short = begun and len(begun["last"]) < LEAST_PREFIX and "*" not in begun["lead"]
        notes.append(Note("short_prefix" if short else "stray_star", typed))
    return Token("word", typed, said(typed))


def _is_misread(text: str) -> bool:
    """Whether the word `text` seems to contain an operator, although it has none, so that a note is needed. For "ok~1" this
    is True, for "ok~" (running text) it is False."""
    if similar := _SIMILAR.fullmatch(text):
        return bool(similar["edits"]) or (len(similar["base"]) > 1 and has_marks(similar["base"].lower()))
    glued = any(map(_is_pattern, _BETWEEN_SIGNS.split(text)))
    return glued or any(len(part) > LEAST_SIMILAR and _SIMILAR.fullmatch(part) for part in text.split(","))


def _is_pattern(text: str) -> bool:
    return bool(_PATTERN.fullmatch(text)) and not _PRODUCT.fullmatch(text) and not _is_punctuated(text)


def _is_one_word(text: str) -> bool:
    """Whether `text` is a single word that may have a boost: one syllable that has at least two letters, or one letter with
    a diacritic. A single letter such as x may not, because "x^2" is a formula."""
    return len(said(text)) == 1 and text.isalnum() and (sum(map(str.isalpha, text)) > 1 or has_marks(text.lower()))


def _many(text: str, typed: str, notes: list[Note]) -> Token | None:
    """Make the token for a prefix ("ngh*"), a pattern ("ngh*m") or a similar word ("kiễm~"); None for other text. `typed` is
    the word as typed, and `text` is the word without punctuation at its end. Too many edits are reduced, and a note is added
    to `notes`."""
    if _is_pattern(text):
        return Token("wildcard", text, (text.lower(),))
    begun = _PREFIX.fullmatch(typed)
    if begun and len(begun["last"]) >= LEAST_PREFIX and "*" not in begun["lead"]:
        return Token("prefix", typed, (*syllables(begun["lead"]), clean(begun["last"]).lower()))
    similar = _SIMILAR.fullmatch(text)
    if not similar or len(similar["base"]) < LEAST_SIMILAR:
        return None
    edits = int(similar["edits"] or DEFAULT_EDITS)
    if edits > MAX_EDITS:
        notes.append(Note("cut_edits", typed))
    words = said(similar["base"])
    return Token("similar", text, words, most=min(edits, MAX_EDITS)) if edits else Token("word", similar["base"], words)


def _is_punctuated(text: str) -> bool:
    """Whether the question marks within `text` are punctuation ("không?Có", "gì?ai") and not wildcards."""
    words = text.rstrip("*")
    if "*" in words:
        return False
    parts = [part for part in words.split("?") if part]
    capital = any(before[-1].islower() and part[0].isupper() for before, part in pairwise(parts))
    return capital or all(len(part) > 1 and not VOWELS.isdisjoint(fold(part)) for part in parts)


def _boost(typed: str, notes: list[Note]) -> float:
    """Return the boost for `typed`, the digits after the caret: "2" gives 2, and "" gives 1. A boost outside the limits is
    moved to the nearest limit, and a note is added to `notes`."""
    if not typed:
        return 1
    asked = float(typed.replace(",", "."))
    kept = min(max(asked, LEAST_BOOST), MAX_BOOST)
    if kept != asked:
        notes.append(Note("cut_boost", f"^{typed}"))
    return kept


def _distance(typed: str, notes: list[Note]) -> int:
    """Return the distance for `typed`, the operator after a phrase: "~5" and "~>5" give 5, "" gives 0. A distance above
    the limit is reduced to it, and a note is added to `notes`."""
    asked = int(typed.lstrip("~>") or 0)
    if asked > MAX_DISTANCE:
        notes.append(Note("cut_distance", typed))
    return min(asked, MAX_DISTANCE)


def _limited(spoken: Iterable[Token], notes: list[Note], used: int) -> list[Token]:
    kept: list[Token] = []
    brackets: list[bool] = []
    for token in spoken:
        if token.kind == "word":
            kept.append(token)
            continue
        used += token.kind in _COSTLY
        over = token.kind in _COSTLY and used > MAX_OPERATORS
        if over:
            notes.append(Note("cut_operators"))
        if token.kind == "close":
            if brackets and brackets.pop():
                kept.append(token)
        elif token.kind == "open":
            deep = sum(brackets) >= MAX_DEPTH
            if deep and not over:
                notes.append(Note("too_deep"))
            brackets.append(not deep and not over)
            kept.extend([token] * brackets[-1])
        else:
            kept.extend(_weakened(token) if over else [token])
    if brackets:
        notes.append(Note("unclosed_paren"))
    return kept + [Token("close")] * sum(brackets)


def _weakened(token: Token) -> list[Token]:
    """Return what replaces `token`, an operator beyond the limit: its words, if it has any. A minus becomes "skip", so that
    the words after it are left out too."""
    if token.kind == "not":
        return [Token("skip")]
    # A prefix becomes a word, and words are normalised: "hoà*" becomes "hòa".
    words = tuple(word for one in token.said for word in said(one))
    return [Token("word", token.text, words)] if words else []

