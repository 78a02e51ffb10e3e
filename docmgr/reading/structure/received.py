"""Find the box that a registry stamps on incoming papers: "CÔNG VĂN ĐẾN, Số: …, Ngày: …, Chuyển: …".

Its office, number and day are those of the receiver. They are no part of the heading of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from legaltext.letters import is_capitals

if TYPE_CHECKING:
    from docmgr.reading.types import Block

# These words tell the box of an incoming paper from the box of an electronic signature.
RECEIVED = re.compile(r"\bĐẾN\b|(?:Số|Ngày) đến\b")
_TITLE = re.compile(r"^(?:(?:CÔNG VĂN|VĂN BẢN)\s+)?ĐẾN\s*:?\s*(?P<rest>$|(?:Số|SỐ)\s*:?.*$)")
_PART = re.compile(
    r"^(?:(?:Số|SỐ)(?: đến)?\s*:?[\s._…]*\d{0,6}[\s._…]*$"
    r"|(?:Ngày|NGÀY|Giờ)(?: đến)?\s*:?[\s._…]*(?:\d{1,2}[\s._…]*[/.\-][\s._…]*\d{1,2}[\s._…]*[/.\-][\s._…]*\d{4})?[\s._…]*$"
    r"|(?:Chuyển|Lưu hồ sơ số|Số và ký hiệu HS)\s*:)"
)
_BARE = re.compile(r"(?:Số|SỐ)\s*:?[\s._…]*\d{0,6}[\s._…]*")
_OTHER = re.compile(r"^(?:Số|SỐ)\s*:|[Nn]gày\s|^(?:Độc lập|ĐỘC LẬP)|^(?:CỘNG H|ĐẢNG CỘNG SẢN)")
_ABOVE, _BELOW = 3, 12


def received_box(blocks: Sequence[Block]) -> frozenset[int]:
    """Find the blocks that make up the box of the registry. `blocks` are those of the heading. Returns their
    indexes; empty when there is no box.

    The names of offices directly above the box belong to it too, for they may be its own. Where its words ran into
    those of the heading, no name in front of it can be trusted, and all are returned."""
    found: set[int] = set()
    for at, block in enumerate(blocks):
        title = _TITLE.match(block.text.strip())
        if title is None:
            continue
        near = range(max(0, at - _ABOVE), min(len(blocks), at + _BELOW))
        parts = {index for index in near if _PART.match(blocks[index].text.strip())}
        if parts or title["rest"]:
            clean = not title["rest"] or _BARE.fullmatch(title["rest"]) is not None
            found |= {at, *parts, *_names_above(blocks, at, clean)}
    return frozenset(found)


def _names_above(blocks: Sequence[Block], at: int, clean: bool) -> Iterator[int]:
    """The lines in capitals above the box at `at`. Behind a box that is `clean`, only those directly above it in its
    own column."""
    for index in range(at - 1, -1, -1):
        block = blocks[index]
        name = is_capitals(block.text) and not _OTHER.search(block.text)
        if name:
            yield index
        elif clean:
            return
