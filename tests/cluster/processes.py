"""Processes that outlive the shell that started them, and are found again by any other: names, ids and ports in one JSON file.

A process is known by its id together with the time at which it began, so that a number that the system gave to another program
since is never signalled.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engines import opensearch

PATIENCE = 90.0
STOP_SECONDS = 40.0


class NotStarted(Exception):
    """A process did not begin to answer; says which, with the end of its log."""


@dataclass(frozen=True)
class Known:
    """A process of which the book knows that it was started."""

    pid: int
    began: str

    @property
    def alive(self) -> bool:
        """Whether it runs; one that ended and was not waited for does not."""
        return _began(self.pid) == self.began


def _began(pid: int) -> str | None:
    """When a process began, in ticks since the machine started; None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


class Book:
    """The processes of one folder: their logs lie in `logs`, what is known of them in `state.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "state.json"
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        # The owner of PostgreSQL goes through it; nobody reads what is in it.
        folder.chmod(0o711)

    def port(self, name: str) -> int:
        """The port of `name`, chosen when it is first asked for."""
        held = self._read()
        if name not in held["ports"]:
            taken = set(held["ports"].values())
            held["ports"][name] = next(port for port in iter(opensearch.free_port, None) if port not in taken)
            self._write(held)
        return int(held["ports"][name])

    def secret(self) -> str:
        """The key that all machines of this folder share."""
        held = self._read()
        if "secret" not in held:
            held["secret"] = secrets.token_hex(32)
            self._write(held)
        return str(held["secret"])

    def variables(self, more: Mapping[str, str]) -> dict[str, str]:
        """Further variables of all machines: those that were given to this folder before, and `more`."""
        held = self._read()
        known = {**held.get("variables", {}), **more}
        if more:
            self._write({**held, "variables": known})
        return known

    def known(self) -> dict[str, Known]:
        """What was started and not stopped, in the order in which it was."""
        return {name: Known(one["pid"], one["began"]) for name, one in self._read()["processes"].items()}

    def runs(self, name: str) -> bool:
        """Whether the process with this name runs."""
        held = self.known().get(name)
        return held is not None and held.alive

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        """Start a process in a session of its own, unless it runs. Its output goes to its log."""
        if self.runs(name):
            return
        with (self.folder / "logs" / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                list(command), cwd=folder, env=dict(env), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._children[name] = process
        held = self._read()
        held["processes"].pop(name, None)
        held["processes"][name] = {"pid": process.pid, "began": _began(process.pid) or "ended"}
        self._write(held)

    def wait_for(self, name: str, answers: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until the process answers. Raises NotStarted when it ends before, or takes too long."""
        until = time.monotonic() + seconds
        while not answers():
            if not self.runs(name) or time.monotonic() > until:
                raise NotStarted(f"{name}: {self.log(name)[-1500:]}")
            time.sleep(0.1)

    def log(self, name: str) -> str:
        """What a process wrote."""
        path = self.folder / "logs" / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def end(self, name: str, number: int = signal.SIGKILL, seconds: float = STOP_SECONDS) -> None:
        """Send a signal to a process and those of its session's group, and wait until it has ended; after `seconds` it is killed."""
        held = self.known().get(name)
        if held is None or not held.alive:
            return
        for one, patience in ((number, seconds), (signal.SIGKILL, 10.0)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(held.pid, one)
            until = time.monotonic() + patience
            while held.alive and time.monotonic() < until:
                if name in self._children:
                    self._children[name].poll()
                time.sleep(0.05)
            if not held.alive:
                return

    def forget(self, name: str) -> None:
        """No longer know a process, because it was stopped on purpose."""
        held = self._read()
        if held["processes"].pop(name, None) is not None:
            self._write(held)

    def _read(self) -> dict[str, Any]:
        held: dict[str, Any] = json.loads(self.file.read_text()) if self.file.exists() else {}
        return {"ports": {}, "processes": {}, **held}

    def _write(self, held: Mapping[str, Any]) -> None:
        made = self.file.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(json.dumps(held, indent=1) + "\n")
        os.replace(made, self.file)
