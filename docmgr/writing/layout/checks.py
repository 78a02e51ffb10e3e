"""The kinds of checks that rules are made of. A check gets a sheet and yields what deviates: where, what was expected, what was found."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docmgr.writing.layout.sheet import LaidLine, LaidRun, LaidSheet, is_bold, share
from legaltext.letters import is_capitals

_SHOWN = 48
# In points and in millimetres: what people do not see, and rounding between units.
CLOSE, NEAR = 0.05, 0.6
# Widths are reckoned and not measured, and the forms of the Decree have rules of a quarter of the line themselves.
_SHORTER, _LONGER = 0.72, 1.25
# Who underlines a part of a line in place of a rule below it underlines at least so much.
_UNDERLINED = 0.25
ALIGNMENTS = {"left": "canh trái", "right": "canh phải", "center": "canh giữa", "both": "canh đều hai lề"}


@dataclass(frozen=True, slots=True)
class Found:
    """What deviates: the line, or None for the page, `where` then says which part of it; what was `expected` and what was `found`."""

    line: LaidLine | None
    where: str
    expected: str
    found: str


Check = Callable[[LaidSheet], Iterator[Found]]


def at(line: LaidLine, expected: str, found: str) -> Found:
    """What deviates in a line: the place is the number of its paragraph and its first words."""
    words = line.shown.split()
    said = " ".join(words)
    first = said if len(said) <= _SHOWN else said[:_SHOWN].rsplit(" ", 1)[0] + "…"
    return Found(line, f"đoạn {line.paragraph} “{first}”", expected, found)


def number(value: float) -> str:
    """Write a measure as Vietnamese does: 12,7."""
    return f"{value:.1f}".rstrip("0").rstrip(".").replace(".", ",")


def lettered(line: LaidLine) -> list[LaidRun]:
    """The runs that have letters or digits and are on the line, not above or below it."""
    return [run for run in line.runs if any(map(str.isalnum, run.text)) and not run.look.raised]


def sized(low: float, high: float, *roles: str) -> Check:
    """Every run has a size from `low` to `high` points."""
    expected = f"cỡ chữ {number(low)}" if low == high else f"cỡ chữ {number(low)} đến {number(high)}"

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for line in sheet.of(*roles):
            wrong = [run.look.size for run in lettered(line) if not low - CLOSE <= run.look.size <= high + CLOSE]
            if wrong:
                yield at(line, expected, "cỡ chữ " + ", ".join(map(number, sorted(set(wrong)))))

    return check


def bold(*roles: str) -> Check:
    """The lines are bold."""
    return _weighted(True, roles)


def light(*roles: str) -> Check:
    """The lines are not bold."""
    return _weighted(False, roles)


def _weighted(wanted: bool, roles: tuple[str, ...]) -> Check:
    words = {True: "chữ đậm", False: "chữ không đậm"}

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for line in sheet.of(*roles):
            if line.words and is_bold(line) != wanted:
                yield at(line, words[wanted], words[not wanted])

    return check


def upright(*roles: str) -> Check:
    """The lines are not in italics; single words may be."""
    return _slanted(False, roles)


def italic(*roles: str) -> Check:
    """The lines are in italics."""
    return _slanted(True, roles)


def _slanted(wanted: bool, roles: tuple[str, ...]) -> Check:
    words = {True: "chữ nghiêng", False: "chữ đứng"}

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for line in sheet.of(*roles):
            if line.words and (share(line, "italic") > 0.5) != wanted:
                yield at(line, words[wanted], words[not wanted])

    return check


def capitals(*roles: str) -> Check:
    """The lines are in capitals."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for line in sheet.of(*roles):
            if any(map(str.isalpha, line.words)) and not is_capitals(line.shown):
                yield at(line, "chữ in hoa", "chữ in thường")

    return check


def small(*roles: str) -> Check:
    """The lines are in small letters, except the first letters of names. Short forms in capitals alone say nothing."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for line in sheet.of(*roles):
            if sum(map(str.isalpha, line.words)) > 6 and is_capitals(line.shown):
                yield at(line, "chữ in thường", "chữ in hoa")

    return check


def aligned(wanted: str, *roles: str) -> Check:
    """The lines are aligned so: left, center, right or both."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for line in sheet.of(*roles):
            if line.words and line.look.align != wanted and not (line.cell is not None and line.cell[0] == -1):
                yield at(line, ALIGNMENTS[wanted], ALIGNMENTS.get(line.look.align, line.look.align))

    return check


