"""`python -m tests.support.noting_worker NOTES LEASE_SECONDS`: a worker that writes a note for what it claims and
saves.

Each line is a note: process id, "claimed" or "saved", number of the job (0: it looked for work for the first time).
"""

from __future__ import annotations

import os
import sys
from typing import Any

from docmgr import worker
from docmgr.services import jobs
from docmgr.services.documents import ingest


def main() -> int:
    """Run the worker until a signal; returns its exit code."""
    handle = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    ingest.LEASE_SECONDS = int(sys.argv[2])
    claim, save = jobs.claim, ingest.save

    def note(what: str, number: int) -> None:
        os.write(handle, f"{os.getpid()} {what} {number}\n".encode())

    def noted_claim(kind: str, limit: int, lease_seconds: int, *, kept: bool = False) -> list[Any]:
        claimed = claim(kind, limit, lease_seconds, kept=kept)
        if kind == "read":
            for number in [job.id for job in claimed] or [0]:
                note("claimed", number)
        return claimed

    def noted_save(session: Any, job: Any, *read: Any) -> list[str]:
        removed = save(session, job, *read)
        note("saved", job.id)
        return removed

    jobs.claim, ingest.save = noted_claim, noted_save
    return worker.main([])


if __name__ == "__main__":
    sys.exit(main())
