"""Postings as flat arrays in Whoosh's segments: term dictionary and columns are Whoosh's, postings are two
arrays.

Decides the bytes of a `.pst` file: a header, then the entry numbers of all terms one after the other, then
their weights. A term's extent in the dictionary is (first posting, count). Ranking reads the arrays;
Whoosh's own matchers read the same postings as lists.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

import secrets
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo, W3TermsReader
from whoosh.matching.mcore import ListMatcher
from whoosh.reading import TermNotFound

_HEADER = struct.Struct("<4sIQ")  # magic, bytes of an entry number, postings
_MAGIC = b"APO1"
_LENGTHS = struct.Struct("!ii")
_FIELD = struct.Struct("!H")
_COUNT, _START = struct.Struct("!I"), struct.Struct("!q")
_DF_AT = 5  # in a term's info: flags 1, weight 4, then the count
_START_AT = W3TermInfo._struct.size


def _extent_of(data: bytes, at: int) -> tuple[int, int]:
    """(first posting, count) of a term's info at a place in its bytes."""
    (count,), (first,) = _COUNT.unpack_from(data, at + _DF_AT), _START.unpack_from(data, at + _START_AT)
    return first, count


@dataclass(frozen=True)
class Source:
    """Postings of one field to be written: `counts[i]` postings belong to `keys[i]`, entries < 0 are left
    out."""

    keys: Sequence[bytes]
    counts: NDArray[Any]
    entries: NDArray[Any]
    weights: NDArray[Any]


def combine(sources: Iterable[Source]) -> Source:
    """One source with sorted keys and, within a key, ascending entries (sources come in ascending entry
    order)."""
    parts = list(sources)
    keys = sorted(set().union(*(part.keys for part in parts)))
    place = {key: number for number, key in enumerate(keys)}
    terms, entries, weights = [], [], []
    for part in parts:
        own = np.fromiter((place[key] for key in part.keys), np.int32, len(part.keys))
        kept = part.entries >= 0
        terms.append(np.repeat(own, part.counts)[kept])
        entries.append(part.entries[kept].astype(np.int32))
        weights.append(part.weights[kept].astype(np.uint16))
    term = np.concatenate(terms) if terms else np.empty(0, np.int32)
    order = np.argsort(term, kind="stable")
    counts = np.bincount(term, minlength=len(keys))
    empty: NDArray[Any] = np.empty(0, np.int32)
    all_entries = np.concatenate(entries)[order] if entries else empty
    all_weights = np.concatenate(weights)[order] if weights else empty
    return Source(keys, counts, all_entries, all_weights)


