"""The README's commands, run as they are printed, on a deployment like the README's.

This module decides how a printed path becomes one of a sandbox (the sandbox's root is put before it) and what
replaces the system's own commands: `sudo`, which passes none of the caller's environment, and `install`, which
cannot change owners. A block of an unknown kind, or a command that is neither run nor listed in NOT_RUN, is a
failure.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from docmgr.settings import ROOT
from tests.filling.papers import decision

pytestmark = pytest.mark.slow
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
# Paths of the deployment and the user's own files are inside the sandbox.
PATHS = ("/opt/docmgr", "/var/lib/docmgr", "/mnt/luu", "/mnt/xa", "/srv/moi")
# Commands that are not run here, with the reason.
NOT_RUN = {
    "sudo apt install libreoffice-{writer,calc,impress}-nogui antiword catdoc poppler-utils tesseract-ocr-vie chromium": (
        "installs packages of the system"
    ),
}
# Blocks that are not commands: the test reads them, or they are for a program that is not installed here.
CONFIGURATION = {"ini": "the unit's Environment and ExecStart are used"}
SITES = ("make run", "make demo")
PATIENCE = 180
SUDO = '#!/bin/sh\n[ "$1" = -u ] && shift 2\nexec env -i PATH="$PATH" HOME="$HOME" LANG=C.UTF-8 "$@"\n'
INSTALL = """#!/bin/bash
kept=()
while (($#)); do case $1 in -o|-g) shift 2 ;; *) kept+=("$1"); shift ;; esac; done
exec /usr/bin/install "${kept[@]}"
"""


@dataclass
class Sandbox:
    """A machine for the README: a tree of the code, an empty home, replacements for sudo."""

    root: Path
    port: int

    def place(self, path: str) -> Path:
        """The place of a path of the README."""
        return self.root / path.lstrip("/")

    def here(self, text: str) -> str:
        """Printed commands with the sandbox's paths."""
        return re.sub("|".join(map(re.escape, PATHS)), lambda found: str(self.place(found[0])), text)

    @property
    def environment(self) -> dict[str, str]:
        """No variables of docmgr from outside; one web process, which starts sooner."""
        return {
            "PATH": f"{self.place('/bin')}:{os.environ['PATH']}",
            # The tests themselves keep all processors busy.
            "DOCMGR_GIVE_WAY": "0",
            "HOME": str(self.place("/home/toi")),
            "LANG": "C.UTF-8",
            "WEB_CONCURRENCY": "1",
        }

    def run(self, printed: str, folder: str = "/opt/docmgr") -> str:
        """Run a block as a person would paste it; returns its output. Fails when one of its commands does."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.here(printed)],
            cwd=self.place(folder), env=self.environment, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, f"{printed}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @contextmanager
    def site(self, printed: str, **more: str) -> Iterator[Path]:
        """A site started by this line until the block ends; gives the file with its output."""
        said = self.root / "said.txt"
        with said.open("w") as out:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {self.here(printed)}"], cwd=self.place("/opt/docmgr"), stdout=out, stderr=out,
                env={**self.environment, "PORT": str(self.port), **more}, start_new_session=True,
            )  # fmt: skip
        try:
            self._wait(process, said)
            yield said
        finally:
            # Like Ctrl-C: to the whole process group.
            os.killpg(process.pid, signal.SIGINT)
            process.wait(60)

    def _wait(self, process: subprocess.Popen[bytes], said: Path) -> None:
        until = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                    assert answer.status == 200
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        pytest.fail(f"the site did not come up: {said.read_text()}")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A new machine with the code in /opt/docmgr, where `make setup` has been run."""
    wanted = hashlib.sha256(b"".join((ROOT / f"requirements{part}.txt").read_bytes() for part in ("", "-dev"))).hexdigest()
    stamp = ROOT / ".venv" / "requirements.sha256"
    assert stamp.exists() and stamp.read_text().strip() == wanted, "run `make setup` first: this test must not install"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made = Sandbox(tmp_path_factory.mktemp("may"), free.getsockname()[1])
    away = shutil.ignore_patterns(".venv", ".git", "instance", "uploads", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, made.place("/opt/docmgr"), ignore=away)
    made.place("/opt/docmgr/uploads").mkdir()
    made.place("/opt/docmgr/.venv").symlink_to(ROOT / ".venv")
    for folder in ("/var/lib/docmgr", "/mnt/luu", "/mnt/xa", "/srv", "/bin", "/home/toi/van-ban"):
        made.place(folder).mkdir(parents=True)
    for name, script in (("sudo", SUDO), ("install", INSTALL)):
        made.place(f"/bin/{name}").write_text(script)
        made.place(f"/bin/{name}").chmod(0o755)
    made.place("/home/toi/van-ban/77.docx").write_bytes(decision(number="77"))
    return made


def block(*words: str) -> str:
    """The only block of commands that contains all of these words."""
    (found,) = [text for kind, text in BLOCKS if kind in ("sh", "") and all(word in text for word in words)]
    return found


def people(home: Path) -> list[str]:
    with sqlite3.connect(home / "docmgr.sqlite") as database:
        return [name for (name,) in database.execute("SELECT username FROM user_account ORDER BY id")]


DEMO = block("search", "import ~/van-ban")
BACKUP = block("backup", "restore", "check")
NIGHTLY = block("index retrain")
PLACE = block("users set")
TRAIL = block("trail head", "trail verify")


def test_every_block_is_run_or_says_why_not() -> None:
    listed = [line.split("#")[0].strip() for line in block(*SITES).splitlines()]
    assert listed == list(SITES)
    others = {text.strip() for kind, text in BLOCKS if kind in ("sh", "")} - {
        one.strip() for one in (DEMO, BACKUP, NIGHTLY, PLACE, TRAIL, block(*SITES))
    }
    assert others == set(NOT_RUN) and all(NOT_RUN.values())
    assert {kind for kind, _ in BLOCKS} - {"sh", ""} == set(CONFIGURATION)


def test_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"`make\s+([a-z-]+)", README))
    assert named and named <= targets


