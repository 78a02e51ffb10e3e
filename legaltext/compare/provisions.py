"""Which provisions of two texts are the same one.

Provisions are compared on each level of the text, articles first: those with the same anchor and the same words, then
those with the same words under another number, then those that are most alike, then those that only share the anchor.
What is left is looked for in the whole text, since a clause may have moved to another article. Every provision is in
one pair, alone when it has no partner; exchanging the two texts exchanges the sides of the pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from legaltext.compare.likeness import Pairing, Words
from legaltext.compare.shortest import in_order
from legaltext.compare.words import keys
from legaltext.labels import UNNUMBERED

# Kinds that contain articles; they are compared by their own words.
CONTAINERS = frozenset({"phan", "chuong", "muc", "tieu_muc"})
ARTICLE = "dieu"
# From here on provisions with different anchors are the same one: on their level, and in the whole text.
ALIKE, ALIKE_ELSEWHERE = 0.5, 0.75
# What the same anchor is worth besides.
SAME_ANCHOR = 0.1
# Shorter provisions ("Bãi bỏ.") say too little to be known by their words: on their level, and in the whole text.
TELLING, TELLING_ELSEWHERE = 3, 8
# Words looked at in comparing for likeness. When they do not suffice, anchors decide.
MOST_WORDS = 3_000_000

_Found = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class TextUnit:
    """A provision of a text: `text` is its own text with its printed number, without that of provisions inside it.
    `parent` is the anchor of the provision that contains it, or None. For kinds and labels see reading.types."""

    anchor: str
    parent: str | None
    kind: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A provision on the left and the same one on the right, as places in the two lists; None where there is none.
    `changed`: their own words differ. `moved`: it has another number, place or article now."""

    left: int | None
    right: int | None
    changed: bool
    moved: bool


class Side:
    """One of two texts: its units as trees below blocks. A block is an article, the heading of a chapter, or what else
    stands for itself. `tops` has the block of each unit, `above` the unit that contains it or None, `blocks` all blocks
    in order."""

    def __init__(self, units: Sequence[TextUnit]) -> None:
        self.units = units
        self.tops: list[int] = []
        self.above: list[int | None] = []
        self.inside: dict[int, list[int]] = defaultdict(list)
        places: dict[str, int] = {}
        for place, unit in enumerate(units):
            parent = places.get(unit.parent or "")
            places.setdefault(unit.anchor, place)
            self.above.append(parent)
            if parent is None or unit.kind == ARTICLE or unit.kind in CONTAINERS or units[parent].kind in CONTAINERS:
                self.tops.append(place)
            else:
                self.tops.append(self.tops[parent])
                self.inside[parent].append(place)
        self.blocks = [place for place, top in enumerate(self.tops) if top == place]
        self._own = [_unnumbered(unit) for unit in units]
        self._whole: dict[int, Words] = {}

    def own(self, place: int) -> Words:
        """The words of a unit without its number."""
        return self._own[place]

    def whole(self, place: int) -> Words:
        """The words of a unit with those of the units inside it, in the same block."""
        if not self._whole:
            # What is inside a unit comes after it.
            for n in range(len(self.units) - 1, -1, -1):
                self._whole[n] = (*self._own[n], *(word for child in self.inside.get(n, ()) for word in self._whole[child]))
        return self._whole[place]


def match(left: Side, right: Side) -> tuple[Match, ...]:
    """Pair the units of two texts. Every unit is in exactly one pair. Pairs are in the order of the right side; what
    was removed comes after what stood before it."""
    found: dict[int, int] = {}
    astray, strayed = set[int](), set[int]()
    budget = [MOST_WORDS]
    levels = [(left.blocks, right.blocks)]
    while levels:
        ours, theirs = levels.pop()
        pairs = _level(left, right, ours, theirs, budget)
        found.update(pairs)
        astray.update(_out_of_order(pairs))
        # What has another number has moved in any case, and says nothing of the order of the others.
        strayed.update(_out_of_order([pair for pair in pairs if not _renumbered(left, right, *pair)]))
        levels += ((left.inside[i], right.inside[j]) for i, j in pairs if i in left.inside and j in right.inside)
    elsewhere = _elsewhere(left, right, found, budget)
    found.update(elsewhere)
    astray.update(i for i, _j in elsewhere)
    strayed.update(i for i, _j in elsewhere)
    judged = {j: _judged(left, right, i, j, i in strayed) for i, j in found.items()}
    return _in_order(judged, _places_of_removed(left, right, found, astray), len(right.units))


def _renumbered(left: Side, right: Side, i: int, j: int) -> bool:
    ours, theirs = left.units[i], right.units[j]
    return not {ours.kind, theirs.kind} & UNNUMBERED.keys() and _step(ours.anchor) != _step(theirs.anchor)


