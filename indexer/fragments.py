"""Divides a text into fragments that are highlighted or plain. This is the only place that decides where one highlight
ends and the next begins."""

from collections.abc import Iterable

from indexer.types import Fragment

# (where a stretch begins, where it ends): of characters here, of words where a text is given by its words.
Span = tuple[int, int]


def joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Merge matched stretches of `text` into highlights, and return these as pairs (start, end) of offsets. `spans` are
    such pairs, ascending by start. Stretches that overlap become one highlight, and so do those with only blanks between
    them (line ends are blanks). Any other character keeps them apart."""
    highlights: list[Span] = []
    first, last = 0, -1
    for start, end in spans:
        if last >= 0 and (start <= last or text[last:start].isspace()):
            last = max(last, end)
            continue
        if last >= 0:
            highlights.append((first, last))
        first, last = start, end
    return [*highlights, (first, last)] if last >= 0 else highlights


def fragments(text: str, spans: Iterable[Span], begin: int = 0, end: int | None = None) -> list[Fragment]:
    """Cut `text` from offset `begin` to `end` (None: its end) into fragments, of which the highlights are marked as
    matches. `spans` are the matched stretches as pairs of offsets, ascending and between `begin` and `end`. No fragment is
    empty; joined they are that part of the text."""
    end = len(text) if end is None else end
    pieces, position = list[Fragment](), begin
    for first, last in joined(text, spans):
        if position < first:
            pieces.append(Fragment(text[position:first], False))
        pieces.append(Fragment(text[first:last], True))
        position = last
    if position < end:
        pieces.append(Fragment(text[position:end], False))
    return pieces