def test_the_two_commands_and_the_tour(sandbox: Sandbox) -> None:
    with sandbox.site("make run") as said:
        assert "mật khẩu dùng một lần" in said.read_text()
        assert people(sandbox.place("/opt/docmgr/instance")) == ["quantri"]
    with sandbox.site("make demo") as said:
        assert "vanthu" in said.read_text()
        printed = sandbox.run(DEMO)
    assert "45/QĐ-SGDĐT" in printed and "Điều 4" in printed
    found = sandbox.run("DOCMGR_HOME=instance/demo .venv/bin/flask --app docmgr show 77/QĐ-SGDĐT")
    assert "77/QĐ-SGDĐT" in found


def test_the_deployment_is_backed_up_checked_and_restored_as_printed(sandbox: Sandbox) -> None:
    (unit,) = [text for kind, text in BLOCKS if kind == "ini"]
    settings = dict(re.findall(r"^(\w+)=(.+)$", unit, re.M))
    assert settings["WorkingDirectory"] == "/opt/docmgr" and settings["User"] == "docmgr"
    given = dict(pair.split("=", 1) for pair in sandbox.here(settings["Environment"]).split())
    home, restored = sandbox.place("/var/lib/docmgr"), sandbox.place("/srv/moi")
    with sandbox.site(settings["ExecStart"], **given) as said:
        assert "mật khẩu dùng một lần" in said.read_text()
        sandbox.run("DOCMGR_HOME=/var/lib/docmgr .venv/bin/flask --app docmgr import ~/van-ban --wait")
        assert "Văn phòng Sở" in sandbox.run(PLACE, folder="/")
        sandbox.run(BACKUP, folder="/")
        sandbox.run(TRAIL, folder="/")
        nightly = re.fullmatch(r"(?:\S+ ){5} ?(.+)\n", NIGHTLY)
        assert nightly is not None and "%" not in nightly[1]
        sandbox.run(nightly[1], folder="/")
    (kept,) = sandbox.place("/mnt/luu").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    assert people(restored) == people(home) == ["quantri"]
    assert restored.stat().st_mode & 0o077 == 0 and len(list((restored / "uploads").rglob("*"))) > 1
    with sqlite3.connect(restored / "docmgr.sqlite") as database:
        assert database.execute("SELECT number FROM document").fetchall() == [("77/QĐ-SGDĐT",)]
