"""Work out which provisions of a text a reference in it means, from the place where the reference stands."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from docmgr.reading.citations.attached import Extent, is_named, own_standards
from docmgr.reading.citations.numbers import standard_key
from docmgr.reading.citations.pointing import Pointing, Target
from docmgr.reading.citations.units import LONGEST_RANGE, THIS, step_spellings
from legaltext.anchors import inside, is_inside

_PARTS = ("phu_luc", "kem_theo")
_KIND = {
    "điểm": "diem",
    "khoản": "khoan",
    "điều": "dieu",
    "tiểu mục": "tieu_muc",
    "mục": "muc",
    "chương": "chuong",
}
_KIND |= {"phần": "phan", "mẫu": "phu_luc", "phụ lục": "phu_luc"}
# How many provisions with the same last component of their anchors are looked through.
MOST_ALIKE = 100
Steps = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CitingPlace:
    """Where a reference stands. `path` are the provisions around it, the innermost first; empty for a text
    without provisions. `parts` are the anchors of the attached parts among them, the innermost first."""

    path: tuple[Extent, ...]
    parts: tuple[str, ...]

    def nearest(self, kind: str) -> str | None:
        """The anchor of the innermost provision of this kind around the place; None when there is none."""
        return next((provision.anchor for provision in self.path if provision.kind == kind), None)

    def within(self, anchor: str) -> list[str]:
        """The anchors of the provisions around the place up to the one with this anchor."""
        anchors = [provision.anchor for provision in self.path]
        return anchors[: anchors.index(anchor) + 1]


class Places:
    """The provisions of one text, to look up what a reference in it means. `own_type` is the type of the
    document, None when it is unknown."""

    def __init__(self, provisions: Sequence[Extent], own_type: str | None) -> None:
        self._provisions = provisions
        self._starts = [provision.start for provision in provisions]
        self._by_anchor = {provision.anchor: provision for provision in provisions}
        self._by_step: dict[str, list[str]] = {}
        for provision in provisions:
            same = self._by_step.setdefault(provision.anchor.rpartition(".")[2], [])
            if len(same) < MOST_ALIKE:
                same.append(provision.anchor)
        self._attached = [one for one in provisions if one.kind == "kem_theo" and one.parent is None]
        self._standards = own_standards(provisions)
        self._own_type = own_type
        self._known: dict[str, CitingPlace] = {}
        self._ranges: dict[tuple[str, str], list[str]] = {}

    def at(self, offset: int) -> CitingPlace:
        """The place at this offset in the text."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return CitingPlace((), ())
        anchor = self._provisions[index].anchor
        if anchor not in self._known:
            path: list[Extent] = []
            above: str | None = anchor
            while above is not None and (provision := self._by_anchor.get(above)) is not None:
                path.append(provision)
                above = provision.parent
            parts = tuple(one.anchor for one in path if one.kind in _PARTS)
            self._known[anchor] = CitingPlace(tuple(path), parts)
        return self._known[anchor]

    def is_own(self, type_: str, place: CitingPlace) -> bool:
        """Whether "this" document of the type `type_` is the document itself or a part of it."""
        return type_ == "Văn bản" or self._is_whole(type_) or self._part_named(type_, place) is not None

    def standard(self, number: str) -> str | None:
        """The anchor of the attached part that is the standard or technical regulation with this number; None
        when the text has none."""
        return self._standards.get(standard_key(number))

    def document(self, type_: str, place: CitingPlace) -> tuple[str, ...]:
        """The anchor of the attached part that "this" document of the type `type_` means; () when it means
        the whole document."""
        part = self._part_named(type_, place)
        return (part,) if part else ()

    def attached(self, what: str) -> tuple[str, ...]:
        """The anchor of the part that is issued together with the document: `what` is "Quy chế", "Phụ lục" or
        the like. () when the text has no such part, or several appendices."""
        if what == "Phụ lục":
            found = [one.anchor for one in self._provisions if one.kind == "phu_luc" and one.parent is None]
        else:
            found = [one.anchor for one in self._attached if is_named(one, what)]
        return tuple(found) if len(found) == 1 else ()

    def meant(self, pointing: Pointing, place: CitingPlace, type_: str | None) -> list[tuple[Target, list[str]]]:
        """The anchors of all provisions that words mean at this place: pairs of one thing that they name and
        its anchors, in the order of the words. What the text does not have is left out. `type_` is the type
        of "this" document, None when no document is named."""
        scopes = self._scopes(place, type_)
        found = []
        for target in pointing.targets:
            anchors = next((a for scope in scopes if (a := self._resolved(target, place, scope))), [])
            if anchors:
                found.append((target, anchors))
        return found

    def _scopes(self, place: CitingPlace, type_: str | None) -> tuple[str, ...]:
        """The parts in which provisions are looked for, in order: anchors of parts, and "" for the main text."""
        if type_ is None:
            return (*place.parts, "")
        if type_ == "Phụ lục":
            return self.attached(type_) or ("",)
        return (self._part_named(type_, place) or "",)

    def _part_named(self, type_: str, place: CitingPlace) -> str | None:
        """The attached part that a document of the type `type_` is, if there is one: the part around the place,
        the last one before it, or the only one in the text. None when the document itself has this type and
        the place is not in such a part."""
        for provision in place.path:
            if provision.kind == "kem_theo" and is_named(provision, type_):
                return provision.anchor
        if self._is_whole(type_):
            return None
        found = [one for one in self._attached if is_named(one, type_)]
        here = place.path[0].start if place.path else 0
        before = [one for one in found if one.start <= here]
        if before:
            return before[-1].anchor
        return found[0].anchor if len(found) == 1 else None

    def _is_whole(self, type_: str) -> bool:
        return self._own_type is None or self._own_type.casefold().startswith(type_.casefold())

    def _resolved(self, target: Target, place: CitingPlace, scope: str) -> list[str]:
        """The anchors that one target means in the part `scope`; [] when the part has none."""
        (unit, number), outer = _undotted(target.steps)
        if number == THIS:
            nearest = place.nearest(_KIND[unit])
            return [nearest] if nearest else []
        holder = self._one(outer, place, scope) if outer else None
        if outer and holder is None:
            return []
        first = self._below((unit, number), holder, place, scope)
        if target.last is None or first is None:
            return [first] if first else []
        last = self._below((unit, target.last), holder, place, scope)
        return self._between(first, last) if last else [first]

    def _one(self, steps: Steps, place: CitingPlace, scope: str) -> str | None:
        holder: str | None = None
        for unit, number in steps:
            holder = (
                place.nearest(_KIND[unit])
                if number == THIS
                else self._below((unit, number), holder, place, scope)
            )
            if holder is None:
                return None
        return holder

    def _below(self, step: tuple[str, str], holder: str | None, place: CitingPlace, scope: str) -> str | None:
        """The anchor of the provision that a step names inside `holder`; without a holder, the one that is
        nearest to the place. None when there is none."""
        unit, number = step
        spellings = step_spellings(unit, number)
        if holder is not None and unit != "điều":
            return self._inside((holder,), spellings)
        around = [one.anchor for one in place.path if self._lies_in(one.anchor, scope)]
        if unit in ("điểm", "khoản") and (article := place.nearest("dieu")):
            return self._inside(place.within(article) if unit == "điểm" else (article,), spellings)
        found = [
            one for spelt in spellings for one in self._by_step.get(spelt, ()) if self._lies_in(one, scope)
        ]
        return self._inside(around, spellings) or next(iter(found), None)

    def _inside(self, holders: Sequence[str], spellings: Sequence[str]) -> str | None:
        """The anchor of the first provision directly inside one of the holders that has such a component."""
        return next(
            (
                one
                for holder in holders
                for spelt in spellings
                if (one := inside(holder, spelt)) in self._by_anchor
            ),
            None,
        )

    def _lies_in(self, anchor: str, scope: str) -> bool:
        if scope:
            return anchor == scope or is_inside(anchor, scope)
        return anchor.startswith("phu-luc") or not anchor.startswith("kem-theo")

    def _between(self, first: str, last: str) -> list[str]:
        """The provisions from `first` to `last`, all of the kind of the first, in the order of the text."""
        known = self._ranges.get((first, last))
        if known is None:
            begin, end = self._by_anchor[first], self._by_anchor[last]
            among = self._provisions[
                bisect_left(self._starts, begin.start) : bisect_right(self._starts, end.start)
            ]
            known = [one.anchor for one in among if one.kind == begin.kind][:LONGEST_RANGE]
            self._ranges[first, last] = known
        return known


def _undotted(steps: Steps) -> tuple[tuple[str, str], Steps]:
    """Split the innermost step from the outer ones. A number with dots is one step for each of its numerals:
    "Mục II.4" is section 4 of section II."""
    *outer, (unit, number) = steps
    first, *rest = number.split(".")
    inner = [(unit, first), *(("khoản", one) for one in rest)]
    return inner[-1], (*outer, *inner[:-1])