class ArrayFieldWriter(W3FieldWriter):
    """Writes whole fields from arrays; the posting file is laid down when the writer closes."""

    def __init__(self, codec: "ArrayCodec", storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._written = 0
        self._entries: list[NDArray[Any]] = []
        self._weights: list[NDArray[Any]] = []

    def write_field(self, name: str, field: Any, source: Source) -> None:
        """Write one combined field; fields come in the order of their names."""
        self.start_field(name, field)
        prefix = _FIELD.pack(self._fieldid)
        info, add, position = W3TermInfo(minlength=0, minid=0), self._tindex.add, self._written
        for key, count in zip(source.keys, source.counts.tolist(), strict=True):
            if count:
                info._df = count
                info.set_extent(position, count)
                add(prefix + key, info.to_bytes())
                position += count
        self._written = position
        self._entries.append(source.entries)
        self._weights.append(source.weights)
        self.finish_field()

    def close(self) -> None:
        """Lay down the arrays and close both files."""
        entries = np.concatenate([*self._entries, np.empty(0, np.int32)])
        size = 2 if not len(entries) or int(entries.max()) < 1 << 16 else 4
        self._postfile.write(_HEADER.pack(_MAGIC, size, len(entries)))
        self._postfile.write(entries.astype(f"<u{size}").tobytes())
        del entries
        weights = np.concatenate([*self._weights, np.empty(0, np.uint16)])
        self._postfile.write(weights.astype("<u2").tobytes())
        super().close()


class ArrayTermsReader(W3TermsReader):
    """The terms of a segment with their postings as arrays; ValueError when the file does not fit."""

    def __init__(
        self, codec: "ArrayCodec", dbfile: Any, length: int, postfile: Any, post_length: int
    ) -> None:
        super().__init__(codec, dbfile, length, postfile)
        magic, size, count = _HEADER.unpack(postfile.get(0, _HEADER.size))
        if magic != _MAGIC or size not in (2, 4) or post_length != _HEADER.size + count * (size + 2):
            raise ValueError("posting file damaged")
        self._size, self._total = size, count
        self._weights_at = _HEADER.size + count * size

    def _numbers(self, at: int, size: int, count: int) -> NDArray[Any]:
        return np.frombuffer(self._postfile.get(at, size * count), f"<u{size}")

    def slice(self, first: int, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """(entries, weights) of `count` postings from number `first` on."""
        if first < 0 or count < 0 or first + count > self._total:
            raise ValueError("posting extent outside its file")
        entries = self._numbers(_HEADER.size + first * self._size, self._size, count)
        return entries, self._numbers(self._weights_at + first * 2, 2, count)

    def extent(self, field: str, key: bytes) -> tuple[int, int] | None:
        """(first posting, count) of a term, None when the segment has no such term."""
        data = self._tindex.get(self._keycoder(field, key))
        if data is None:
            return None
        return _extent_of(data, 0)

    def source(self, field: str) -> Source:
        """All postings of a field, for merging."""
        keys, counts, first = self._scan(field)
        counted = np.array(counts, np.int64)
        entries, weights = self.slice(first, int(counted.sum()))
        return Source(keys, counted, entries, weights)

    def _scan(self, field: str) -> tuple[list[bytes], list[int], int]:
        """Keys and counts in order, and the first posting: one pass over the dictionary's bytes."""
        prefix = _FIELD.pack(self._fieldmap[field])
        data = self._dbfile.get(0, self._tindex.endofdata)
        position, end = self._tindex.startofdata, self._tindex.endofdata
        keys, counts, first = [], [], -1
        while position < end:
            key_length, info_length = _LENGTHS.unpack_from(data, position)
            key_at = position + _LENGTHS.size
            info_at = key_at + key_length
            if data[key_at : key_at + 2] == prefix:
                keys.append(data[key_at + 2 : info_at])
                start, count = _extent_of(data, info_at)
                counts.append(count)
                first = start if first < 0 else first
            position = info_at + info_length
        return keys, counts, max(first, 0)

    def matcher(self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """The postings of a term for Whoosh's own search; TermNotFound."""
        place = self.extent(fieldname, tbytes)
        if place is None:
            raise TermNotFound(f"No term {fieldname}:{tbytes!r}")
        entries, weights = self.slice(*place)
        values = [b""] * len(entries)
        term = (fieldname, tbytes)
        info = self.term_info(*term)
        ids, floats = entries.tolist(), weights.astype(float).tolist()
        return ListMatcher(ids, floats, values, format_, scorer=scorer, term=term, terminfo=info)


class ArrayCodec(W3Codec):
    """Whoosh's codec with array postings."""

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """A segment with a name of its own: Whoosh's comes from `random`, whose seed two writers may share."""
        segment = super().new_segment(storage, indexname)
        segment.segid = secrets.token_hex(8)
        return segment

    def field_writer(self, storage: Any, segment: Any) -> ArrayFieldWriter:
        """A writer for the segment's terms."""
        return ArrayFieldWriter(self, storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        """A reader for the segment's terms; ValueError when its posting file is damaged."""
        terms, posts = segment.make_filename(self.TERMS_EXT), segment.make_filename(self.POSTS_EXT)
        post_length = storage.file_length(posts)
        opened = storage.open_file(terms), storage.file_length(terms)
        return ArrayTermsReader(self, *opened, storage.open_file(posts), post_length)
