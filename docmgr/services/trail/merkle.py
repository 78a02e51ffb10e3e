"""The hashes of the trail: the canonical form of an event, the hash of this form (a leaf), and the Merkle tree over
all leaves (RFC 9162, 2.1). The functions are pure; Tree collects leaves. Stored heads depend on the canonical form,
so it never changes: an event with a further column would need a form of its own."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

# Every column of an event except its hash.
FIELDS = (
    "seq", "at", "actor_id", "actor_label", "actor_unit_id", "actor_unit_label", "via", "action", "subject_type",
    "subject_id", "subject_label", "document_id", "details",
)  # fmt: skip
EMPTY = hashlib.sha256(b"").digest()
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def moment(at: dt.datetime) -> str:
    """Write the time `at` in the canonical form: UTC, with six digits for the fraction of a second. Raises ValueError
    for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def leaf_input(event: Mapping[str, Any]) -> bytes:
    """Write an event in the canonical form, as bytes to be hashed: JSON in UTF-8 with sorted keys and without blanks.
    `event` has a value for each column in FIELDS; its "at" is a text that `moment` returned. Raises KeyError,
    TypeError or ValueError for values that no event of this program has."""
    # Lone surrogates, which JSON of earlier releases may contain, are encoded as bytes too.
    return _encode({name: event[name] for name in FIELDS}).encode("utf-8", "surrogatepass")


def leaf_hash(data: bytes) -> bytes:
    """Compute the hash of a leaf of the tree from `data`, the bytes that `leaf_input` returns."""
    return hashlib.sha256(b"\0" + data).digest()


def event_hash(event: Mapping[str, Any]) -> str:
    """Compute the hash of an event in hexadecimal, as the column `leaf_hash` stores it. `event` has the values that
    `leaf_input` takes. Raises KeyError, TypeError or ValueError for values that no event of this program has."""
    return leaf_hash(leaf_input(event)).hex()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Compute the hash of a node of the tree from the hashes of its two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The Merkle tree over the leaves added so far. It stores one hash for each complete subtree, O(log n) hashes for
    n leaves."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf, given as its hash."""
        self._peaks.append(leaf)
        self.size += 1
        rest = self.size
        # Each trailing zero of the size in binary means that two equal subtrees have become one.
        while rest % 2 == 0:
            right = self._peaks.pop()
            self._peaks[-1] = node_hash(self._peaks[-1], right)
            rest //= 2

    def root(self) -> bytes:
        """Compute the root hash of the tree; without leaves it is EMPTY. When the number of leaves is not a power of two,
        the left subtree is as large a complete tree as possible, and the right one has all other leaves (RFC 9162, 2.1.1)."""
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root
