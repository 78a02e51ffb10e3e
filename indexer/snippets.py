"""The passage that shows why a provision was found, as pieces of text with the matched words told apart.

Never markup: the caller's template escapes each piece.
"""

from collections.abc import Callable, Mapping

from indexer.query import Query, parse
from indexer.text import clean, fold, forms, spans
from indexer.types import Segment

_WINDOW = 40
_LEAD = 6
_MARK_LIMIT = 2_000_000
Weigh = Callable[[str], float]
Spans = list[tuple[int, int, str]]


def weigher(toned: Mapping[str, float], folded: Mapping[str, float]) -> Weigh:
    """What a token of a text is worth: words asked with tones match as written, the others without
    diacritics."""

    def weigh(token: str) -> float:
        with_tones, without = forms(token)
        return max(toned.get(with_tones, 0.0), folded.get(without, 0.0))

    return weigh


def _pieces(text: str, found: Spans, weigh: Weigh, start: int, end: int) -> tuple[Segment, ...]:
    pieces: list[Segment] = []
    position = start
    for first, last, token in found:
        if weigh(token) <= 0.0:
            continue
        joined = text[position:first]
        if joined.isspace() and pieces and pieces[-1].match:
            pieces[-1] = Segment(pieces[-1].text + joined + text[first:last], True)
        else:
            if joined:
                pieces.append(Segment(joined, False))
            pieces.append(Segment(text[first:last], True))
        position = last
    if position < end:
        pieces.append(Segment(text[position:end], False))
    return tuple(pieces)


def _best_window(values: list[float], keys: list[str]) -> int:
    """Where the window worth most starts; a repeated word counts little."""
    best, best_start = -1.0, 0
    held: dict[str, int] = {}
    total = 0.0
    for end, (value, key) in enumerate(zip(values, keys, strict=True)):
        if value:
            total += value if not held.get(key) else value * 0.1
            held[key] = held.get(key, 0) + 1
        gone = end - _WINDOW
        if gone >= 0 and values[gone]:
            held[keys[gone]] -= 1
            total -= values[gone] if not held[keys[gone]] else values[gone] * 0.1
        if total > best + 1e-9:
            best, best_start = total, max(0, end - _WINDOW + 1)
    first = next((place for place in range(best_start, len(values)) if values[place]), 0)
    return max(0, min(first - _LEAD, len(values) - _WINDOW)) if best > 0 else 0


def snippet(text: str, weigh: Weigh) -> tuple[Segment, ...]:
    """The best passage of clean text, about 40 words, with every matched word marked; the beginning when none
    is found."""
    text = " ".join(text.split())
    found = spans(text)
    if not found:
        return ()
    start = _best_window([weigh(token) for _, _, token in found], [forms(token)[1] for _, _, token in found])
    window = found[start : start + _WINDOW]
    first = window[0][0] if start else 0
    last = window[-1][1] if start + _WINDOW < len(found) else len(text)
    pieces = list(_pieces(text, window, weigh, first, last))
    if start:
        pieces.insert(0, Segment("… ", False))
    if last < len(text):
        pieces.append(Segment(" …", False))
    return tuple(pieces)


def query_weigher(query: Query) -> Weigh:
    """A weigher that knows only the question: marked words match as typed, an unmarked question matches
    folded."""
    if query.marked:
        return weigher(dict.fromkeys(query.words, 1.0), {})
    return weigher({}, {fold(word): 1.0 for word in query.words})


def mark(text: str, query: str) -> tuple[Segment, ...]:
    """Any text with the words of a question marked; the pieces joined give the text back (in NFC)."""
    cleaned = clean(text[:_MARK_LIMIT])
    return _pieces(cleaned, spans(cleaned), query_weigher(parse(query)), 0, len(cleaned))
