"""The trail's tree: published test vectors, and the same results as the recursive definition."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docmgr.models import TrailEvent
from docmgr.services.trail import merkle
from docmgr.services.trail.merkle import Tree

# The reference tests of Certificate Transparency: eight leaf inputs, and the roots of the trees over the first n.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
EVENT = {
    "seq": 7, "at": "2024-02-05T07:00:00.000001Z", "actor_id": 3, "actor_label": "Nguyễn Thị “A”", "actor_unit_id": None,
    "actor_unit_label": None, "via": "web", "action": "document:view", "subject_type": "document", "subject_id": 1,
    "subject_label": "Quyết định 1/QĐ", "document_id": 1, "details": {"b": [1, 2.5, None, True], "a": "\n"},
}  # fmt: skip


def root_of(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


def test_the_published_roots() -> None:
    tree = Tree()
    assert tree.root().hex() == ROOTS[0]
    for data, root in zip(INPUTS, ROOTS[1:], strict=True):
        tree.add(merkle.leaf_hash(bytes.fromhex(data)))
        assert tree.root().hex() == root


@given(st.lists(st.binary(max_size=3), max_size=70))
def test_the_same_as_by_recursion(inputs: list[bytes]) -> None:
    leaves = [hashlib.sha256(b"\0" + data).digest() for data in inputs]
    tree = Tree()
    for number, leaf in enumerate(leaves, 1):
        tree.add(leaf)
        assert tree.root() == root_of(leaves[:number])
    assert (tree.size, tree.root()) == (len(leaves), root_of(leaves))


def test_a_million_leaves_need_twenty_hashes_of_memory() -> None:
    tree = Tree()
    for _ in range(100_000):
        tree.add(b"x" * 32)
    assert len(tree._peaks) == bin(100_000).count("1")


def test_the_canonical_form_never_changes() -> None:
    """Stored heads cover exactly these bytes."""
    assert merkle.leaf_input(EVENT).decode() == (
        '{"action":"document:view","actor_id":3,"actor_label":"Nguyễn Thị “A”","actor_unit_id":null,'
        '"actor_unit_label":null,"at":"2024-02-05T07:00:00.000001Z","details":{"a":"\\n","b":[1,2.5,null,true]},'
        '"document_id":1,"seq":7,"subject_id":1,"subject_label":"Quyết định 1/QĐ","subject_type":"document","via":"web"}'
    )
    assert merkle.event_hash(EVENT) == hashlib.sha256(b"\0" + merkle.leaf_input(EVENT)).hexdigest()


@pytest.mark.parametrize("name", merkle.FIELDS)
def test_every_field_counts(name: str) -> None:
    assert merkle.event_hash({**EVENT, name: "khác"}) != merkle.event_hash(EVENT)


def test_every_column_is_a_field() -> None:
    assert [*merkle.FIELDS, "leaf_hash"] == [column.name for column in TrailEvent.__table__.columns]


def test_moments_are_utc_with_all_digits() -> None:
    noon = dt.datetime(2024, 2, 5, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    assert merkle.moment(noon) == "2024-02-05T05:00:00.000000Z"
    assert merkle.moment(dt.datetime(24, 2, 5, tzinfo=dt.UTC)) == "0024-02-05T00:00:00.000000Z"
    with pytest.raises(ValueError, match="zone"):
        merkle.moment(dt.datetime(2024, 2, 5))
