"""Start programs that convert or recognise files without a network.

A file from outside may make such a program call somewhere. In a network namespace of its own it reaches nobody.
"""

from __future__ import annotations

import functools
import subprocess

_CUT_OFF = ("unshare", "--user", "--net", "--map-current-user", "--")
_ASK_S = 60.0


@functools.cache
def is_cut() -> bool:
    """Whether programs get a network namespace of their own, in which there is no network. Some kernels and containers
    do not allow this."""
    try:
        return subprocess.run([*_CUT_OFF, "true"], capture_output=True, timeout=_ASK_S, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def without(command: tuple[str, ...]) -> list[str]:
    """Make the command that runs `command` without a network, or `command` itself where that is not allowed."""
    return [*(_CUT_OFF if is_cut() else ()), *command]
