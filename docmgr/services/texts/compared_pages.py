"""Cut a comparison into pages, fold what did not change, and mark the words on the page that is shown.

Words are compared only for the rows of one page, so that the longest law costs no more than a page of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from docmgr.services.texts.compare import AWAY, CHANGED, ComparedBlock, ComparedRow, ComparedTexts
from legaltext.compare.shortest import StepBudget
from legaltext.compare.words import WordRun, differences

# The length of a page in characters, both columns together, and what the markup of a row adds.
PAGE, ROW_COST = 150_000, 400
# So many characters of folded text a page holds; further folds only lead to the document.
FOLDED = 60_000
# A fold on the page and its line in the list.
FOLD_COST = 100


@dataclass(frozen=True)
class MarkedRow:
    """A row with its words: `left` and `right` are the runs of each column. `whole`: it was too long to compare word by
    word, so all that lies between is marked. `row.states` say what happened."""

    row: ComparedRow
    left: tuple[WordRun, ...]
    right: tuple[WordRun, ...]
    whole: bool


@dataclass(frozen=True)
class Fold:
    """Rows without a changed word, folded to one line, which names `first` and `last`. `moved`: they have other numbers or places now. `with_text` tells
    whether the page has their texts; otherwise it only leads to them."""

    rows: tuple[ComparedRow, ...]
    moved: bool
    with_text: bool
    first: ComparedRow
    last: ComparedRow
    # The number of the first block; None inside a block.
    no: int | None = None


@dataclass(frozen=True)
class BlockPart:
    """A block that differs, or the part of it that this page shows; `begun`: its beginning is on an earlier page."""

    block: ComparedBlock
    begun: bool
    items: tuple[MarkedRow | Fold, ...]


@dataclass(frozen=True)
class ListedDifference:
    """A line of the list of what differs: a block, or several that only have other numbers now. `page` shows it."""

    blocks: tuple[ComparedBlock, ...]
    page: int


@dataclass(frozen=True)
class ComparedPage:
    """One page of a comparison: parts of blocks that differ, and folds of blocks that do not. `entries` lists all that
    differs, on every page."""

    no: int
    pages: int
    items: tuple[BlockPart | Fold, ...]
    entries: tuple[ListedDifference, ...]


# Blocks on one page, with the first row that is on it and the row after the last one.
_Span = tuple[ComparedBlock, int, int]


def cut(found: ComparedTexts, no: int) -> ComparedPage:
    """Make page `no` of a comparison, counted from 1; the nearest page when there is none of this number."""
    pages = list(_pages(found.blocks))
    no = min(max(no, 1), len(pages))
    first = {span[0].no: number for number, spans in reversed(list(enumerate(pages, 1))) for span in spans}
    runs = [tuple(run) for _sort, run in groupby((block for block in found.blocks if block.states), _Sorts())]
    entries = tuple(ListedDifference(run, first[run[0].no]) for run in runs)
    return ComparedPage(no, len(pages), tuple(_items(pages[no - 1] if pages else ())), entries)


class _Sorts:
    """Gives blocks that only moved, one after the other, the same sort, and every other block one of its own."""

    def __call__(self, block: ComparedBlock) -> int:
        return 0 if _folds(block) else block.no


def _folds(block: ComparedBlock) -> bool:
    return CHANGED not in block.states and all(row.same_words for row in block.rows)


def _pages(blocks: Iterable[ComparedBlock]) -> Iterator[list[_Span]]:
    page: list[_Span] = []
    room = PAGE
    for block in blocks:
        start = 0
        for place, row in enumerate(block.rows):
            cost = FOLD_COST if row.same_words or AWAY in row.states else ROW_COST + sum(len(one.text) for one in (row.left, row.right) if one)
            if cost > room and (page or place > start):
                yield [*page, (block, start, place)] if place > start else page
                page, room, start = [], PAGE, place
            room -= cost
        page.append((block, start, len(block.rows)))
    yield page


def _items(spans: Sequence[_Span]) -> Iterator[BlockPart | Fold]:
    budget, folded = StepBudget(), [FOLDED]
    for sort, run in groupby(spans, lambda span: (_folds(span[0]), bool(span[0].states), 0 if _folds(span[0]) else span[0].no)):
        some = list(run)
        if sort[0]:
            rows = [row for block, start, end in some for row in block.rows[start:end]]
            yield _fold(rows, sort[1], folded, [block for block, _start, _end in some])
        else:
            for block, start, end in some:
                yield BlockPart(block, start > 0, tuple(_rows(block.rows[start:end], budget, folded)))


def _rows(rows: Sequence[ComparedRow], budget: StepBudget, folded: list[int]) -> Iterator[MarkedRow | Fold]:
    for (same, moved), run in groupby(rows, lambda row: (row.same_words, bool(row.states))):
        if same:
            yield _fold(list(run), moved, folded)
        else:
            yield from (_marked(row, budget) for row in run)


def _fold(rows: Sequence[ComparedRow], moved: bool, folded: list[int], blocks: Sequence[ComparedBlock] = ()) -> Fold:
    """Fold some rows; `folded` is how much text the page may still hold. `blocks` are the blocks that they are, if any."""
    folded[0] -= sum(len(row.alone.text) for row in rows)
    first, last = (blocks[0].head, blocks[-1].head) if blocks else (rows[0], rows[-1])
    return Fold(tuple(rows), moved, folded[0] >= 0, first, last, blocks[0].no if blocks else None)


def _marked(row: ComparedRow, budget: StepBudget) -> MarkedRow:
    if AWAY in row.states:
        return MarkedRow(row, (), (), whole=False)
    left, right = row.left.text if row.left else "", row.right.text if row.right else ""
    if row.left is None or row.right is None:
        runs: tuple[WordRun, ...] = (WordRun(same=False, left=left, right=right),)
        return MarkedRow(row, runs, runs, whole=False)
    budget.spent = False
    runs = differences(left, right, budget)
    return MarkedRow(row, runs, runs, whole=budget.spent)
