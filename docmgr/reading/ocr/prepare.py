"""Prepare the picture of a page for Tesseract: grey with the seals gone, even paper, upright and straight.

This module decides how the angle of a page is found. Which of two opposite directions is up, is decided by what
Tesseract recognises (see `page`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Grey = NDArray[np.uint8]

# Angles are sought up to this many degrees; a sheet that lies more askew is rare.
MAX_SKEW = 8.0
_COARSE, _FINE = 1.0, 0.1
# For finding angles the page is reduced to about this many pixels at its longer side.
_REDUCED = 1000
_MOST_POINTS = 60_000
_DARK = 0.75
_PAPER = 8
_WHITE = 0.3


@dataclass(frozen=True, slots=True)
class StraightPicture:
    """A picture ready for Tesseract. It was turned anticlockwise by `turn` degrees (0 or 90), then by `skew`."""

    image: Image.Image
    turn: int
    skew: float


def prepare(image: Image.Image) -> StraightPicture:
    """Prepare the picture of a page, in RGB. The result is grey and lies straight. It may be upside down."""
    grey = Image.fromarray(_clean(_even(_without_red(image))))
    across, skew = _angle(grey)
    if across:
        grey = grey.transpose(Image.Transpose.ROTATE_90)
    if skew:
        grey = grey.rotate(skew, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return StraightPicture(grey, 90 if across else 0, skew)


def _without_red(image: Image.Image) -> Grey:
    """Make the picture grey so that red seals vanish: red ink is as bright as paper in the red light. Where a page is
    mostly printed in red, it is made grey as usual."""
    small = image.reduce(4)
    colours = np.asarray(small).astype(np.int16)
    inked = np.asarray(small.convert("L")) < 190
    seal = inked & (colours[..., 0] - colours[..., 1:].max(axis=2) > 50)
    mostly = seal.sum() > 0.5 * inked.sum()
    return np.asarray(image.convert("L") if mostly or not seal.any() else image.getchannel("R"))


def _even(grey: Grey) -> Grey:
    """Make the paper white everywhere: shadows, folds and yellow paper are divided out."""
    height, width = grey.shape
    small = Image.fromarray(grey).reduce(_PAPER)
    paper = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(3))
    even = np.asarray(paper.resize((width, height), Image.Resampling.BILINEAR)).astype(np.float32)
    levelled = grey.astype(np.float32) * (255.0 / np.maximum(even, 64.0))
    return np.clip(levelled, 0, 255).astype(np.uint8)


def _clean(even: Grey) -> Grey:
    """Make all that is much brighter than ink white: what is left of seals and folds, noise, print on the back."""
    limit = _ink_limit(even)
    white = limit + _WHITE * (255 - limit)
    black = float(even[even < limit].mean()) if (even < limit).any() else 0.0
    stretched = (np.arange(256) - black) * (255.0 / max(white - black, 1.0))
    return np.clip(stretched, 0, 255).astype(np.uint8)[even]


def _ink_limit(grey: Grey) -> float:
    """Find the brightness that best separates ink from paper (the method of Otsu)."""
    counts = np.bincount(grey.ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)
    sums = np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return float(np.nanargmax(between)) if np.isfinite(between).any() else 128.0


def _angle(grey: Image.Image) -> tuple[bool, float]:
    """Find how a page lies. Returns (across, skew): whether its lines run up or down, and by how many degrees it must
    then be turned anticlockwise to lie straight."""
    ys, xs = _dark_points(grey)
    if len(xs) < 50:
        return False, 0.0
    lying, skew = _best(xs, ys)
    # After a quarter turn to the left, what was at the right is at the top.
    standing, other = _best(ys, -xs)
    return (True, other) if standing > 1.3 * lying else (False, skew)


def _dark_points(grey: Image.Image) -> tuple[NDArray[Any], NDArray[Any]]:
    factor = max(1, round(max(grey.size) / _REDUCED))
    small = np.asarray(grey.reduce(factor))
    ys, xs = np.nonzero(small < _DARK * 255)
    # The edges of a scan are often black.
    inside = (xs > 0.03 * small.shape[1]) & (xs < 0.97 * small.shape[1])
    inside &= (ys > 0.03 * small.shape[0]) & (ys < 0.97 * small.shape[0])
    ys, xs = ys[inside], xs[inside]
    step = max(1, len(xs) // _MOST_POINTS)
    return ys[::step].astype(np.float32), xs[::step].astype(np.float32)


def _best(xs: NDArray[Any], ys: NDArray[Any]) -> tuple[float, float]:
    """Find the angle at which dark points lie in the clearest rows. Returns (how clear they are, the angle)."""
    coarse = np.arange(-MAX_SKEW, MAX_SKEW + _COARSE / 2, _COARSE / 2)
    about = max(coarse, key=lambda angle: _clear(xs, ys, float(angle)))
    fine = np.arange(about - _COARSE / 2, about + _COARSE / 2 + _FINE / 2, _FINE)
    angle = float(max(fine, key=lambda one: _clear(xs, ys, float(one))))
    return _clear(xs, ys, angle), round(angle, 2)


def _clear(xs: NDArray[Any], ys: NDArray[Any], angle: float) -> float:
    slope = math.radians(angle)
    rows = ys * math.cos(slope) - xs * math.sin(slope)
    counted = np.bincount((rows - rows.min()).astype(np.int32))
    return float((np.diff(counted.astype(np.float64)) ** 2).sum())
