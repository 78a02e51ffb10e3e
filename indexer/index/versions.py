"""Says which version of each document the index contains and under which access list, and whether all
provisions of a document agree in both."""

from collections.abc import Iterator

import numpy as np

from indexer.index.snapshot import Snapshot


def held_versions(snapshot: Snapshot) -> dict[int, tuple[int, int]]:
    """A dict that maps the id of each document in `snapshot` to (its version, its access list)."""
    columns = (snapshot.documents, snapshot.of_documents("version"), snapshot.of_documents("access"))
    documents, versions, access = (column.tolist() for column in columns)
    return dict(zip(documents, zip(versions, access, strict=True), strict=True))


def mixed_versions(snapshot: Snapshot) -> Iterator[str]:
    """Yield a Vietnamese sentence for each document whose provisions belong to several versions or access
    lists."""
    living = np.flatnonzero(snapshot.alive)
    names = {"version": "phiên bản", "access": "quyền đọc"}
    for column in names:
        own = snapshot.integers[column][living]
        first = snapshot.of_documents(column)[snapshot.document_of[living]]
        for document in np.unique(snapshot.integers["document"][living[own != first]]).tolist():
            yield f"Văn bản {document} có các điều khác {names[column]} trong chỉ mục."
