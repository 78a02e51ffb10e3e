"""Runs the system tools that read what no library here reads (antiword, catdoc, pdftotext).

The tool runs in the reading child's process group and under its limits, so it dies with it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from docmgr.reading.environment import child_environment
from docmgr.reading.outcomes import Unreadable

TOOL_S = 8.0


def run_tool(name: str, arguments: list[str | Path]) -> tuple[int, str, str] | None:
    """Exit status, stdout and stderr of a tool, None where it is not installed; Unreadable on timeout."""
    program = shutil.which(name)
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TOOL_S,
            check=False,
            env=child_environment(),
        )
    except subprocess.TimeoutExpired as fault:
        raise Unreadable("too_long") from fault
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
