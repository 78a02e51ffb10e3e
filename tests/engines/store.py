"""An S3 store for tests: versitygw, a program in Go that keeps objects in a folder.

`tests.engines.install` builds it. Tests that need it are skipped where it is not there, as `lacking` says.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from docmgr.storage.address import StoreAddress
from docmgr.storage.s3 import S3Storage
from docmgr.storage.s3.shelf import Shelf
from tests.engines import install
from tests.engines.install import lacking

START_SECONDS = 20.0
KEY_ID, SECRET = "testkey", "testsecret1"
KEYS = {"ROOT_ACCESS_KEY": KEY_ID, "ROOT_SECRET_KEY": SECRET}
FOLDERS = ("data", "iam", "versions")


def program() -> Path:
    """The program versitygw, which `tests.engines.install` builds. Skips the test where it is not there."""
    built = install.folder() / f"versitygw-{install.VERSITYGW}"
    if not built.exists() or os.environ.get("DOCMGR_TEST_ENGINES") == "none":
        lacking(f"no {built.name}; `make engines` installs it")
    return built


def command(built: Path, root: Path, port: int, *, read_only: bool = False) -> list[str]:
    """The command that runs a store in the FOLDERS of `root`."""
    options = ["--readonly"] if read_only else []
    before = [str(built), "--port", f"127.0.0.1:{port}", "--region", "us-east-1", "--iam-dir", str(root / "iam"), "--health", "/healthz"]
    return [*before, "--quiet", *options, "posix", "--versioning-dir", str(root / "versions"), str(root / "data")]


@dataclass
class Server:
    """A running store. Its buckets are the folders in `root / "data"`."""

    root: Path
    port: int
    read_only: bool = False
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the store, and wait until it answers."""
        for name in FOLDERS:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            command(program(), self.root, self.port, read_only=self.read_only), env={"PATH": os.defpath, **KEYS}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=(self.root / "log").open("ab"),
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < deadline, (self.root / "log").read_text()
            time.sleep(0.05)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """Kill the store."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def bucket(self, name: str) -> Path:
        """Make a bucket; returns its folder, in which objects are files."""
        made = self.root / "data" / name
        made.mkdir()
        return made

    def address(self, bucket: str) -> StoreAddress:
        """The address of a bucket, which need not exist."""
        return StoreAddress(bucket, f"http://127.0.0.1:{self.port}", "us-east-1", KEY_ID, SECRET)


@contextlib.contextmanager
def running(root: Path, *, read_only: bool = False) -> Iterator[Server]:
    """Run a store in a folder during the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(root, port, read_only)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def storage(address: StoreAddress, folder: Path, **changed: str) -> S3Storage:
    """The store at an address, with its files on this machine in `folder`."""
    return S3Storage(replace(address, **changed), Shelf(folder))  # type: ignore[arg-type]
