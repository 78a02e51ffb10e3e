"""Parses the typed text of a query into words, conditions, filters, dates and a document number. No text
makes it raise an error.

This module decides which words are used for ranking and which conditions must be met. `query.lexer` cuts the
text and applies the limits, and `query.fields` reads the named fields. Notes say what was left out or not
understood.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from indexer.analysis import everyday
from indexer.analysis.input_methods import unconverted
from indexer.query import fields, grammar, lexer, questions, short_locators, tree
from indexer.query.brackets import left_out_whole, plain
from indexer.query.fields import Conditions
from indexer.query.lexer import MAX_CHARACTERS, Cost, Lexeme, Token
from indexer.query.numbers import parse_number_query
from indexer.query.query import Query
from indexer.query.tree import AnyOf, Near, Node, Word, joined
from indexer.types import Note, NumberQuery
from legaltext import figures
from legaltext.abbreviations import BUILT_IN, Alternative, stretches
from legaltext.text import clean, has_marks
from legaltext.thesaurus import Thesaurus

# A composed character may be typed as up to this many characters.
_MOST_APART = 4
# Up to this many words, other forms of figures are searched for. In a long query they would count more than its words.
_FEW_WORDS = 8
_QUOTED = re.compile(r'("[^"]*")')


def parse(
    text: str, abbreviations: Mapping[str, tuple[str, ...]] | None = None, thesaurus: Thesaurus | None = None
) -> Query:  # fmt: skip
    """Parse `text`, a query as a person typed it. Whatever exceeds the limits or has no meaning is left out,
    and a note is added to the result. `abbreviations` maps printed abbreviations to full names; None means
    the built-in table. `thesaurus` finds the law words for everyday words; None means the delivered one."""
    notes: list[Note] = []
    sound = _sound(text, notes)
    typed = unconverted(sound)
    said = _with_digits(typed.text if typed else sound)
    found, asked, spent = _taken(lexer.pieces(said, notes), notes)
    held = left_out_whole(_unquoted(lexer.tokens(found, notes, spent)), notes)
    marked = _marked(held)
    if not marked:
        held = short_locators.spelled(held, asked.number is not None)
    held, question = questions.marked(held)
    sides = grammar.alternatives(deque(held), notes)
    nodes = sides[0] if len(sides) == 1 else (AnyOf(tuple(map(joined, sides))),) if sides else ()
    demands = tuple(_unnested(node, notes) for node in nodes if not isinstance(node, Word))
    ranking, number = tree.runs(nodes), asked.number or _number(held, demands, notes)
    searched = questions.without_asking(ranking)
    runs, spoken = tree.texts(searched), tree.texts(ranking)
    table = everyday.delivered_thesaurus() if thesaurus is None else thesaurus
    boosted = any(word.boost != 1 for run in searched for word in run)
    filtered = bool(asked.filters or asked.since or asked.until)
    if text.strip() and not nodes and number is None and not filtered:
        notes.append(Note("nothing_asked"))
    return Query(
        runs=runs,
        boosts=tuple(tuple(word.boost for word in run) for run in searched) if boosted else (),
        spoken=spoken if spoken != runs else (),
        question=question,
        strict=joined(demands) if demands else None,
        free=tuple(dict.fromkeys(node.text for node in nodes if isinstance(node, Word) and not node.asking)),
        filters=MappingProxyType(asked.filters),
        named=asked.named,
        since=asked.since,
        until=asked.until,
        at=asked.at,
        number=number,
        numbered=asked.number is not None,
        marked=marked,
        blank=not text.strip() or (filtered and not nodes and number is None),
        notes=tuple(dict.fromkeys(notes)),
        alternatives=_alternatives(runs, abbreviations, number is not None),
        expansions=() if table.is_law(runs) else table.expansions(tree.plain_runs(nodes)),
        typed=typed,
        text=" ".join(said.split()),
    )


def _alternatives(
    runs: tuple[tuple[str, ...], ...], abbreviations: Mapping[str, tuple[str, ...]] | None, numbered: bool
) -> tuple[Alternative, ...]:
    """Find the other names of words in `runs`, and the other forms of figures. A query with a document number (`numbered`) has
    only names."""
    names = stretches(runs, BUILT_IN if abbreviations is None else abbreviations)
    few = not numbered and sum(map(len, runs)) <= _FEW_WORDS
    return (*names, *(figures.alternatives(runs) if few else ()))


def _with_digits(text: str) -> str:
    """Replace letters that were typed for digits ("2O20") in `text`, but not in quotes."""
    return "".join(part if part.startswith('"') else figures.with_digits(part) for part in _QUOTED.split(text))


def understood_text(text: str) -> str:
    """Return `text`, a query as a person typed it, with keystrokes of Telex or VNI converted to words."""
    sound = _sound(text, [])
    typed = unconverted(sound)
    return typed.text if typed else sound


def _taken(found: list[Lexeme], notes: list[Note]) -> tuple[list[Lexeme], Conditions, Cost]:
    """Take the fields out of `found`, the lexemes of a query. Returns (the other lexemes, the conditions
    that the fields set, what the fields use up of the limits). Fields beyond the limits stay among the other
    lexemes."""
    if not any(":" in piece.text for piece in found):
        return found, Conditions(), Cost()
    end = lexer.within(found)
    rest, asked = fields.take(found[:end], notes)
    typed, left = lexer.cost(found[:end]), lexer.cost(rest)
    return rest + found[end:], asked, Cost(typed.operators - left.operators, typed.syllables - left.syllables)


def _unnested(node: Node, notes: list[Note]) -> Node:
    """Drop the demand for the typed order from all conditions inside `node`, and return `node` so changed. A
    note is added to `notes` for a change. The order that `node` itself demands is kept."""
    kept = node if isinstance(node, Near) else tree.in_any_order(node)
    if kept != node:
        notes.append(Note("stray_order"))
    return kept


def _number(held: list[Token], demands: tuple[Node, ...], notes: list[Note]) -> NumberQuery | None:
    """Find the document number in a query; None where there is none. `held` are its tokens, and `demands`
    are its conditions. A number next to an OR counts only as words, and a note is added to `notes`."""
    alone, beside_or = plain(held)
    if found := parse_number_query(alone, perhaps=True):
        return found
    found = parse_number_query(beside_or)
    # An OR without its other side was left out.
    if found and any(isinstance(node, AnyOf) for node in demands):
        if not found.perhaps:
            notes.append(Note("number_in_or", found.said))
        return None
    return found


def _sound(text: str, notes: list[Note]) -> str:
    """Return `text` as `legaltext.text.clean` returns it, without invalid characters and cut after
    MAX_CHARACTERS characters. A note is added to `notes` if it was cut."""
    typed = text[: MAX_CHARACTERS * _MOST_APART]
    cleaned = clean(typed.encode("utf-8", "ignore").decode())
    if len(cleaned) > MAX_CHARACTERS or len(typed) < len(text):
        notes.append(Note("cut_characters"))
    return cleaned[:MAX_CHARACTERS]


def _unquoted(held: list[Token]) -> list[Token]:
    """Return the tokens `held` without quotes if the query is nothing but a quoted document number, such as
    "30/2020/NĐ-CP". Otherwise `held` is returned unchanged."""
    asked = [token for token in held if token.kind != "field"]
    if len(asked) == 1 and asked[0].kind == "phrase" and not asked[0].most and "/" in asked[0].text:
        number = parse_number_query(asked[0].text)
        if number and number.symbol and not number.rest:
            return [Token("word", asked[0].text, asked[0].said)]
    return held


def _marked(held: Iterable[Token]) -> bool:
    return any(has_marks(word) for token in held for word in token.said)
