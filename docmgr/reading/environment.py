"""The environment variables of child processes: the few that they need, and no secrets."""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def child_environment() -> dict[str, str]:
    """Return the environment variables for a process that opens uploaded files. Keys and passwords
    (DOCMGR_SECRET_KEY, the address of the database) are left out, so that a hostile file that takes over the
    process does not find them."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(_ROOT),
        # Threads of the linear algebra library would only wait for each other.
        "OPENBLAS_NUM_THREADS": "1",
        **{name: os.environ[name] for name in ("DOCMGR_GIVE_WAY",) if name in os.environ},
    }