def _judged(left: Side, right: Side, i: int, j: int, astray: bool) -> Match:
    if _renumbered(left, right, i, j):
        return Match(i, j, changed=left.own(i) != right.own(j), moved=True)
    ours, theirs = left.units[i].text, right.units[j].text
    return Match(i, j, changed=ours != theirs and keys(ours) != keys(theirs), moved=astray)


def _in_order(judged: Mapping[int, Match], after: Mapping[int | None, list[int]], many: int) -> tuple[Match, ...]:
    """Put the pairs in the order of the right side, which has `many` units, with the removed ones between them."""
    made = [Match(i, None, changed=False, moved=False) for i in after[None]]
    for j in range(many):
        pair = judged.get(j) or Match(None, j, changed=False, moved=False)
        made.append(pair)
        if pair.left is not None:
            made += (Match(i, None, changed=False, moved=False) for i in after[pair.left])
    return tuple(made)


def _places_of_removed(left: Side, right: Side, found: Mapping[int, int], astray: set[int]) -> Mapping[int | None, list[int]]:
    """After which unit on the left, of those with a partner, each removed unit is shown: the one before it in its block, if
    that is still there. A removed block follows the block before it that did not change its place; None: it comes first."""
    after: dict[int | None, list[int]] = defaultdict(list)
    inside: dict[int, int] = {}
    before = None
    for i, top in enumerate(left.tops):
        there = found.get(top)
        if i not in found:
            after[before if there is None else inside.get(top, top)].append(i)
            continue
        if there is not None and right.tops[found[i]] == right.tops[there]:
            inside[top] = i
        if i not in astray and top not in astray:
            before = i
    return after


def _level(left: Side, right: Side, ours: Sequence[int], theirs: Sequence[int], budget: list[int]) -> _Found:
    """Pair the units of one level."""
    at_top = left.tops[ours[0]] == ours[0] if ours else True
    name: Callable[[str], str] = str if at_top else _step
    names_left = {i: name(left.units[i].anchor) for i in ours}
    names_right = {j: name(right.units[j].anchor) for j in theirs}
    words_left, words_right = {i: left.whole(i) for i in ours}, {j: right.whole(j) for j in theirs}
    found = Pairing(words_left, words_right)
    found.by(lambda i: (names_left[i], words_left[i]), lambda j: (names_right[j], words_right[j]))
    found.equal(TELLING)
    found.alike(ALIKE, budget, lambda i, j: _extra(left, right, i, j, names_left[i] == names_right[j]))
    found.by(names_left.__getitem__, names_right.__getitem__)
    found.equal(0)
    return found.pairs


def _elsewhere(left: Side, right: Side, found: Mapping[int, int], budget: list[int]) -> _Found:
    """Pair what is left, in the whole text, by its own words."""
    taken = set(found.values())
    ours = {i: words for i in range(len(left.units)) if i not in found and len(words := left.own(i)) >= TELLING_ELSEWHERE}
    theirs = {j: words for j in range(len(right.units)) if j not in taken and len(words := right.own(j)) >= TELLING_ELSEWHERE}
    pairing = Pairing(ours, theirs)
    pairing.equal(TELLING_ELSEWHERE)
    pairing.alike(ALIKE_ELSEWHERE, budget, lambda i, j: _extra(left, right, i, j, same=False))
    return pairing.pairs


def _extra(left: Side, right: Side, i: int, j: int, same: bool) -> float:
    """What counts besides likeness: the same anchor. The heading of a chapter is never an article."""
    headings = (left.units[i].kind in CONTAINERS) + (right.units[j].kind in CONTAINERS)
    return -1.0 if headings == 1 else SAME_ANCHOR if same else 0.0


def _out_of_order(pairs: _Found) -> list[int]:
    """The left units of pairs that have changed their order: as few as possible."""
    pairs = sorted(pairs)
    kept = set(in_order([j for _i, j in pairs]))
    return [i for place, (i, _j) in enumerate(pairs) if place not in kept]


def _step(anchor: str) -> str:
    return anchor.rpartition(".")[2].partition("~")[0]


def _unnumbered(unit: TextUnit) -> Words:
    """The words of a unit without the number printed before them."""
    found = keys(unit.text)
    if unit.kind in UNNUMBERED:
        return found
    label = keys(unit.label)
    for number in (label, keys(unit.label.rpartition(" ")[2])):
        if number and [word.casefold() for word in found[: len(number)]] == [word.casefold() for word in number]:
            rest = found[len(number) :]
            return rest[1:] if rest[:1] and rest[0] in ".):/-–" else rest
    return found
