"""Finds the brackets in a query, which parts of it are excluded, and which parts have an OR next to them. A minus excludes
the whole word after it, not only the first syllable of that word.

`query.lexer` and the tree of conditions decide what the parts mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from indexer.analysis.compounds import is_linked
from indexer.query.lexer import Kind, Token
from indexer.types import Note


@dataclass
class Bracket:
    """A pair of brackets in a query; the whole query counts as one too. `around` is the next bracket outside,
    None for the whole query. `unwanted` is True where a minus excludes this bracket or a bracket around it.
    `parted` is True where an OR is directly in this bracket."""

    around: "Bracket | None" = None
    unwanted: bool = False
    parted: bool = False

    @property
    def in_or(self) -> bool:
        """Whether an OR is directly in this bracket or in a bracket around it."""
        group: Bracket | None = self
        while group is not None and not group.parted:
            group = group.around
        return group is not None


def groups(kinds: Sequence[Kind]) -> list[Bracket]:
    """For each lexeme of a query, the innermost bracket that contains it. `kinds` are the kinds of the
    lexemes ("word", "open", "or" and so on)."""
    held, now = [], Bracket()
    for place, kind in enumerate(kinds):
        if kind == "open":
            now = Bracket(now, now.unwanted or is_excluded(kinds, place))
        elif kind == "close" and now.around is not None:
            now = now.around
        now.parted = now.parted or kind == "or"
        held.append(now)
    return held


def is_excluded(kinds: Sequence[Kind], place: int) -> bool:
    """Whether a minus directly before the lexeme at position `place` excludes it. `kinds` are the kinds of
    all lexemes. A minus beyond the limits (kind "skip") counts too."""
    return place > 0 and kinds[place - 1] in ("not", "skip")


def plain(held: Sequence[Token]) -> tuple[str, str]:
    """Divide the words of a query into (words that must occur, words next to an OR), each as text. `held` are
    the tokens of the query. In "x (b OR c)" the words b and c are next to an OR. Excluded words are in
    neither text."""
    kinds = [token.kind for token in held]
    if kinds.count("word") == len(kinds):  # true for most queries
        return " ".join([token.text for token in held]), ""
    own: list[str] = []
    beside: list[str] = []
    for place, (token, group) in enumerate(zip(held, groups(kinds), strict=True)):
        if token.kind == "word" and not group.unwanted and not is_excluded(kinds, place):
            (beside if group.in_or else own).append(token.text)
    return " ".join(own), " ".join(beside)


def left_out_whole(held: Sequence[Token], notes: list[Note]) -> list[Token]:
    """Replace each word of several syllables after a minus by one phrase, so that the minus excludes the
    whole word. `held` are the tokens of a query. Returns the changed tokens. A note is added to `notes` for
    each such word."""
    if not any([token.kind == "not" for token in held]):
        return list(held)
    kept: list[Token] = []
    place = 0
    while place < len(held):
        whole = _word(held, place) if kept and kept[-1].kind == "not" else held[place].said
        if len(whole) > len(held[place].said):
            notes.append(Note("whole_word_left_out", " ".join(whole), whole[0]))
            kept.append(Token("phrase", " ".join(whole), whole))
            place += len(whole)
        else:
            kept.append(held[place])
            place += 1
    return kept


def _word(held: Sequence[Token], place: int) -> tuple[str, ...]:
    """Return the syllables of the word that begins at the token number `place` of `held`, as
    `analysis.compounds` links them. Returns () where that token is not a single syllable."""
    single = takewhile(lambda token: token.kind == "word" and len(token.said) == 1, held[place:])
    syllables = [token.said[0] for token in single]
    linked = list(takewhile(lambda at: is_linked(syllables[at - 1], syllables[at]), range(1, len(syllables))))
    return tuple(syllables[: len(linked) + 1])
