"""Read plain text (one block per line) and Markdown (one block per block element).

This module decides where paragraphs end. docmgr.reading.interpret finds numbers and meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.columns import foot_blocks, head_blocks
from docmgr.reading.formats.encoding import decode
from docmgr.reading.letters.lines import raw_line, raw_lines, split
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.types import Block, PartContents


def read_txt(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the text file at `path` within `limits`, one block per line. The encoding is found from the
    bytes."""
    text = decode(path.read_bytes())
    lines = split(text)
    head, used = head_blocks(lines)
    body = lines[used:]
    first, foot, end = foot_blocks(body)
    blocks = (*head, *_paragraphs(body[:first]), *foot, *_paragraphs(body[end:]))
    return PartContents("txt", tuple(capped(blocks, limits)))


def _paragraphs(lines: Sequence[str]) -> Iterator[Block]:
    return (Block(line) for line in map(raw_line, lines) if line)


def read_md(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the Markdown file at `path` within `limits`. Headings keep their level, paragraphs their weight,
    and list items their marker."""
    text = decode(path.read_bytes())
    return PartContents("md", tuple(capped(markdown_blocks(text), limits)))


def markdown_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of Markdown text (CommonMark with tables). Raw HTML is kept as plain words."""
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(text)
    marker, level = "", 0
    table, row, col, tables = None, -1, -1, 0
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else f"{token.markup} "
        elif token.type == "table_open":
            table, row, tables = tables, -1, tables + 1
        elif token.type == "table_close":
            table = None
        elif token.type == "tr_open":
            row, col = row + 1, -1
        elif token.type in ("td_open", "th_open"):
            col += 1
        elif token.type in ("fence", "code_block"):
            yield from map(Block, raw_lines(token.content))
        elif token.type == "inline":
            place = (table, row, col) if table is not None else None
            yield from _inline(token, marker, level, place)
            marker = ""


def _inline(token: Token, marker: str, level: int, place: tuple[int, int, int] | None) -> Iterator[Block]:
    for line in _lines(token.children or []):
        text = raw_line(marker + "".join(piece for piece, _, _ in line))
        marker = ""
        if not text:
            continue
        words = [(bold, italic) for piece, bold, italic in line if piece.strip()]
        kind = "cell" if place else "heading" if level else "paragraph"
        table, row, col = place or (None, None, None)
        yield Block(
            text,
            kind,
            level,
            bold=bool(words) and all(b for b, _ in words),
            italic=bool(words) and all(i for _, i in words),
            table=table,
            row=row,
            col=col,
        )


def _lines(children: list[Token]) -> Iterator[list[tuple[str, bool, bool]]]:
    """Yield each line of a Markdown element as (text, bold, italic) pieces. A hard break ends a line; a soft
    break is a space."""
    line: list[tuple[str, bool, bool]] = []
    bold = italic = 0
    for child in children:
        if child.type in ("strong_open", "strong_close"):
            bold += 1 if child.nesting > 0 else -1
        elif child.type in ("em_open", "em_close"):
            italic += 1 if child.nesting > 0 else -1
        elif child.type == "hardbreak":
            yield line
            line = []
        elif child.type == "softbreak":
            line.append((" ", False, False))
        else:
            line.append((child.content, bold > 0, italic > 0))
    yield line
