"""Obligations in given files, against marks that were made by reading them, before any rule read them.

`seed.json` has the 34 obligations of the given plan, `marks.json` those of sections of twelve other files: all that is in
the `ranges`, so that what is found too much counts. Each obligation is [start, end, who, rule of the due date, its value]
with offsets in the text that is read; a sixth item marks one that may be found or not. `who` are pieces of the names
without marks, "*" where nobody is named and so the issuer acts; "?" as rule is not counted. No text is kept.

One obligation is one sentence; a sentence is cut where a clause names who acts, a time, a role, a condition or a document of
its own. The rules were tuned on the files of the set "tune" only.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from docmgr.reading.limits import DEFAULT_LIMITS
from docmgr.reading.obligations.find import find_obligations
from docmgr.reading.process.read import read_here
from docmgr.reading.types import Obligation
from legaltext.text import fold

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
HERE = Path(__file__).parent
SHORT = {
    "ubmttq": "uy ban mat tran to quoc", "mttq": "mat tran to quoc", "ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan",
    "ubbc": "uy ban bau cu", "ctmt": "cong tac mat tran",
}  # fmt: skip
DEFAULTS = {"issuer", "closing"}
Figures = Counter[str]

pytestmark = pytest.mark.skipif(not (DATA / "seed").exists(), reason="không có tài liệu dùng chung ../shared/data")


@cache
def _given() -> dict[str, Path]:
    files = [*DATA.glob("seed/*"), *DATA.glob("htm/*"), *DATA.glob("legacy_encodings/corpus/public-domain/tcvn3/*.doc")]
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}


def _is_same(mark: list[Any], one: Obligation) -> int:
    """How many characters a mark and an obligation share, 0 when it is less than half of the shorter."""
    shared = min(mark[1], one.end) - max(mark[0], one.start)
    return shared if shared * 2 >= min(mark[1] - mark[0], one.end - one.start) else 0


def _pairs(marks: list[list[Any]], found: list[Obligation]) -> dict[int, int]:
    """Pair each mark with at most one obligation, those that share most first."""
    near = sorted(
        ((_is_same(mark, one) / (max(mark[1], one.end) - min(mark[0], one.start)), at, place)
         for at, mark in enumerate(marks) for place, one in enumerate(found) if _is_same(mark, one)), reverse=True,
    )  # fmt: skip
    pairs: dict[int, int] = {}
    for _, at, place in near:
        if at not in pairs and place not in pairs.values():
            pairs[at] = place
    return pairs


def _who_is_right(who: str, one: Obligation) -> bool:
    rules = {why.rule for why in one.why if why.part == "who"} - {"together with"}
    if who == "*":
        return rules <= DEFAULTS
    names = fold(" , ".join(one.units))
    for short, long in SHORT.items():
        names = re.sub(rf"\b{short}\b", long, names)
    return all(piece in names for piece in who.split(", ")) and not (rules & {"closing"})


def _when_is_right(rule: str, value: str, one: Obligation) -> bool:
    told = {"fixed": one.due.on, "recurring": one.due.every}.get(one.due.rule or "none")
    return (one.due.rule or "none") == rule and value in ("", told)


def _count(file: dict[str, Any]) -> Figures:
    path = _given()[file["sha256"]]
    read = read_here(path, path.name, DEFAULT_LIMITS, True, lambda _: None).interpretation
    assert read is not None
    every = find_obligations(read.text, read.provisions, read.facts, read.citations)
    found = [one for one in every if any(first <= one.start < last for first, last in file["ranges"])]
    marks = file["obligations"]
    pairs, figures = _pairs(marks, found), Figures()
    for at, (_, _, who, rule, value, *free) in enumerate(marks):
        if free:
            figures["found"] -= at in pairs
            continue
        figures["marked"] += 1
        if at in pairs:
            one = found[pairs[at]]
            figures.update(right=1, who=_who_is_right(who, one), timed=rule != "?")
            figures["when"] += rule != "?" and _when_is_right(rule, value, one)
    figures["found"] += len(found)
    return figures


def test_the_given_plan() -> None:
    figures = _count(json.loads((HERE / "seed.json").read_text()))
    assert figures["right"] >= 32 and figures["found"] - figures["right"] <= 4, figures
    assert figures["who"] >= 0.85 * 34 and figures["when"] >= 0.85 * 34, figures


@pytest.mark.parametrize("which", ["tune", "held"])
def test_other_documents(which: str) -> None:
    files = [file for file in json.loads((HERE / "marks.json").read_text()) if file["set"] == which]
    figures = sum((_count(file) for file in files), Figures())
    assert len(files) == 6 and figures["marked"] >= 100
    assert figures["right"] >= 0.85 * figures["marked"] and figures["right"] >= 0.85 * figures["found"], figures
    assert figures["who"] >= 0.80 * figures["right"] and figures["when"] >= 0.85 * figures["timed"], figures
