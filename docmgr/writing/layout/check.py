"""Check one document against all rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docmgr.writing.layout import roles, sheet
from docmgr.writing.layout.body_rules import RULES
from docmgr.writing.layout.rules import LayoutRule
from docmgr.writing.layout.sheet import LaidSheet

# So many places of one rule are listed; a document that breaks it everywhere has thousands.
MOST_PLACES = 20
# So many letters of each text are kept: what a file says itself, as the name of a font, may be of any length.
MOST_LETTERS = 100
# Why another kind of file is not checked; the other reasons are those of reading.
NOT_DOCX = "not_docx"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One place that deviates. `paragraph` is the number of the paragraph among those with words, from 1; None for the page as a whole.
    `where` says the place in Vietnamese."""

    where: str
    paragraph: int | None
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule with the first MOST_PLACES places that deviate from it; `total` counts all."""

    rule: LayoutRule
    total: int
    places: tuple[Deviation, ...]


def check(document: Any, rules: Sequence[LayoutRule] = RULES) -> list[BrokenRule]:
    """Check an opened document of python-docx. The broken rules come in the order of `rules`."""
    return check_laid(laid_out(document), rules)


def laid_out(document: Any) -> LaidSheet:
    """Read an opened document of python-docx, and give its lines their roles."""
    laid = sheet.read(document)
    roles.assign(laid)
    return laid


def check_laid(laid: LaidSheet, rules: Sequence[LayoutRule] = RULES) -> list[BrokenRule]:
    """Check a document whose lines have their roles. The broken rules come in the order of `rules`."""
    every = (_broken(laid, rule) for rule in rules)
    return [one for one in every if one.total]


def _broken(laid: LaidSheet, rule: LayoutRule) -> BrokenRule:
    total, places = 0, list[Deviation]()
    for one in rule.check(laid):
        total += 1
        if len(places) < MOST_PLACES:
            paragraph = one.line.paragraph if one.line is not None else None
            places.append(Deviation(_cut(one.where), paragraph, _cut(one.expected), _cut(one.found)))
    return BrokenRule(rule, total, tuple(places))


def _cut(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else words[: MOST_LETTERS - 1] + "…"
