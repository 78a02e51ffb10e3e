"""The hashes of the trail: an event in canonical form, its leaf, and the Merkle tree over all leaves (RFC 9162, 2.1).

Pure functions and one small accumulator. The canonical form is what every kept head vouches for, so it never changes:
a later column of the table would need a form of its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

# Every column of an event but its hash.
FIELDS = (
    "seq", "at", "actor_id", "actor_label", "actor_unit_id", "actor_unit_label", "via", "action", "subject_type",
    "subject_id", "subject_label", "document_id", "details",
)  # fmt: skip
EMPTY = hashlib.sha256(b"").digest()
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def moment(at: dt.datetime) -> str:
    """A moment in canonical form: UTC, six digits of a second. Raises ValueError without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def leaf_input(event: Mapping[str, Any]) -> bytes:
    """The bytes that stand for an event: JSON of FIELDS, keys sorted, no blanks, UTF-8; `at` is `moment`'s text.

    Raises KeyError, TypeError or ValueError for values that no event of the program has.
    """
    # Half characters, which JSON of earlier releases may hold, have bytes of their own too.
    return _encode({name: event[name] for name in FIELDS}).encode("utf-8", "surrogatepass")


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\0" + data).digest()


def event_hash(event: Mapping[str, Any]) -> str:
    """What the column `leaf_hash` holds for this event, in hex. Raises as `leaf_input`."""
    return leaf_hash(leaf_input(event)).hex()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash above two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The tree over the leaves added so far; it keeps one hash for each complete subtree, O(log n) of them."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append one leaf (its hash)."""
        self._peaks.append(leaf)
        self.size += 1
        rest = self.size
        # Each zero at the end of the size in binary is a pair of equal subtrees that became one.
        while rest % 2 == 0:
            right = self._peaks.pop()
            self._peaks[-1] = node_hash(self._peaks[-1], right)
            rest //= 2

    def root(self) -> bytes:
        """The tree head's hash. The right-hand part of an uneven tree is a tree of its own (RFC 9162, 2.1.1)."""
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root
