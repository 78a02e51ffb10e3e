"""Finds in the tokens of a query the words that only ask, and what the query asks for.

`analysis.question_words` knows the words. This module decides where they are looked for: among words outside of quotes,
brackets and exclusions, sentence by sentence.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from indexer.analysis import question_words
from indexer.analysis.question_words import Question
from indexer.query.lexer import Token
from indexer.query.tree import Word

# Kinds of questions that say nothing about the answer. Another sentence of the query may say more.
_VAGUE = ("", "manner", "yes_no")
# Abbreviations that are written like a word that only asks.
_NAMES = frozenset(("AI",))


def marked(held: Sequence[Token]) -> tuple[list[Token], Question]:
    """Mark the syllables that only ask in `held`, the tokens of a query. Returns (the tokens, what the query asks for).

    Nothing is marked in a query with OR, nor in a query that would have nothing else to search for. A word with a plus
    before it ("+ai") stays what it is, and so does "AI" in capitals."""
    made, found = list(held), list[Question]()
    if any(token.kind == "or" for token in held):
        return made, Question()
    lower = any(token.text != token.text.upper() for token in held)
    for places in _sentences(held):
        own = [held[place] for place in places]
        literal = [_is_literal(token, lower) for token in own for _ in token.said]
        asking = question_words.find([word for token in own for word in token.said], literal)
        if not any(asking.mask):
            continue
        found.append(asking.question)
        left = iter(asking.mask)
        for place, token in zip(places, own, strict=True):
            made[place] = token._replace(asking=tuple(next(left) for _ in token.said))
    if not found or not any(_searches(token) for token in made):
        return list(held), Question()
    question = next((one for one in found if one.kind not in _VAGUE), found[0])
    quoted = [token.said for token in held if token.kind == "phrase"]
    if question.kind == "definition" and not question.subject and len(quoted) == 1:
        question = Question(question.kind, quoted[0])
    return made, question


def without_asking(runs: Iterable[Sequence[Word]]) -> list[tuple[Word, ...]]:
    """Cut `runs`, stretches of neighbouring words, at words that only ask, and leave these out."""
    return [tuple(kept) for run in runs for asking, kept in groupby(run, lambda word: word.asking) if not asking]


def _sentences(held: Sequence[Token]) -> Iterator[list[int]]:
    """Yield the positions of the words of each sentence in `held`. Words in brackets and excluded words are left out."""
    depth, places = 0, list[int]()
    for place, token in enumerate(held):
        depth += (token.kind == "open") - (token.kind == "close")
        excluded = place > 0 and held[place - 1].kind in ("not", "skip")
        plain = token.kind == "word" and token.boost == 1 and not depth and not excluded
        if plain:
            places.append(place)
        if places and (not plain or token.text.endswith("?")):
            yield places
            places = []
    if places:
        yield places


def _is_literal(token: Token, lower: bool) -> bool:
    """Whether `token` is a word that its writer meant as it is. `lower` says whether the query has small letters."""
    return token.text.startswith("+") or (lower and token.text in _NAMES)


def _searches(token: Token) -> bool:
    """Whether `token` contains anything to search for."""
    if token.kind == "word":
        return bool(token.said) and not (token.asking and all(token.asking))
    return token.kind not in ("field", "close")
