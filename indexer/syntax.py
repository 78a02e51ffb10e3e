"""The grammar of the search box: pieces of what was typed, and the tree of conditions that they make.

Decides what an operator is, what is left of one that stands wrongly or beyond the limits, and the shape of
the tree. Leaves the named fields to `conditions`, and what matches to `boolean`.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from indexer.text import clean, fold, said, syllables

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


@dataclass(frozen=True)
class Note:
    """Something that was not understood, left out or not there: a code, the words that it is about, and what they were
    looked for in."""

    code: str
    text: str = ""
    within: str = ""


@dataclass(frozen=True)
class Word:
    """A syllable that must occur."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Syllables that must stand side by side."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Prefix:
    """A syllable that begins so must occur."""

    text: str


@dataclass(frozen=True)
class All:
    """Every one of these must hold."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of these must hold."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class Without:
    """This must not hold."""

    node: "Node"


Node = Word | Phrase | Prefix | All | AnyOf | Without


class Piece(NamedTuple):
    """A stretch of what was typed: a word with its punctuation, a phrase, or a sign."""

    kind: Kind
    text: str = ""


class Token(NamedTuple):
    """A piece with its syllables; of a prefix the last one is the beginning that was typed."""

    kind: Kind
    text: str = ""
    said: tuple[str, ...] = ()


def pieces(cleaned: str, notes: list[Note]) -> list[Piece]:
    """What was typed (in clean text), cut at blanks, quotes and brackets; a quote without its end is no piece."""
    if not _SIGNED.search(cleaned):
        return _words(cleaned.split(), notes)
    found: list[Piece] = []
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
            found.append(Piece(kind, match[kind]))
    return found


def _words(typed: Iterable[str], notes: list[Note]) -> list[Piece]:
    found: list[Piece] = []
    for word in typed:
        found += _operator(word, notes) if word.isupper() else (Piece("word", word),)
    return found


def _operator(word: str, notes: list[Note]) -> list[Piece]:
    """A word in capitals that is an operator, here or in other languages of this kind; any other word as it is."""
    if fold(word) in ("or", "hoac"):
        return [Piece("or", word)]
    if word == "AND":
        notes.append(Note("implied_and"))
        return []
    if word == "NOT":
        notes.append(Note("not_in_words"))
        return [Piece("not", word)]
    return [Piece("word", word)]


class Cost(NamedTuple):
    """What pieces use up of the limits; a beginning counts as no operator before its star is read."""

    operators: int = 0
    syllables: int = 0


def cost(found: Iterable[Piece]) -> Cost:
    """The signs and quoted phrases of pieces, and their syllables."""
    each = list(map(_cost, found))
    return Cost(sum(one.operators for one in each), sum(one.syllables for one in each))


def _cost(piece: Piece) -> Cost:
    return Cost(piece.kind in _COSTLY, len(said(piece.text)) if piece.kind in ("word", "phrase") else 0)


def within(found: Sequence[Piece]) -> int:
    """How many pieces are within the limits, the name of a field whose value is not left outside with it."""
    operators = spoken = 0
    for place, piece in enumerate(found):
        own = _cost(piece)
        operators, spoken = operators + own.operators, spoken + own.syllables
        if operators > MAX_OPERATORS or spoken > MAX_SYLLABLES:
            return place - (place > 0 and found[place - 1].text.endswith(":"))
    return len(found)


def tokens(found: Iterable[Piece], notes: list[Note], spent: Cost) -> list[Token]:
    """Pieces as tokens, as many syllables and operators as are allowed beside those spent, every bracket closed."""
    return _limited(_spoken(found, notes, MAX_SYLLABLES - spent.syllables), notes, spent.operators)


def _spoken(found: Iterable[Piece], notes: list[Note], left: int) -> Iterator[Token]:
    for piece in _starred(found, notes):
        token = _token(piece, notes)
        if len(token.said) > left:
            notes.append(Note("cut_syllables"))
            token = Token("phrase" if token.kind == "phrase" else "word", token.text, token.said[:left])
        left -= len(token.said)
        # One without syllables holds its place: what excludes it must not exclude the next word.
        yield token


def _starred(found: Iterable[Piece], notes: list[Note]) -> Iterator[Piece]:
    """The pieces; a phrase with a star as its words in brackets, for no beginning can stand in a phrase."""
    for piece in found:
        if piece.kind != "phrase" or "*" not in piece.text:
            yield piece
            continue
        notes.append(Note("star_in_phrase", piece.text))
        yield Piece("open")
        yield from (Piece("word", word) for word in piece.text.split())
        yield Piece("close")


def _token(piece: Piece, notes: list[Note]) -> Token:
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


def alternatives(held: deque[Token], notes: list[Note]) -> list[tuple[Node, ...]]:
    """The sides of OR up to the closing bracket, each with what must hold in it; the tokens are used up."""
    sides: list[list[Node]] = [[]]
    fields: set[int] = set()
    while held:
        token = held.popleft()
        if token.kind == "word":
            sides[-1].extend(map(_word, token.said))
        elif token.kind == "close":
            break
        elif token.kind == "or":
            sides.append([])
        elif token.kind == "field":
            fields.add(len(sides) - 1)
        else:
            sides[-1].extend(_nodes(token, held, notes))
    kept = [tuple(side) for side in sides if side]
    if len(sides) > 1 and not all(side or place in fields for place, side in enumerate(sides)):
        notes.append(Note("stray_or"))
    return kept


def _nodes(token: Token, held: deque[Token], notes: list[Note]) -> tuple[Node, ...]:
    if token.kind == "phrase":
        return (Phrase(token.said),) if token.said else ()
    if token.kind == "prefix":
        return (*map(Word, token.said[:-1]), prefix(token.said[-1]))
    if token.kind == "open":
        sides = alternatives(held, notes)
        return sides[0] if len(sides) == 1 else (AnyOf(tuple(map(joined, sides))),) if sides else ()
    if token.kind in ("not", "skip"):
        unwanted = _operand(held, notes)
        return (Without(unwanted),) if unwanted and token.kind == "not" else ()
    return tuple(map(_word, token.said))


_word = lru_cache(maxsize=4096)(Word)


def prefix(begun: str) -> Node:
    """A beginning as typed and in the index' spelling: "hoà" may grow into "hoàn", "hòa" cannot."""
    spelled = dict.fromkeys((begun, *syllables(begun)))
    return AnyOf(tuple(map(Prefix, spelled))) if len(spelled) > 1 else Prefix(begun)


def _operand(held: deque[Token], notes: list[Note]) -> Node | None:
    if not held or held[0].kind in ("close", "or"):
        return None
    token = held.popleft()
    if token.kind == "word" and len(token.said) > 1:
        return Phrase(token.said)
    found = _nodes(token, held, notes)
    return joined(found) if found else None


def joined(nodes: Sequence[Node]) -> Node:
    """One node that holds where all of these (at least one) do."""
    return nodes[0] if len(nodes) == 1 else All(tuple(nodes))


def runs(nodes: Iterable[Node]) -> list[tuple[str, ...]]:
    """The stretches of neighbouring syllables in a tree, without those that must not or only may begin so."""
    found: list[list[str]] = [[]]
    for node in nodes:
        if isinstance(node, Word):
            found[-1].append(node.text)
        elif not isinstance(node, Without):
            found += [*map(list, _inner_runs(node)), []]
    return [tuple(run) for run in found if run]


def _inner_runs(node: Node) -> list[tuple[str, ...]]:
    if isinstance(node, Phrase):
        return [node.words]
    if isinstance(node, All):
        return runs(node.nodes)
    if isinstance(node, AnyOf):
        return [run for side in node.nodes for run in runs([side])]
    return []
