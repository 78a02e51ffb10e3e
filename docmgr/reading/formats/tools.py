"""Run the system tools that read formats for which there is no library here: antiword, catdoc and pdftotext.

A tool runs in the process group of the reading child and under the same limits, so that it is killed
together with the child.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from docmgr.reading.environment import child_environment
from docmgr.reading.outcomes import Unreadable

TOOL_S = 8.0


def run_tool(name: str, arguments: list[str | Path]) -> tuple[int, str, str] | None:
    """Run the system tool `name` with these arguments. Returns (exit status, stdout, stderr), or None when it
    is not installed. Raises Unreadable when it takes longer than TOOL_S seconds."""
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
