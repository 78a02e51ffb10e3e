"""What child processes get of the environment: the little that they need, and no secrets."""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def child_environment() -> dict[str, str]:
    """Variables for a process that opens files of others. Keys and passwords (DOCMGR_SECRET_KEY, a database's address)
    stay with the parent: a hostile file that takes such a process over finds none."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(_ROOT),
        # Threads of the library for sums would only wait for each other.
        "OPENBLAS_NUM_THREADS": "1",
    }