def written(form: str, expected: str, *roles: str) -> Check:
    """The whole words of the lines have the form of this regular expression."""
    compiled = re.compile(form)

    def check(sheet: LaidSheet) -> Iterator[Found]:
        for line in sheet.of(*roles):
            said = " ".join(line.shown.split())
            if said and compiled.fullmatch(said) is None:
                yield at(line, expected, f"“{said[:_SHOWN]}”")

    return check


def present(where: str, *roles: str) -> Check:
    """One of the roles occurs, unless the form of the document lacks the first."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        if not sheet.attached and not sheet.of(*roles) and roles[0] not in sheet.lacks:
            yield Found(None, where, "có", "không thấy")

    return check


def ruled_below(role: str, *further: str) -> Check:
    """A rule stands below the last line of the role: at the line itself, or at one after it up to the next with words, or in its cell.
    A drawn line may be tied to any paragraph near it, so as many as there are parts that need one count for all; `further` are those."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        lines = _ruled(sheet, role)
        if not lines:
            return
        needed = [one for one in (role, *further) if sheet.of(one)]
        if _rule_of(sheet.lines, lines[-1]) is None and _drawn(sheet, below=role == "subject") < len(needed):
            yield at(lines[-1], "có đường kẻ ngang, nét liền bên dưới", "không có đường kẻ")

    return check


def _ruled(sheet: LaidSheet, role: str) -> list[LaidLine]:
    """The lines of the part below which a rule stands. What is issued with a decision has it below "(Kèm theo …)"."""
    annexes = sheet.of("annex_head")
    last = annexes[0].paragraph if annexes else None
    referring = sheet.of("reference") if role == "subject" and sheet.issued_with else []
    return sheet.of(role) + [line for line in referring if last is None or line.paragraph < last]


def _rule_of(lines: list[LaidLine], last: LaidLine) -> LaidLine | None:
    """The line at which the rule below the line `last` stands; None where there is none, or it is tied to another paragraph."""
    if last.ruled or last.drawn or share(last, "underlined") > _UNDERLINED:
        return last
    place = next(number for number, line in enumerate(lines) if line is last)
    for line in lines[place + 1 : place + 6]:
        if line.words and any(map(str.isalnum, line.words)) or line.cell != last.cell:
            break
        if line.ruled or line.drawn:
            return line
    return None


def rule_long(low: float, high: float, expected: str, role: str) -> Check:
    """The rule below the last line of the role is from `low` to `high` times as long as one of its lines, as far as the file tells how
    long both are."""

    def check(sheet: LaidSheet) -> Iterator[Found]:
        lines = [line for line in _ruled(sheet, role) if line.words and not line.boxed]
        rule = _rule_of(sheet.lines, lines[-1]) if lines else None
        length = _length_of(rule, lines[-1]) if rule is not None else None
        if length is None or any(line.long > (line.room or line.long) for line in lines):
            return
        # A file may say any size.
        shares = [one for line in lines if line.long and math.isfinite(one := length / line.long)]
        if shares and not any(low * _SHORTER <= one <= high * _LONGER for one in shares):
            yield at(lines[-1], f"đường kẻ dài {expected} dòng chữ", f"dài khoảng {round(min(shares, key=lambda one: abs(one - high)) * 100)}% dòng chữ")

    return check


def _length_of(rule: LaidLine, last: LaidLine) -> float | None:
    if rule.rule_mm is None and rule is last and not last.drawn:
        return share(last, "underlined") * last.long
    return rule.rule_mm


def _drawn(sheet: LaidSheet, below: bool) -> int:
    """How many drawn lines are tied to the heading, and with `below` to the type and the subject too."""
    roles = {"state", "motto", "agency", "superior", "number", "date", "letter"} | ({"type", "subject"} if below else set())
    places = [number for number, line in enumerate(sheet.lines) if line.role in roles]
    return sum(line.drawn for line in sheet.lines[: max(places, default=-1) + (4 if below else 1)])
