"""Finds the brackets in a query, which parts of it are excluded, and which parts have an OR next to them.

`query.lexer` and the tree of conditions decide what the parts mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.query.lexer import Kind, Token


@dataclass
class Bracket:
    """A pair of brackets in a query; the whole query counts as one too. `around` is the bracket that contains
    this one, None for the whole query. `unwanted` is True where a minus excludes the bracket, and `parted`
    where an OR is directly in it."""

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
    all lexemes. A minus beyond the limit of operators, which has the kind "skip", excludes too."""
    return place > 0 and kinds[place - 1] in ("not", "skip")


def plain(held: Sequence[Token]) -> tuple[str, str]:
    """Divide the words of a query into (the words that must occur, the words next to an OR), each as text
    with single spaces. `held` are the tokens of the query. A word is next to an OR if an OR is directly in
    the same bracket, or in a bracket around that. Excluded words are in neither text."""
    kinds = [token.kind for token in held]
    if kinds.count("word") == len(kinds):  # true for most queries
        return " ".join([token.text for token in held]), ""
    own: list[str] = []
    beside: list[str] = []
    for place, (token, group) in enumerate(zip(held, groups(kinds), strict=True)):
        if token.kind == "word" and not group.unwanted and not is_excluded(kinds, place):
            (beside if group.in_or else own).append(token.text)
    return " ".join(own), " ".join(beside)
