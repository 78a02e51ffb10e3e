"""The status of each document of the index on a day, such as in force or over (no longer in force).

The rule is the rule of `legaltext.validity`. Filters, ranking and known items read the same result.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from indexer.index.snapshot import Bools, Snapshot
from legaltext import validity

# The codes of `legaltext.validity`, in the order in which the filter shows them.
CODES = tuple(validity.STATUS_LABELS)
# Days are ordinals of at most 3,652,059 (year 9999), so two of them fit in 64 bits.
_DAY_BITS = 32


def places(snapshot: Snapshot, at: date) -> NDArray[np.int64]:
    """Find the status of each document of `snapshot` on the day `at`. Returns one integer per document, the
    position of its status in `CODES`, which lists the codes of the statuses. The result is cached."""

    def make() -> NDArray[np.int64]:
        begin, end = (snapshot.of_documents(name) for name in ("effective_from", "effective_to"))
        return between(begin, end, at)

    return snapshot.keep(("statuses", at), make)


def between(begin: NDArray[np.int32], end: NDArray[np.int32], at: date) -> NDArray[np.int64]:
    """Find the status of documents on the day `at`. `begin` holds the first day on which each document is in
    force. `end` holds the first day on which it is no longer in force. Days are numbers (see
    `schema.day_number`), 0 for unknown. Returns one integer per document, the position of its status in
    `CODES`."""
    distinct, pair_of = np.unique(begin.astype(np.int64) << _DAY_BITS | end.astype(np.int64), return_inverse=True)
    days = [(_day(pair >> _DAY_BITS), _day(pair & ((1 << _DAY_BITS) - 1))) for pair in distinct.tolist()]
    codes = [CODES.index(validity.code_between(first, last, at)) for first, last in days]
    column: NDArray[np.int64] = np.array(codes, np.int64)[pair_of]
    return column


def over(snapshot: Snapshot, at: date) -> Bools:
    """A mask of the documents that are no longer in force on the day `at`."""
    ended: Bools = places(snapshot, at) == CODES.index(validity.OVER)
    return ended


def _day(ordinal: int) -> date | None:
    """The day that the index stores as the number `ordinal` (see `schema.day_number`); None for 0."""
    return date.fromordinal(ordinal) if ordinal else None
