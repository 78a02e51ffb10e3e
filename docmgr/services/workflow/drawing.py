"""Lay out a workflow as a picture: the states in a column in their order, transitions to the next state as arrows between
them, others in lanes beside them: forward on the right, back on the left. Plain numbers in the units of an SVG picture; the
page draws them, and shows the same as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docmgr.services.workflow.definition import FlowDefinition, FlowState

WIDTH, HEIGHT, GAP, LANE, MARGIN = 170, 42, 40, 112, 16


@dataclass(frozen=True)
class Box:
    """A state whose upper left corner is at (x, y). `first`: documents begin in it."""

    state: FlowState
    x: int
    y: int
    first: bool


@dataclass(frozen=True)
class Arrow:
    """One or more transitions from one state to another as an SVG path. Each of the `labels` is a line of text; the first one
    begins, or on the left of the boxes ends, at (x, y)."""

    path: str
    labels: tuple[str, ...]
    x: int
    y: int
    ends: bool


@dataclass(frozen=True)
class Drawing:
    """A picture of `width` by `height` units, with boxes of WIDTH by HEIGHT."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(definition: FlowDefinition, told: Callable[[str], str] = str) -> Drawing:
    """Lay out the workflow. `told` gives the words for the names of transitions, for example in another language."""
    places = {state.code: place for place, state in enumerate(definition.states)}
    labels: dict[tuple[int, int], list[str]] = {}
    for one in definition.transitions:
        for source in one.sources:
            labels.setdefault((places[source], places[one.to]), []).append(told(one.name))
    lanes = {side: _lanes([pair for pair in labels if _side(pair) == side]) for side in ("left", "right")}
    widths = {side: LANE * (1 + max(found.values(), default=-1)) for side, found in lanes.items()}
    x = MARGIN + widths["left"]
    boxes = tuple(Box(state, x, _top(places[state.code]), state.code == definition.initial) for state in definition.states)
    arrows = tuple(_arrow(pair, tuple(words), x, lanes.get(_side(pair), {}).get(pair, 0)) for pair, words in labels.items())
    return Drawing(x + WIDTH + max(widths["right"], LANE // 2) + MARGIN, _top(len(boxes)) - GAP + MARGIN, boxes, arrows)


def _top(place: int) -> int:
    return MARGIN + place * (HEIGHT + GAP)


def _side(pair: tuple[int, int]) -> str:
    step = pair[1] - pair[0]
    return "next" if step == 1 else "right" if step > 1 else "left"


def _lanes(pairs: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The lane of each arrow on one side, counted from the boxes. Short arrows lie inside, and no two arrows that pass the same
    state share a lane."""
    found: dict[tuple[int, int], int] = {}
    for pair in sorted(pairs, key=lambda one: (abs(one[1] - one[0]), one)):
        taken = {lane for other, lane in found.items() if min(pair) <= max(other) and min(other) <= max(pair)}
        found[pair] = next(lane for lane in range(len(pairs)) if lane not in taken)
    return found


def _arrow(pair: tuple[int, int], labels: tuple[str, ...], x: int, lane: int) -> Arrow:
    source, target = pair
    side = _side(pair)
    if side == "next":
        middle = x + WIDTH // 2
        return Arrow(f"M{middle} {_top(source) + HEIGHT}V{_top(target) - 2}", labels, middle + 8, _top(source) + HEIGHT + GAP // 2 + 4, False)
    sign, edge = (1, x + WIDTH) if side == "right" else (-1, x)
    # Arrows leave below the middle of a box and arrive above it, so that both can be told apart.
    down, up = _top(source) + HEIGHT * 2 // 3, _top(target) + HEIGHT // 3
    beside = edge + sign * (20 + lane * LANE)
    path = f"M{edge} {down}H{beside}V{up}H{edge + sign * 2}"
    return Arrow(path, labels, beside + sign * 5, (down + up) // 2 + 4, side == "left")
