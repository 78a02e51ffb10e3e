"""Matched stretches of a text as fragments: the only place that decides where one highlight ends and the next begins."""

from collections.abc import Iterable

from indexer.types import Fragment

# (where a stretch begins, where it ends): of characters here, of words where a text is given by its words.
Span = tuple[int, int]


def joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Some stretches of a text, ascending by where they begin, as highlights: stretches that overlap become one, and so do
    those with only blanks between them (line ends are blanks). Any other character keeps them apart."""
    highlights: list[Span] = []
    for start, end in spans:
        if highlights and (start <= highlights[-1][1] or text[highlights[-1][1] : start].isspace()):
            start, end = highlights[-1][0], max(highlights.pop()[1], end)
        highlights.append((start, end))
    return highlights


def fragments(text: str, spans: Iterable[Span], begin: int = 0, end: int | None = None) -> list[Fragment]:
    """The text between two positions as fragments, matched where a highlight of `spans` is; none of them is empty, and
    joined they are that part of the text. The stretches lie between the two positions."""
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
