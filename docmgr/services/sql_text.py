"""Words looked for in columns of the database."""

from __future__ import annotations

LIMIT = 12
LONGEST_QUERY = 200
