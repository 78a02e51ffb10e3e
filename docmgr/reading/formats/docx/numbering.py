"""Make the automatic numbers of list items in a DOCX: the label that Word prints before a list paragraph,
such as "Điều 5." or "a)".

This module makes the labels and keeps the counters. `body` finds which paragraph belongs to which list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from docmgr.reading.formats import list_numbers
from docmgr.reading.formats.docx.styles import W, first, flag, value_of
from docmgr.reading.formats.list_numbers import to_int


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list; levels count from 0, the outermost. `fmt` is the number format, `text` the pattern
    of the label ("%1.%2."), and `start` the first number. With `legal`, all numbers in the label are printed
    as decimals.

    After an item of any outer level, this level counts from `start` again. A `restart` above 0 limits this to
    items of the levels 0 to `restart` - 1. With `restart` 0 this level never starts again.
    """

    fmt: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False
    restart: int | None = None


@dataclass
class Numbering:
    """The lists of a document and their counters, which advance while the document is read from top to
    bottom.

    Several lists can share one abstract list, which defines the levels. `abstract_of` maps the id of a list
    to the id of its abstract list. `levels` has the levels of each abstract list, by level number. `counters`
    has the last number used on each of these levels.

    A list may begin a level with a number of its own. `overrides` maps (list id, level number) to this
    number. `used` has the keys of the numbers that were applied already.
    """

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    overrides: dict[tuple[str, int], int] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    used: set[tuple[str, int]] = field(default_factory=set)

    def label(self, num_id: str, level: int) -> str:
        """Advance the counter of `level` in the list `num_id` by one paragraph, and return the label that
        Word prints before this paragraph, such as "a)". Returns "" when the list or level is unknown or
        prints no label."""
        abstract = self.abstract_of.get(num_id)
        levels = self.levels.get(abstract or "", {})
        if abstract is None or level not in levels:
            return ""
        counters = self.counters.setdefault(abstract, {})
        first_use = (num_id, level) in self.overrides and (num_id, level) not in self.used
        if first_use:
            counters[level] = self.overrides[(num_id, level)]
            self.used.add((num_id, level))
        else:
            counters[level] = counters.get(level, levels[level].start - 1) + 1
        for deeper in [n for n in counters if n > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or level < restart and restart > 0:
                del counters[deeper]
        return _print_label(levels, counters, level)


def _print_label(levels: dict[int, Level], counters: dict[int, int], level: int) -> str:
    spec = levels[level]
    if spec.fmt == "bullet":
        return spec.text if spec.text in ("-", "–", "—", "+", "*", "•") else "-" if spec.text.strip() else ""
    if spec.fmt == "none":
        return spec.text if "%" not in spec.text else ""

    def number(match: re.Match[str]) -> str:
        at = int(match.group(1)) - 1
        other = levels.get(at, Level())
        value = counters.get(at, other.start)
        return list_numbers.format_number(value, "decimal" if spec.legal else other.fmt)

    return re.sub(r"%([1-9])", number, spec.text).strip()


def load_numbering(root: etree._Element | None) -> Numbering:
    """Read the lists of numbering.xml, given its root element. The result has no lists when the file has no
    such part (`root` is None)."""
    numbering = Numbering()
    if root is None:
        return numbering
    linked = _load_abstract(root, numbering)
    for num in root.iter(W + "num"):
        num_id = num.get(W + "numId") or ""
        abstract = value_of(num, "abstractNumId") or ""
        numbering.abstract_of[num_id] = abstract
        _load_overrides(num, num_id, numbering)
    _follow_style_links(numbering, linked)
    return numbering


def _load_abstract(root: etree._Element, numbering: Numbering) -> dict[str, str]:
    linked: dict[str, str] = {}
    for abstract in root.iter(W + "abstractNum"):
        key = abstract.get(W + "abstractNumId") or ""
        numbering.levels[key] = {}
        for lvl in abstract.iter(W + "lvl"):
            numbering.levels[key][to_int(lvl.get(W + "ilvl")) or 0] = _level(lvl)
        for name in ("numStyleLink", "styleLink"):
            link = value_of(abstract, name)
            if link:
                linked[f"{name}:{link}"] = key
    return linked


def _follow_style_links(numbering: Numbering, linked: dict[str, str]) -> None:
    for name, key in linked.items():
        target = linked.get("styleLink:" + name.partition(":")[2])
        if name.startswith("numStyleLink:") and target is not None and not numbering.levels[key]:
            numbering.levels[key] = numbering.levels[target]


def _load_overrides(num: etree._Element, num_id: str, numbering: Numbering) -> None:
    abstract = numbering.abstract_of[num_id]
    for override in num.iter(W + "lvlOverride"):
        level = to_int(override.get(W + "ilvl")) or 0
        own = override.find(W + "lvl")
        start = to_int(value_of(override, "startOverride"))
        if own is not None:
            # A list that overrides levels has counters of its own.
            private = f"{abstract}#{num_id}"
            shared = numbering.levels.get(abstract, {})
            numbering.levels[private] = dict(numbering.levels.get(private, shared))
            numbering.levels[private][level] = _level(own)
            numbering.abstract_of[num_id] = private
        elif start is not None:
            numbering.overrides[(num_id, level)] = start


def _level(lvl: etree._Element) -> Level:
    fmt = value_of(lvl, "numFmt") or "decimal"
    start = first(to_int(value_of(lvl, "start")), 1) or 0
    return Level(
        fmt=fmt,
        text=value_of(lvl, "lvlText") or "",
        start=start,
        legal=bool(flag(lvl, "isLgl")),
        restart=to_int(value_of(lvl, "lvlRestart")),
    )
