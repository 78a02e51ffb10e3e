"""The brackets of a question: which of what was typed is excluded, or stands beside OR.

Decides nothing about what the pieces mean; `lexer` makes them, and the tree of conditions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.query.lexer import Kind, Token


@dataclass
class Bracket:
    """A bracket, or the whole question: what it stands in, whether it is excluded, whether OR parts it."""

    around: "Bracket | None" = None
    unwanted: bool = False
    parted: bool = False

    @property
    def in_or(self) -> bool:
        """Whether OR parts it or one around it."""
        group: Bracket | None = self
        while group is not None and not group.parted:
            group = group.around
        return group is not None


def groups(kinds: Sequence[Kind]) -> list[Bracket]:
    """The group in which each piece of such a kind stands."""
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
    """Whether the piece at a place itself must not be there, or fell with a minus beyond the limit."""
    return place > 0 and kinds[place - 1] in ("not", "skip")


def plain(held: Sequence[Token]) -> tuple[str, str]:
    """(the words asked for in any case, as typed; those that stand beside OR), without excluded ones."""
    kinds = [token.kind for token in held]
    if kinds.count("word") == len(kinds):  # most questions
        return " ".join([token.text for token in held]), ""
    own: list[str] = []
    beside: list[str] = []
    for place, (token, group) in enumerate(zip(held, groups(kinds), strict=True)):
        if token.kind == "word" and not group.unwanted and not is_excluded(kinds, place):
            (beside if group.in_or else own).append(token.text)
    return " ".join(own), " ".join(beside)
