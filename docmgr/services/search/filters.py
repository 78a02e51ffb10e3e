"""The list of the filters of the search page, in the order in which pages show them.

The key of a filter, such as "type", is its parameter in the address. The index offers its values and their counts
under the same key. A new filter is one entry here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from docmgr.policy import HEALTHS
from indexer import STATUS_LABELS


@dataclass(frozen=True)
class SearchFilter:
    """A filter of the search page. `label` is its Vietnamese name. `words` has Vietnamese words for values that are
    codes of this program; other values are texts that documents print. `folders` is true when the values are ids of
    folders, whose names only some people may see."""

    label: str
    words: Mapping[str, str] = field(default_factory=dict)
    folders: bool = False


FILTERS = {
    "type": SearchFilter("Loại văn bản"),
    "issuer": SearchFilter("Cơ quan ban hành"),
    "year": SearchFilter("Năm"),
    "status": SearchFilter("Hiệu lực", words=STATUS_LABELS),
    "folder": SearchFilter("Thư mục", folders=True),
    "health": SearchFilter("Chất lượng chữ", words=HEALTHS),
    "field_of_work": SearchFilter("Lĩnh vực"),
    "tag": SearchFilter("Nhãn"),
}
