"""Compute the hashes of the trail: the hash of each event, and the Merkle tree over all of them (RFC 9162, 2.1). Events are
hashed in a canonical form. The form never changes, because stored heads depend on it."""

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
    """A Merkle tree to which leaves can be added. It keeps only O(log n) hashes for n leaves."""

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
        """Compute the root hash of the tree as RFC 9162 (2.1.1) defines it. A tree without leaves has the root hash EMPTY."""
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root
