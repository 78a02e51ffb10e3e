"""The limits of search boxes that find records by typed words: the number of results, and the number of
characters of the query that count."""

from __future__ import annotations

LIMIT = 12
LONGEST_QUERY = 200
