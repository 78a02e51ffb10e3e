"""The whole site on a disk that fills up: stored documents stay readable, and people are told what cannot be saved and
which disk is full."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.running import Running, free_port, token

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A function that mounts a disk of so many megabytes."""
    mounted: list[Path] = []

    def mount(megabytes: int) -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        if (
            os.geteuid() != 0
            or not shutil.which("mount")
            or subprocess.run(command, capture_output=True).returncode
        ):
            pytest.skip("a small disk can be mounted by root only")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Leave no byte free."""
    with (folder / "filling").open("ab", buffering=0) as out:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    out.write(b"\0" * size)
            except OSError:
                continue


def test_the_start_on_a_full_disk_names_the_disk(small_disk: Callable[[int], Path]) -> None:
    disk = small_disk(2)
    fill(disk)
    # The output is not on that disk.
    running = Running(disk / "home", free_port(), out=disk.parent / "output")
    try:
        assert running.process.wait(60) == 2
        assert running.said("Không khởi động được") and running.said(str(disk)) and running.said("hết chỗ")
        assert not running.said("Traceback")
    finally:
        running.stop()


def test_a_site_whose_disk_fills_can_still_be_read(
    small_disk: Callable[[int], Path], full_size: bool
) -> None:
    disk = small_disk(60)
    running = Running(disk / "home", free_port(), out=disk.parent / "output").started()
    try:
        running.add_person("vanthu", "clerk")
        browser = running.sign_in("vanthu")
        assert browser.get("/documents/new") and browser.status == 200
        fill(disk)
        browser.get("/folders/1")
        assert browser.status == 200
        page = browser.post(
            "/folders/1/folders", {"name": "Mới", "csrf_token": token(browser.get("/folders/1"))}
        )
        assert (browser.status, "hết chỗ" in page) == (503, True) and "retry-after" in browser.headers
        answer = browser.upload("a.txt", b"Quyet dinh " * 20_000)
        assert browser.status in (200, 507) and "chỗ" in str(json.loads(answer))
        assert "disk_low" in running.pulse()
        if not full_size:
            return
        # A restart works too, and its output mentions the disk.
        running.stop()
        running = Running(disk / "home", running.port, out=disk.parent / "output").started()
        assert running.said("Cảnh báo") and running.said(str(disk))
        browser.site = running
        browser.get("/login")
        assert browser.status in (200, 302)
    finally:
        running.stop()
