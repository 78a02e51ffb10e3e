"""Which version of each document an index holds, under which access list, and whether all its provisions agree."""

from collections.abc import Iterator

import numpy as np

from indexer.index.snapshot import Snapshot


def held_versions(snapshot: Snapshot) -> dict[int, tuple[int, int]]:
    """Document → (version, access list)."""
    columns = (snapshot.documents, snapshot.of_documents("version"), snapshot.of_documents("access"))
    documents, versions, access = (column.tolist() for column in columns)
    return dict(zip(documents, zip(versions, access, strict=True), strict=True))


def mixed_versions(snapshot: Snapshot) -> Iterator[str]:
    """A sentence for each document of which provisions of several versions or access lists are there."""
    living = np.flatnonzero(snapshot.alive)
    names = {"version": "phiên bản", "access": "quyền đọc"}
    for column in names:
        own = snapshot.integers[column][living]
        first = snapshot.of_documents(column)[snapshot.document_of[living]]
        for document in np.unique(snapshot.integers["document"][living[own != first]]).tolist():
            yield f"Văn bản {document} có các điều khác {names[column]} trong chỉ mục."
