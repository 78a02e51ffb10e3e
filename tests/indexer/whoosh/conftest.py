"""A small index in three segments, opened through Whoosh's interface."""

from datetime import date

import pytest

from indexer import Index, open_index
from indexer.whoosh.index import LiveIndex

TEXTS = {
    1: "alfa bravo charlie", 2: "bravo charlie delta", 3: "charlie delta echo alfa alfa",
    4: "delta echo foxtrot", 5: "echo foxtrot golf alfa bravo", 6: "golf",
}  # fmt: skip
KINDS = {1: "Luật", 2: "Nghị định", 3: "Luật", 4: "Kế hoạch", 5: "Luật", 6: "Nghị định"}


def add(writer: object, number: int, **fields: object) -> None:
    """Write one of the six entries, with `fields` in place of its own."""
    plain = {
        "document": number, "version": 1, "access": 1, "text": TEXTS.get(number, ""), "type": "",
        "number": f"{number}/KH", "issued": date(2020 + number % 3, 1, number % 28 or 28), "folder": number % 2,
    }  # fmt: skip
    writer.add_document(**plain | fields)  # type: ignore[attr-defined]


@pytest.fixture
def ix(store: Index) -> LiveIndex:
    """Six documents of one entry each, two per segment. The words of their texts come from the radio alphabet (alfa,
    bravo …)."""
    index = open_index(store.path)
    for pair in ((1, 2), (3, 4), (5, 6)):
        writer = index.writer()
        for number in pair:
            add(writer, number, issuer=KINDS[number])
        writer.commit(merge=False)
    assert len(index.snapshot().segments) == 3
    return index
