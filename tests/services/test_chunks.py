"""Tests of docmgr/services/chunks.py."""

from __future__ import annotations

from itertools import chain

import pytest

from docmgr.services.chunks import CHUNK, chunks


@pytest.mark.parametrize("many", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 1])
def test_every_key_is_in_one_list_in_ascending_order(many: int) -> None:
    lists = list(chunks(set(range(many, 0, -1))))
    assert list(chain(*lists)) == list(range(1, many + 1))
    assert len(lists) == -(-many // CHUNK)
    assert all(1 <= len(some) <= CHUNK for some in lists)


def test_keys_out_of_order_are_sorted() -> None:
    assert list(chunks([3, 1, 2])) == [[1, 2, 3]]
