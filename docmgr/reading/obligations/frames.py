"""Read one clause: whether it tells somebody to do something, who that is, and where the act begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docmgr.reading.obligations.actors import HEAD, named
from docmgr.reading.obligations.verbs import (
    ANNOUNCES,
    BARE,
    BY,
    CONDITION,
    LEAD,
    MUST,
    NO_DUTY,
    ORDERS,
    PASSIVE,
    PERIOD,
    THUS,
)

# A clause has more parts than this only in enumerations.
_PARTS = 24
# An order that ends in "như sau:" and is shorter only announces what follows.
_SHORT = 60
_CONCERNING = re.compile(r"đối với\s+", re.IGNORECASE)
_NEXT = re.compile(r",\s+|\sthì\s+|:\s+|;\s+|\)\s+|\s-\s|\(\d\)\s*")
_TOPIC = re.compile(r"[^:.;]{2,90}:\s")
_WORDS = re.compile(r"\s*(\S+(?:\s+\S+)?)")
_THEN = re.compile(r"\sthì\s+")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a clause tells. `act` is the offset of the verb, `word_end` where the verb or modal word ends, and `rule` names
    what made it an obligation. `who` are the offsets of the name in it, or None. `is_plain` is false for conditions and
    for acts told without who does them."""

    act: int
    word_end: int
    rule: str
    who: tuple[int, int] | None
    is_plain: bool


def frame(text: str, start: int, end: int) -> Frame | None:
    """Read the clause between two offsets of `text`. None when it obliges nobody."""
    tail = max(start, end - 120)
    if ANNOUNCES.search(text, tail, end):
        return None
    found = _active(text, start, end)
    if found is not None and end - found.act < _SHORT and THUS.search(text, tail, end):
        return None
    if found is None:
        return _passive(text, start, end)
    return None if NO_DUTY.search(text, start, min(end, found.word_end + 40)) else found


def _active(text: str, start: int, end: int) -> Frame | None:
    at = start
    condition = CONDITION.match(text, start) is not None
    if condition and (then := _THEN.search(text, start, end)):
        at = then.end()
    in_lead = at > start
    for _ in range(_PARTS):
        period = PERIOD.match(text, at, end)
        here = _here(text, at, end, condition) or (_here(text, period.end(), end, condition) if period else None)
        if here is not None:
            return here
        if not in_lead:
            topic = _TOPIC.match(text, at, end) if at == start else None
            in_lead = LEAD.match(text, at) is not None
            if topic is not None and not in_lead:
                at = topic.end()
                continue
        if not in_lead:
            return None
        onward = _NEXT.search(text, at, end)
        if onward is None:
            return None
        at = onward.end()
    return None


def _here(text: str, at: int, end: int, condition: bool) -> Frame | None:
    """Read an order, a name with an act, or a bare infinitive that begins at offset `at`."""
    ordered = _order(text, at, end)
    if ordered is not None:
        return ordered
    concerning = _CONCERNING.match(text, at, end)
    who = named(text, concerning.end() if concerning else at, end)
    if who is not None and not (concerning and text[who.end : who.end + 1] in ":,"):
        verb = _word(text, who.after, end)
        if verb is None:
            return None
        return Frame(who.after, verb, "name and act", (who.start, who.end), not condition)
    bare = BARE.match(text, at, end)
    if bare is not None:
        return Frame(at, bare.end("verb"), "bare infinitive", None, not condition)
    return None


def _order(text: str, at: int, end: int) -> Frame | None:
    order = ORDERS.match(text, at, end)
    if order is None or HEAD.match(text, order.end(), end) is None:
        return None
    who = named(text, order.end(), end)
    if who is None or _word(text, who.after, end) is None:
        return None
    return Frame(who.after, order.end(), "order", (who.start, who.end), True)


def _word(text: str, at: int, end: int) -> int | None:
    """The end of the word at which an act begins. None when nothing follows the name."""
    found = _WORDS.match(text, at, end)
    return found.end() if found else None


def _passive(text: str, start: int, end: int) -> Frame | None:
    """Read an act that is told without who does it: "phải …", "do … chủ trì", "được tổ chức …"."""
    if NO_DUTY.search(text, start, end) and not MUST.search(text, start, end):
        return None
    must = MUST.search(text, start, end)
    if must is not None:
        return Frame(must.start(), must.end(), "must", _subject(text, start, must.start()), False)
    by = BY.search(text, start, end)
    if by is not None and HEAD.match(text, by.start("who"), end):
        return Frame(by.end("who"), by.end(), "done by", (by.start("who"), by.end("who")), False)
    passive = PASSIVE.search(text, start, end)
    if passive is not None and text[start:end].rstrip()[-1:] != ":":
        return Frame(passive.start(), passive.end(), "passive", None, False)
    return None


def _subject(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name right before "phải", where the clause begins with one."""
    if HEAD.match(text, start, end) is None or end - start > 200:
        return None
    return start, start + len(text[start:end].rstrip(" ,"))
