"""Confine this process, and those that it starts, to a few folders of the disk (Landlock, Linux 5.13 and later).

A document may name files of the machine, for example as linked pictures, and a program that shows it would show these
too. A confined process cannot open them.
"""

from __future__ import annotations

import ctypes
import functools
import os
import struct
from collections.abc import Iterable
from pathlib import Path

# The numbers of the system calls are the same on all machines; glibc has no names for them.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH, _NO_NEW_PRIVILEGES = 1, 1, 38
_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
# Everything that the first version of Landlock knows; the second one adds moving files between folders.
_ALL, _MOVE = (1 << 13) - 1, 1 << 13
_TO_READ = _EXECUTE | _READ | _LIST
_SOCKETS = 1 << 9 | 1 << 5
# What may be done with a single file.
_OF_FILES = _EXECUTE | _WRITE | _READ


@functools.cache
def is_possible() -> bool:
    """Whether the system can confine processes."""
    return _version() >= 1


def _version() -> int:
    return _call(_CREATE_RULESET, None, 0, _ASK_VERSION)


def confine(readable: Iterable[Path], writable: Iterable[Path], sockets: Iterable[Path] = ()) -> None:
    """From now on let this process, and those that it starts, open only files below the folders `readable`, and change
    only those below `writable`. Below the folders `sockets` they may make and delete sockets, and open nothing. Single
    files may be named too; paths that do not exist are left out. This cannot be taken back. Raises OSError when the
    system does not allow it."""
    handled = _ALL | (_MOVE if _version() >= 2 else 0)
    attributes = struct.pack("=Q", handled)
    rules = _checked(_call(_CREATE_RULESET, attributes, len(attributes), 0))
    try:
        for path in readable:
            _allow(rules, path, _TO_READ)
        for path in writable:
            _allow(rules, path, handled)
        for path in sockets:
            _allow(rules, path, _SOCKETS)
        _checked(ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _checked(_call(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, access: int) -> None:
    try:
        at = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = struct.pack("=Qi", access if path.is_dir() else access & _OF_FILES, at)
        _checked(_call(_ADD_RULE, rules, _PATH_BENEATH, rule, 0))
    finally:
        os.close(at)


def _call(number: int, *arguments: int | bytes | None) -> int:
    whole = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *whole))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
