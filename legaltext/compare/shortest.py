"""Where two lists of words differ: a shortest way from one to the other (Myers, An O(ND) Difference Algorithm, 1986), in
a bounded number of steps."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# Myers' steps for one stretch, and for one comparison unless the caller has a budget of its own.
STRETCH_STEPS, STEPS = 400_000, 1_500_000

# A stretch that differs: (start, end) among the words of the left text, then of the right one.
Span = tuple[int, int, int, int]


@dataclass(slots=True)
class StepBudget:
    """How many steps of comparing are left. `spent` is true once something was too long to compare word by word."""

    steps: int = STEPS
    spent: bool = False


def between(a: Sequence[str], b: Sequence[str], pairs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """The stretches between the places (word on the left, word on the right) at which two lists surely agree."""
    i = j = 0
    for x, y in pairs:
        if x > i or y > j:
            yield i, x, j, y
        i, j = x + 1, y + 1
    if i < len(a) or j < len(b):
        yield i, len(a), j, len(b)


def in_order(numbers: Sequence[int]) -> list[int]:
    """The longest rising part of a list of numbers, as places in the list, ascending."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tails, number)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1], ends[at : at + 1] = [number], [place]
    found, place = [], ends[-1] if ends else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]


def shortest(a: Sequence[str], b: Sequence[str], budget: StepBudget) -> list[Span]:
    """The stretches that a shortest way from `a` to `b` removes and adds; all of it when the steps do not suffice."""
    reached = _forward(a, b, budget)
    if reached is None:
        budget.spent = True
        return [(0, len(a), 0, len(b))]
    same, x, y = [], len(a), len(b)
    for d in range(len(reached) - 1, -1, -1):
        # reached[d] has the diagonals from -d - 1 to d + 1.
        best, at = reached[d], x - y + d + 1
        step = at + 1 if _goes_down(best, at, x - y, d) else at - 1
        old_x = best[step]
        old_y = old_x - (step - d - 1)
        while x > max(old_x, 0) and y > max(old_y, 0) and a[x - 1] == b[y - 1]:
            x, y = x - 1, y - 1
            same.append((x, y))
        x, y = old_x, old_y
    return list(between(a, b, same[::-1]))


def _goes_down(best: Sequence[int], at: int, k: int, d: int) -> bool:
    """Whether the best way to the diagonal `k`, at the place `at` of `best`, adds a word; otherwise it removes one."""
    return k == -d or (k != d and best[at - 1] < best[at + 1])


def _forward(a: Sequence[str], b: Sequence[str], budget: StepBudget) -> list[array[int]] | None:
    """How far one gets on the left with 0, 1, 2, … changes: for each number, what was reached before on each diagonal.
    None when the steps do not suffice."""
    limit = min(budget.steps, STRETCH_STEPS)
    reached: list[array[int]] = []
    # One diagonal more on each side than can be reached.
    best, steps = array("i", (0, 0, 0)), 0
    for d in range(len(a) + len(b) + 1):
        reached.append(best)
        steps += d + 1
        if steps > limit:
            break
        new = array("i", (0,)) + best + array("i", (0,))
        for k in range(-d, d + 1, 2):
            at = k + d + 1
            x = best[at + 1] if _goes_down(best, at, k, d) else best[at - 1] + 1
            y = x - k
            begun = x
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            steps += x - begun
            new[at + 1] = x
            if x >= len(a) and y >= len(b):
                budget.steps -= steps
                return reached
        best = new
    budget.steps -= steps
    return None
