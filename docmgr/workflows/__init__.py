"""The delivered workflows as data: publication, outgoing documents and incoming documents. A new site copies them into the
database (migration 0027), where administrators make new versions. services.workflow.definition says what the keys mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# Code → the name under which the workflow is delivered, in the order of lists.
DELIVERED = {"publication": "Công bố", "outgoing": "Văn bản đi", "incoming": "Văn bản đến"}


def load(code: str) -> dict[str, Any]:
    """Read the definition of the delivered workflow `code`. Raises KeyError when there is none."""
    DELIVERED[code]
    found: dict[str, Any] = json.loads(Path(__file__).with_name(f"{code}.json").read_text(encoding="utf-8"))
    return found
