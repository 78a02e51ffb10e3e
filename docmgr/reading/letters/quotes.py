"""Find where a quote stands in a text that another program has written a little differently.

Spaces, ends of lines, hyphens of every kind, invisible characters and capitals are not compared. Accents are, however
they are encoded. This module decides what counts as the same words; callers know where the characters are on a page.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from docmgr.reading.letters import encodings

# A letter with the accents that follow it is compared as a whole, because accents may come in any order.
_CLUSTER = re.compile("[\\s\\S][\u0300-\u036f]*")
# Control characters, invisible ones, hyphens and dashes; noncharacters stand for hyphens in the text of a PDF.
_LEFT_OUT = frozenset({"Cc", "Cf", "Cn", "Pd", "Zs", "Zl", "Zp"})
# Fewer characters than this could stand in the middle of any other word.
SHORTEST_INSIDE = 6
# Facts that stand beside the signer's name; the same words may stand elsewhere before.
BESIDE_SIGNER = frozenset({"position", "recipients"})
_PIECES = re.compile(r"[;\n]")


@dataclass(frozen=True, slots=True)
class Compared:
    """A text in the form in which quotes are looked for. `places` has, for each character of `plain`, the index in
    `text` from which it comes."""

    text: str
    plain: str
    places: tuple[int, ...]


def compared(text: str, encoding: str | None = None) -> Compared:
    """Prepare a text for `find`. `encoding` is one of letters.encodings.ENCODINGS when the text may be in it."""
    plain: list[str] = []
    places: list[int] = []
    letters = encodings.VNI_LETTER if encoding == encodings.VNI else _CLUSTER
    for cluster in letters.finditer(text):
        written = _plain(cluster.group(), encoding)
        plain.append(written)
        places += [cluster.start()] * len(written)
    return Compared(text, "".join(plain), tuple(places))


@functools.lru_cache(maxsize=4_096)
def _plain(cluster: str, encoding: str | None) -> str:
    if encoding is not None:
        cluster = encodings.decode(cluster, encoding)
    folded = unicodedata.normalize("NFKC", cluster).casefold()
    return "".join(one for one in folded if unicodedata.category(one) not in _LEFT_OUT)


def find(within: Compared, quote: str, *, inside_words: bool = False) -> tuple[int, int] | None:
    """Find the first place of `quote`: (index of its first character in `within.text`, index after its last one). None
    when it is not there. A place with the same capitals counts before all others.

    The place has to begin and end where a word does, unless `inside_words` is set. A short quote is never found inside
    words.
    """
    wanted = compared(quote).plain
    if not wanted or (inside_words and len(wanted) < SHORTEST_INSIDE):
        return None
    spans = [(at, at + len(quote)) for at in _all(within.text, quote)]
    whole = next((span for span in spans if _is_whole(within.text, *span)), None)
    if whole is not None:
        return whole
    for at in _all(within.plain, wanted):
        start, last = within.places[at], within.places[at + len(wanted) - 1]
        end = last + len(_cluster(within.text, last))
        if inside_words or _is_whole(within.text, start, end):
            return start, end
    return None


def find_pieces(within: Compared, quote: str) -> list[tuple[int, int]]:
    """Find the pieces of a list, such as the recipients, between which other words may stand. Returns their places as
    `find` does. Empty when the quote is no list, or when less than half of its pieces are there."""
    pieces = [piece.strip() for piece in _PIECES.split(quote) if piece.strip()]
    found = [span for piece in pieces if (span := find(within, piece)) is not None]
    return found if len(pieces) > 1 and 2 * len(found) >= len(pieces) else []


def _all(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _cluster(text: str, at: int) -> str:
    found = _CLUSTER.match(text, at)
    return found.group() if found else ""


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the characters from `start` to `end` are whole words."""
    begins = start == 0 or not (text[start].isalnum() and text[start - 1].isalnum())
    return begins and (end >= len(text) or not (text[end - 1].isalnum() and text[end].isalnum()))
