"""Check one document against all rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docmgr.writing.layout import roles, sheet
from docmgr.writing.layout.body_rules import RULES
from docmgr.writing.layout.rules import LayoutRule

# So many places of one rule are listed; a document that breaks it everywhere has thousands.
MOST_PLACES = 20
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
    laid = sheet.read(document)
    roles.assign(laid)
    broken = []
    for rule in rules:
        found = [
            Deviation(one.where, one.line.paragraph if one.line is not None else None, one.expected, one.found) for one in rule.check(laid)
        ]
        if found:
            broken.append(BrokenRule(rule, len(found), tuple(found[:MOST_PLACES])))
    return broken
