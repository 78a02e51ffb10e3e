"""Suggest other queries when nothing was found, such as the query without one of its words or without diacritics. Every
suggestion changes the query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from indexer import Lexeme, syllables
from indexer import parts as question_parts

MOST = 6


@dataclass(frozen=True)
class WayOn:
    """One suggestion. `label` is its text, and `address` the address of the search that it proposes."""

    label: str
    address: str


Address = Callable[[str], str]


def less(
    parts: Sequence[question_parts.QueryPart],
    fields: Sequence[question_parts.QueryPart],
    missing: frozenset[str],
    address: Address,
) -> list[WayOn]:
    """Suggest shorter queries. Each leaves out one condition, word or phrase of the query. If some words occur in no
    document, only conditions and parts with such words are left out. Otherwise the first MOST words and phrases are
    tried. The last suggestion leaves out all conditions, if there are several.

    `parts` are all parts of the query, and `fields` the conditions among them that have an effect. `missing` are the
    syllables that occur in no document. `address` gives the address of the search for a query.
    """
    others = question_parts.required(parts)
    lacking = [part for part in others if not part.excludes and missing & {*syllables(part.text)}]
    ways = []
    for part in [*fields, *(lacking or others[:MOST])]:
        label, kept = _cut(part, missing) or (_called(part), [])
        rest = [new for one in parts for new in (kept if one == part else [one])]
        if _asks(rest):
            ways.append(WayOn(label, address(question_parts.joined(rest))))
    words = [part for part in parts if part.kind != "field"]
    if len(fields) > 1 and _asks(words):
        ways.append(WayOn(gettext("Chỉ tìm từ, bỏ các mục"), address(question_parts.joined(words))))
    return ways


def _asks(parts: Sequence[question_parts.QueryPart]) -> bool:
    return any(part.kind not in ("field", "or") for part in parts) or bool(question_parts.in_force(parts))


def _called(part: question_parts.QueryPart) -> str:
    if part.kind == "word":
        return gettext("Bỏ từ “%(word)s”", word=part.shown)
    if part.kind == "phrase":
        return gettext("Bỏ cụm từ “%(words)s”", words=part.pieces[0].text)
    return gettext("Bỏ điều kiện “%(condition)s”", condition=part.shown)


def _cut(part: question_parts.QueryPart, missing: frozenset[str]) -> tuple[str, list[question_parts.QueryPart]] | None:
    """Shorten a phrase by the words at its beginning or end that occur in no document. Returns (text of the suggestion,
    the shorter phrase), or None when this is not possible. `missing` are the syllables that occur in no document."""
    if part.kind != "phrase":
        return None
    words = part.pieces[0].text.split()
    there = [place for place, word in enumerate(words) if not missing & {*syllables(word)}]
    if not there or there != list(range(there[0], there[-1] + 1)) or len(there) == len(words):
        return None
    shorter = Lexeme("phrase", " ".join(words[there[0] : there[-1] + 1]), part.pieces[0].glued)
    kept = question_parts.QueryPart("phrase", (shorter,))
    gone = " ".join([*words[: there[0]], *words[there[-1] + 1 :]])
    return gettext("Bỏ từ “%(word)s”", word=gone), [kept]


def looser(parts: Sequence[question_parts.QueryPart], address: Address) -> Iterator[WayOn]:
    """Yield up to two suggestions: search for the single words of phrases, and search without diacritics. A suggestion
    that would not change the query is left out. `parts` are the parts of the query. `address` gives the address of the
    search for a query."""
    loosened = question_parts.loosened(parts)
    if loosened != list(parts):
        yield WayOn(gettext("Tìm từng từ, không theo cụm"), address(question_parts.joined(loosened)))
    if question_parts.has_marks(parts):
        yield WayOn(gettext("Tìm không dấu"), address(question_parts.joined(question_parts.bare(parts))))
