"""Applies a minus to the whole word after it, not only to the first syllable of that word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from indexer.analysis.compounds import is_linked
from indexer.query.lexer import Token
from indexer.types import Note


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
