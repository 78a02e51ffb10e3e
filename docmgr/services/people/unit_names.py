"""Find the organisational unit that a person means by a name or an abbreviation.

"Tổ Hóa" and "Tổ Họa" are two units, so what is written the same goes first; without diacritics a text is only compared
when nothing else fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from indexer import fold
from legaltext.text import clean_line, place_tones

Key = TypeVar("Key")


def same(text: str) -> str:
    """The form in which two names are the same name: one line, without differences of case and of the place of the tone mark."""
    return place_tones(clean_line(text)).casefold()


class UnitNames(Generic[Key]):
    """Units by what they are called. `called` are triples (name, abbreviation or None, key of the unit)."""

    def __init__(self, called: Iterable[tuple[str, str | None, Key]]) -> None:
        ways: tuple[Callable[[str], str], ...] = (same, fold)
        self._tables: list[tuple[Callable[[str], str], dict[str, set[Key]]]] = []
        held = list(called)
        for way in ways:
            names, short = defaultdict[str, set[Key]](set), defaultdict[str, set[Key]](set)
            for name, abbreviation, key in held:
                names[way(name)].add(key)
                if abbreviation:
                    short[way(abbreviation)].add(key)
            self._tables += [(way, names), (way, short)]

    def meant(self, text: str) -> set[Key]:
        """The keys of the units that the text may mean; empty when there is none. A name goes before an abbreviation."""
        return next((found for way, table in self._tables if (found := table.get(way(text)))), set())
