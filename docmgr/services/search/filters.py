"""The filters of the search page: the one list of them, in the order in which people read them.

A new filter is one entry here. Its name is its part of the address, and the facet of the index that has its values and
counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer import STATUS_LABELS


@dataclass(frozen=True)
class SearchFilter:
    """A filter: its Vietnamese label, and `words`, its values as people read them where they are this program's own (others
    are what people wrote). `folders`: its values are ids of folders, whose names depend on who reads them."""

    label: str
    words: Mapping[str, str] = field(default_factory=dict)
    folders: bool = False


FILTERS = {
    "type": SearchFilter("Loại văn bản"),
    "issuer": SearchFilter("Cơ quan ban hành"),
    "year": SearchFilter("Năm"),
    "status": SearchFilter("Hiệu lực", words=STATUS_LABELS),
    "folder": SearchFilter("Thư mục", folders=True),
}
