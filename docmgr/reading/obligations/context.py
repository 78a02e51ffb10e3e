"""What the lines above an obligation say of it: who acts, until when, with whom, and what proves it.

A third of real obligations name nobody themselves. Then a heading that is a name, a sentence with a colon, a labelled line
("Đơn vị chủ trì: …") or at last the issuer of the document tells who acts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from docmgr.reading.obligations import times
from docmgr.reading.obligations.actors import REACH, named, names_in, title_name
from docmgr.reading.obligations.frames import frame
from docmgr.reading.obligations.headings import ABOUT, IDLE, REQUIREMENTS
from docmgr.reading.obligations.outline import OutlineLine
from docmgr.reading.obligations.verbs import CLOSING, ORDERS
from docmgr.reading.types import Due, Fact, Grounds

_PERIOD = re.compile(r"(?:từ|trong|đến|trước)\s", re.IGNORECASE)
_CARRIED_OUT = re.compile(r"(?:triển khai|thực hiện|thi hành)")


@dataclass(frozen=True, slots=True)
class Inherited:
    """Names that stand somewhere in the text, and why they count."""

    names: tuple[str, ...]
    why: tuple[Grounds, ...]


@dataclass(slots=True)
class Surroundings:
    """A text and what counts in all of it: `everybody` are those who act where nothing else is said. `is_told_at_end` says
    whether the last sentence asks somebody to carry the document out. `names` and `times` keep what was read of the lines
    above others, by their offsets."""

    text: str
    is_cited: Callable[[int], bool]
    everybody: Inherited
    is_told_at_end: bool = False
    names: dict[int, tuple[int, int, str] | None] = field(default_factory=dict)
    times: dict[int, times.When | None] = field(default_factory=dict)

    def why(self, part: str, rule: str, start: int, end: int) -> Grounds:
        return Grounds(part, rule, start, end, self.text[start:end])


def is_idle(line: OutlineLine) -> bool:
    """Whether the line stands under a title that obliges nobody."""
    return any(IDLE.match(above.text) and (above.is_title or above.label == "idle") for above in line.ancestors())


def is_about(line: OutlineLine) -> bool:
    """Whether the nearest idle title above the line only tells about whom or what the document is (`ABOUT`)."""
    return any(ABOUT.match(above.text) for above in line.ancestors())


def is_required(line: OutlineLine) -> bool:
    """Whether the nearest idle title above the line is one of requirements."""
    return any(REQUIREMENTS.match(above.text) for above in line.ancestors())


def fields_of(line: OutlineLine, label: str) -> Iterator[OutlineLine]:
    """The labelled lines that speak of `line`: those under it, or beside it."""
    own = [one for one in line.fields if one.label == label]
    beside = line.above.fields if line.above is not None else []
    yield from own or [one for one in beside if one.label == label]


def who_above(around: Surroundings, line: OutlineLine) -> Inherited | None:
    """Who acts by the labelled lines, titles and stems above `line`. None when these name nobody."""
    for one in fields_of(line, "lead"):
        end = min(one.end, one.after_label + REACH)
        return Inherited(names_in(around.text[one.after_label : end]), (around.why("who", "label", one.after_label, end),))
    for above in line.ancestors():
        if above.start not in around.names:
            around.names[above.start] = _named_by(around, above)
        found = around.names[above.start]
        if found is not None:
            start, end, rule = found
            return Inherited(names_in(around.text[start:end]), (around.why("who", rule, start, end),))
    return None


def _named_by(around: Surroundings, above: OutlineLine) -> tuple[int, int, str] | None:
    """The name in a title or a stem: its offsets, and the name of the rule. None when it has none."""
    if not (above.is_stem or above.is_title) or IDLE.match(above.text) or above.kind in ("kem_theo", "phu_luc"):
        return None
    rule = "stem" if above.is_stem else "heading"
    order = ORDERS.match(around.text, above.begin, above.end)
    begin = order.end() if order else above.begin
    if (above.is_stem or order) and (who := named(around.text, begin, above.end)):
        return who.start, who.end, rule
    if above.is_stem and (told := frame(around.text, above.begin, above.end)) and told.who:
        return (*told.who, rule)
    name = title_name(around.text, begin, above.end)
    return (*name, rule) if name else None


def when_above(around: Surroundings, line: OutlineLine) -> tuple[Due, Grounds] | None:
    """When something is due by the labelled lines, titles and stems above `line`. None when these name no time."""
    for one in fields_of(line, "when"):
        found = times.when(around.text, one.after_label, one.end, around.is_cited, given=True)
        if found is not None:
            return found.due, around.why("when", "label", found.start, found.end)
    for above in line.ancestors():
        if not (above.is_title or above.is_stem):
            continue
        if above.start not in around.times:
            given = _PERIOD.match(above.text) is not None
            around.times[above.start] = times.when(around.text, above.begin, above.end, around.is_cited, given=given)
        found = around.times[above.start]
        if found is not None and found.due.rule != "request":
            return found.due, around.why("when", "heading" if above.is_title else "stem", found.start, found.end)
    return None


def closing(text: str, lines: list[OutlineLine]) -> tuple[int, int, OutlineLine] | None:
    """Find the sentence at the end that asks everybody to carry the document out: the offsets of the name in it, and its
    line. None when there is none."""
    for line in lines[-4:][::-1]:
        if CLOSING.match(line.text) is None:
            continue
        for order in ORDERS.finditer(text, line.begin, line.end):
            who = named(text, order.end(), line.end)
            if who is not None and _CARRIED_OUT.search(text, who.after, line.end):
                return who.start, who.end, line
    return None


def everybody(text: str, last: tuple[int, int, OutlineLine] | None, issuer: Fact | None) -> Inherited:
    """Who acts where nothing else is said: the issuer, and whom the last sentence (`closing`) asks to carry the document
    out."""
    names: list[str] = [issuer.value] if issuer and issuer.value else []
    why: list[Grounds] = []
    if issuer and (at := text.find(issuer.quote)) >= 0:
        why.append(Grounds("who", "issuer", at, at + len(issuer.quote), issuer.quote))
    if last is not None:
        start, end, _ = last
        names.append(text[start:end].strip(" ,"))
        why.append(Grounds("who", "closing", start, end, text[start:end]))
    return Inherited(tuple(names), tuple(why))
