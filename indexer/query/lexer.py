"""The grammar of the search box: pieces of what was typed, and the tree of conditions that they make.

Decides what an operator is, what is left of one that stands wrongly or beyond the limits, and the shape of
the tree. Leaves the named fields to `fields`, and what matches to `boolean`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from indexer.types import Note
from legaltext.text import clean, fold, said, syllables

# The limits of a question: what goes beyond them is left out and noted. As composed characters: a letter of Vietnamese
# typed apart may be three.
MAX_CHARACTERS = 512
# As typed: syllables of an operator's own words count, forms made from them do not.
MAX_SYLLABLES = 128
# Operators, prefixes and quoted phrases together.
MAX_OPERATORS = 32
MAX_DEPTH = 8
LEAST_PREFIX = 2

QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "＂": '"', "：": ":"})
_PIECE = re.compile(
    r'"(?P<phrase>[^"]*)"'
    r'|(?P<quote>")'
    r"|(?P<open>\()"
    r"|(?P<close>\))"
    r"|(?P<not>(?<![^\s(])-(?=[^\s)-]))"
    r'|(?P<word>[^\s"()]+)'
)
# Most questions have no sign, and are cut at blanks only.
_SIGNED = re.compile("[" + "".join(map(chr, QUOTES)) + r""""()]|(?<!\S)-(?=[^\s)-])""")
_PREFIX = re.compile(r"(?P<lead>.*?)(?P<last>[^\W_]+)\*")
# "a) …", "12) …": items of a list, whose bracket was never opened.
_ITEM = re.compile(r"(?<!\S)\w{1,2}\Z")
# "field" holds the place of one that was taken out, so that no side or bracket seems empty.
Kind = Literal["word", "phrase", "quote", "open", "close", "not", "or", "prefix", "skip", "field"]
_COSTLY = frozenset({"phrase", "prefix", "or", "not", "open"})


class Lexeme(NamedTuple):
    """A stretch of what was typed: a word with its punctuation, a phrase, or a sign."""

    kind: Kind
    text: str = ""


class Token(NamedTuple):
    """A piece with its syllables; of a prefix the last one is the beginning that was typed."""

    kind: Kind
    text: str = ""
    said: tuple[str, ...] = ()


def pieces(cleaned: str, notes: list[Note]) -> list[Lexeme]:
    """What was typed (in clean text), cut at blanks, quotes and brackets; a quote without its end is no piece."""
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
            found.append(Lexeme(kind, match[kind]))
    return found


def _words(typed: Iterable[str], notes: list[Note]) -> list[Lexeme]:
    found: list[Lexeme] = []
    for word in typed:
        found += _operator(word, notes) if word.isupper() else (Lexeme("word", word),)
    return found


def _operator(word: str, notes: list[Note]) -> list[Lexeme]:
    """A word in capitals that is an operator, here or in other languages of this kind; any other word as it is."""
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
    """What pieces use up of the limits; a beginning counts as no operator before its star is read."""

    operators: int = 0
    syllables: int = 0


def cost(found: Iterable[Lexeme]) -> Cost:
    """The signs and quoted phrases of pieces, and their syllables."""
    each = list(map(_cost, found))
    return Cost(sum(one.operators for one in each), sum(one.syllables for one in each))


def _cost(piece: Lexeme) -> Cost:
    return Cost(piece.kind in _COSTLY, len(said(piece.text)) if piece.kind in ("word", "phrase") else 0)


def within(found: Sequence[Lexeme]) -> int:
    """How many pieces are within the limits, the name of a field whose value is not left outside with it."""
    operators = spoken = 0
    for place, piece in enumerate(found):
        own = _cost(piece)
        operators, spoken = operators + own.operators, spoken + own.syllables
        if operators > MAX_OPERATORS or spoken > MAX_SYLLABLES:
            return place - (place > 0 and found[place - 1].text.endswith(":"))
    return len(found)


def tokens(found: Iterable[Lexeme], notes: list[Note], spent: Cost) -> list[Token]:
    """Pieces as tokens, as many syllables and operators as are allowed beside those spent, every bracket closed."""
    return _limited(_spoken(found, notes, MAX_SYLLABLES - spent.syllables), notes, spent.operators)


def _spoken(found: Iterable[Lexeme], notes: list[Note], left: int) -> Iterator[Token]:
    for piece in _starred(found, notes):
        token = _token(piece, notes)
        if len(token.said) > left:
            notes.append(Note("cut_syllables"))
            token = Token("phrase" if token.kind == "phrase" else "word", token.text, token.said[:left])
        left -= len(token.said)
        # One without syllables holds its place: what excludes it must not exclude the next word.
        yield token


def _starred(found: Iterable[Lexeme], notes: list[Note]) -> Iterator[Lexeme]:
    """The pieces; a phrase with a star as its words in brackets, for no beginning can stand in a phrase."""
    for piece in found:
        if piece.kind != "phrase" or "*" not in piece.text:
            yield piece
            continue
        notes.append(Note("star_in_phrase", piece.text))
        yield Lexeme("open")
        yield from (Lexeme("word", word) for word in piece.text.split())
        yield Lexeme("close")


def _token(piece: Lexeme, notes: list[Note]) -> Token:
    if piece.kind == "word" and "*" not in piece.text:
        return Token("word", piece.text, said(piece.text))
    if piece.kind not in ("word", "phrase"):
        return Token(piece.kind, piece.text)
    begun = _PREFIX.fullmatch(piece.text) if piece.kind == "word" else None
    if begun and len(begun["last"]) >= LEAST_PREFIX and "*" not in begun["lead"]:
        return Token("prefix", piece.text, (*syllables(begun["lead"]), clean(begun["last"]).lower()))
    if "*" in piece.text:
        notes.append(Note("short_prefix" if begun else "stray_star", piece.text))
    words = said(piece.text)
    if piece.kind == "phrase" and not words:
        notes.append(Note("stray_sign", f'"{piece.text}"'))
    return Token(piece.kind, piece.text, words)


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
    """What is left of an operator beyond the limit: its words; of an exclusion nothing, the words after it
    included."""
    if token.kind == "not":
        return [Token("skip")]
    # A beginning becomes a word, which has the spelling of words: "hoà*" is "hòa".
    words = tuple(word for one in token.said for word in said(one))
    return [Token("word", token.text, words)] if words else []

