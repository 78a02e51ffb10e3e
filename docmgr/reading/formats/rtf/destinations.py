"""Take page headers, footers, footnotes and shapes out of the source of an RTF file.

Each of them is a group of the source (a "destination"), which striprtf leaves out. Text boxes are put back as lines behind
their paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

_EDGES = {"header": r"header[lrf]?", "footer": r"footer[lrf]?", "footnote": r"footnote"}
_SHAPE = r"shp|do"
_PARAGRAPH_END = re.compile(r"\\(?:par|cell|nestcell|row|sect)(?![a-z])")
# WordArt keeps its words as a property of the shape.
_WORD_ART = re.compile(r"\{\\sn\s+gtextUNICODE\s*\}\s*\{\\sv\s([^{}]{1,2000})\}")
# How far before a shape it is looked for whether its paragraph is in a table.
_NEAR = 4_000


@dataclass(frozen=True, slots=True)
class RtfSource:
    """The source of an RTF file in parts. `body` is its text with text boxes, and `headers`, `footers`, `footnotes`, `boxes` and
    `art` (WordArt) are the sources of the others. `fonts` is the group with the font table, "" when there is none."""

    body: str
    fonts: str
    headers: tuple[str, ...]
    footers: tuple[str, ...]
    footnotes: tuple[str, ...]
    boxes: tuple[str, ...]
    art: tuple[str, ...]


def split(source: str) -> RtfSource:
    """Split the source of an RTF file into its parts. What never closes stays in the body."""
    _, fonts = _taken(source, "fonttbl")
    body, around = _taken(source, "|".join(_EDGES.values()))
    shapes: list[str] = []
    parts = {kind: tuple(_with_boxes(inner, shapes) for _, name, inner in around if re.fullmatch(word, name)) for kind, word in _EDGES.items()}
    return RtfSource(
        _with_boxes(body, shapes),
        f"{{\\fonttbl{fonts[0][2]}}}" if fonts else "",
        parts["header"],
        parts["footer"],
        parts["footnote"],
        tuple(text for shape in shapes for text in _texts(shape)),
        tuple(found for shape in shapes for found in _WORD_ART.findall(shape)),
    )


def _taken(source: str, names: str) -> tuple[str, list[tuple[int, str, str]]]:
    """Take the groups of these destinations out of the source; `names` is a pattern. Returns (the rest, the groups), each group
    as (its place in the rest, its name, what it contains). Groups inside a group that is taken stay in it."""
    tokens = re.compile(rf"\\[\\{{}}]|\{{\s*(?:\\\*\s*)?\\({names})(?![a-z0-9])|[{{}}]")
    pieces: list[str] = []
    found: list[tuple[int, str, str]] = []
    at = size = depth = 0
    opened: tuple[int, re.Match[str]] | None = None
    for token in tokens.finditer(source):
        if token.group().startswith("\\"):
            continue
        if token.group() != "}":
            opened = (depth, token) if opened is None and token[1] else opened
            depth += 1
            continue
        depth -= 1
        if opened is not None and depth == opened[0]:
            start = opened[1]
            pieces.append(source[at : start.start()])
            size += len(pieces[-1])
            found.append((size, start[1], source[start.end() : token.start()]))
            at, opened = token.end(), None
    return "".join(pieces) + source[at:], found


def _texts(shape: str) -> list[str]:
    """Find the sources of the text boxes of a shape. Programs write them a second time for older ones."""
    _, boxes = _taken(shape, "shptxt")
    boxes = boxes or _taken(shape, "dptxbxtext")[1]
    return [text for _, _, text in boxes]


def _with_boxes(source: str, shapes: list[str]) -> str:
    """Put the texts of all shapes behind the paragraphs that contain them. The sources of the shapes are added to
    `shapes`."""
    rest, found = _taken(source, _SHAPE)
    if not found:
        return source
    ends = [end.start() for end in _PARAGRAPH_END.finditer(rest)]
    pieces: list[str] = []
    done = 0
    for at, _, shape in found:
        shapes.append(shape)
        after = bisect_left(ends, at)
        # Without an end of its own, the paragraph ends with the outermost group.
        end = ends[after] if after < len(ends) else max(at, rest.rfind("}"))
        before = rest[max(0, at - _NEAR) : at]
        table = r"\intbl" if before.rfind(r"\intbl") > before.rfind(r"\pard") else ""
        pieces.append(rest[done:end])
        pieces += (rf"{{\par\pard\plain{table} {text}}}" for text in _texts(shape))
        done = end
    return "".join(pieces) + rest[done:]
