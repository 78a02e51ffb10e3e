"""Run the system tools that read formats for which there is no library here: antiword, catdoc,
catppt and pdftotext.

A tool runs in the process group of the reading child and under the same limits, so that it is killed
together with the child. It has no time limit of its own: the limit on processor time holds for it too, and the
reading process ends a child in which nobody does anything.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

from docmgr.reading.environment import child_environment
from docmgr.reading.outcomes import Unreadable


def run_tool(name: str, arguments: list[str | Path]) -> tuple[int, str, str] | None:
    """Run the system tool `name` with these arguments. Returns (exit status, stdout, stderr), or None when it
    is not installed. Raises Unreadable when it uses up its processor time."""
    program = shutil.which(name)
    if program is None:
        return None
    done = subprocess.run(
        [program, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env=child_environment(),
    )
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Unreadable("too_long")
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
