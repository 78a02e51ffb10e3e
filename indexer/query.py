"""What a person typed, understood: words, exact phrases, exclusions, a document number. Never an error.

Decides the small language of the search box and its limits; ranking decides what the words are worth.
"""

import re
from dataclasses import dataclass

from indexer.numbers import NumberQuery, parse_number_query
from indexer.text import clean, has_marks, syllables

MAX_CHARACTERS, MAX_SYLLABLES, MAX_OPERATORS = 512, 128, 32

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "＂": '"'})
_PIECE = re.compile(
    r'(?P<not>(?<!\S)-)?"(?P<phrase>[^"]*)"'
    r"|(?<!\S)-(?P<without>[^\s\"-][^\s\"]*)"
    r"|(?P<word>[^\s\"]+)"
)


@dataclass(frozen=True)
class Query:
    """A parsed question. `runs` are stretches of neighbouring syllables, phrases among them; all in lower
    case.

    `marked` tells whether any syllable carries a diacritic; without one the folded fields answer.
    """

    runs: tuple[tuple[str, ...], ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    number: NumberQuery | None = None
    marked: bool = False
    blank: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """The distinct syllables asked for, in order."""
        return tuple(dict.fromkeys(word for run in self.runs for word in run))


def parse(text: str) -> Query:
    """Understand a question; what goes beyond the limits is left out, what makes no sense matches nothing."""
    sound = text[:MAX_CHARACTERS].encode("utf-8", "ignore").decode()
    cleaned = clean(sound).translate(_QUOTES)
    runs: list[list[str]] = [[]]
    phrases: list[tuple[str, ...]] = []
    excluded: list[tuple[str, ...]] = []
    left, operators = MAX_SYLLABLES, 0
    for found in _PIECE.finditer(cleaned):
        quoted, without = found["phrase"] is not None, found["without"] or ""
        said = tuple(syllables(found["phrase"] or without or found["word"] or ""))[:left]
        left -= len(said)
        operators += quoted or bool(without)
        is_operator = (quoted or bool(without)) and operators <= MAX_OPERATORS
        if not said:
            continue
        if is_operator and (found["not"] or without):
            excluded.append(said)
        elif is_operator:
            phrases.append(said)
            runs.extend([list(said), []])
        else:
            runs[-1].extend(said)
    kept = tuple(tuple(run) for run in runs if run)
    number = None if phrases or excluded else parse_number_query(cleaned)
    marked = any(has_marks(word) for run in (*kept, *excluded) for word in run)
    return Query(kept, tuple(phrases), tuple(excluded), number, marked, not text.strip())
