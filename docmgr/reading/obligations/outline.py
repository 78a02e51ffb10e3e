"""The lines of a text as a tree: which line stands under which, and which words above a line govern it.

The provisions of a text know their parents. Here a sentence with a colon also governs the list after it, as office texts
write ("Người đứng đầu …:" and then dashes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docmgr.reading.obligations.headings import label_of
from docmgr.reading.types import Provision
from legaltext.letters import is_capitals

_MARKER = re.compile(
    r"\s*(?:(?:Điều|ĐIỀU)\s+\d+[a-zđ]?[.:]?\s*|[-–—•·*+▪●○]\s*|\(?\d{1,3}\)\s*|\d{1,2}(?:\.\d{1,2})+[.)/]?\s+|\d{1,2}[.)/]\s+|[a-zđ]\d?[.)]\s+"
    r"|[IVX]{1,5}\s*[.)/–-]\s*|[A-HK]\s*[.)/]\s+|(?:Bước|Đợt|Nhiệm vụ|Phần|PHẦN|Mục|MỤC|Chương|CHƯƠNG)\s+[\dIVX]+\s*[.:]?\s*)*"
)
# Provisions whose lines hold no obligations: the heading, the signature, forms and appendices.
_BESIDE = re.compile(r"^(?:mo-dau|chu-ky|phu-luc|.*\bmau-)")
_NUMBERED = ("muc", "so", "khoan", "tieu_muc")
# A numbered line with a colon that is not longer is a title.
_SHORT_TITLE = 60
_LISTED = ("gach", "diem", "khoan", "so")
# A task has fewer labelled lines; the bound keeps the time linear.
_FIELDS = 40
# The deepest nesting that is followed upwards.
DEPTH = 12


@dataclass(slots=True)
class OutlineLine:
    """One line of the text. `start` is its offset, `begin` that of the words after its list marker, `end` where it ends.
    `above` is the line that governs it. `label` is what its label says (headings.label_of), or None. `fields` are the
    labelled lines directly under it. `lists` says whether lines stand under it."""

    start: int
    begin: int
    end: int
    text: str
    anchor: str
    kind: str
    above: OutlineLine | None
    first: bool
    label: str | None = None
    after_label: int = 0
    lists: bool = False
    fields: list[OutlineLine] = field(default_factory=list)
    _title: bool | None = None

    @property
    def is_stem(self) -> bool:
        """Whether the line ends with a colon and so introduces what follows."""
        return self.text.rstrip().endswith(":")

    @property
    def is_title(self) -> bool:
        """Whether the line is the title of lines below it, and no sentence."""
        if self._title is None:
            self._title = self._is_title()
        return self._title

    def _is_title(self) -> bool:
        if not self.lists or any(one.label in ("when", "lead") for one in self.fields):
            return False
        words = self.text.rstrip()
        if words.endswith(":"):
            return self.first and self.kind in _NUMBERED and len(words) <= _SHORT_TITLE
        return is_capitals(words) or not words.endswith((".", ";"))

    def ancestors(self) -> Iterator[OutlineLine]:
        """The lines above this one, the nearest first."""
        above, depth = self.above, 0
        while above is not None and depth < DEPTH:
            yield above
            above, depth = above.above, depth + 1


def outline(text: str, provisions: Sequence[Provision]) -> list[OutlineLine]:
    """Return the lines of the body of `text` in order. Its heading, signature, appendices and forms are left out."""
    heads: dict[str, OutlineLine] = {}
    stems: dict[str | None, OutlineLine] = {}
    lines: list[OutlineLine] = []
    for provision in provisions:
        if _BESIDE.match(provision.anchor):
            continue
        parent = heads.get(provision.parent or "")
        above = _governing(provision, parent, stems)
        for line in _lines_of(text, provision, above):
            lines.append(line)
            if line.first:
                heads[provision.anchor] = line
                if not _is_listed(provision) or line.is_stem:
                    _introduce(provision, line, stems)
            _attach(line)
    return lines


def _governing(provision: Provision, parent: OutlineLine | None, stems: dict[str | None, OutlineLine]) -> OutlineLine | None:
    """The line above a provision: a sentence with a colon before it under the same parent, or else the parent's line."""
    stem = stems.get(provision.parent)
    return stem if stem is not None and _is_listed(provision) and stem.kind != provision.kind else parent


def _is_listed(provision: Provision) -> bool:
    return provision.kind in _LISTED


def _introduce(provision: Provision, line: OutlineLine, stems: dict[str | None, OutlineLine]) -> None:
    """Note that `line` governs the list that follows it, or that the list before it has ended."""
    if line.is_stem and provision.kind == "doan" and provision.parent is not None:
        stems[provision.parent] = line
    else:
        stems.pop(provision.parent, None)


def _attach(line: OutlineLine) -> None:
    if line.above is None:
        return
    line.above.lists = True
    if line.label is not None and len(line.above.fields) < _FIELDS:
        line.above.fields.append(line)


def _lines_of(text: str, provision: Provision, above: OutlineLine | None) -> Iterator[OutlineLine]:
    start = provision.start
    head: OutlineLine | None = None
    for number, words in enumerate(text[provision.start : provision.end].split("\n")):
        if words.strip():
            marked = _MARKER.match(words)
            begin = start + (marked.end() if marked else 0)
            governs = head if head is not None and (head.is_stem or provision.kind in ("dieu", "muc", "chuong")) else above
            line = OutlineLine(start, begin, start + len(words.rstrip()), words[begin - start :].rstrip(), provision.anchor,
                        provision.kind, governs, number == 0)  # fmt: skip
            found = label_of(line.text)
            if found is not None:
                line.label, line.after_label = found[0], begin + found[1]
            head = head or line
            yield line
        start += len(words) + 1
