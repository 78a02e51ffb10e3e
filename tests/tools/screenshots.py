"""The two images of the README, taken in Chromium from a separate demonstration: `make screenshots`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docmgr" / "static"
SIZE = {"width": 1280, "height": 800}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def _start(home: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    names = ("DOCMGR_DATABASE_URL", "DOCMGR_UPLOADS", "DOCMGR_PUBLIC_URL")
    env = {key: value for key, value in os.environ.items() if key not in names}
    env |= {"DOCMGR_HOME": str(home), "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "docmgr.run", "--demo"], cwd=ROOT, env=env)
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
            return process, address
        except OSError:
            time.sleep(0.2)
    process.terminate()
    raise SystemExit("the demonstration did not start")


def _sign_in(page: Page, address: str, home: Path, username: str) -> None:
    rows = (home / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
    password = {row.split("\t")[0]: row.split("\t")[1] for row in rows}[username]
    page.goto(f"{address}/login")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def _shoot(page: Page, address: str, home: Path) -> None:
    _sign_in(page, address, home, "vanthu")
    page.goto(f"{address}/search?q=thời+hạn+công+khai")
    page.screenshot(path=TARGET / "readme-search.png")
    page.get_by_role("link", name="Điều 4").first.click()
    page.wait_for_load_state("networkidle")
    # The browser scrolls to the article after loading.
    page.wait_for_timeout(1000)
    page.screenshot(path=TARGET / "readme-document.png")


def main() -> int:
    """Start the site, take both images, stop it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("chromium is not installed", file=sys.stderr)
        return 2
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        process, address = _start(Path(folder))
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                page = browser.new_page(viewport=SIZE, locale="vi-VN", reduced_motion="reduce")  # type: ignore[arg-type]
                _shoot(page, address, Path(folder))
                browser.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(40)
    return 0


if __name__ == "__main__":
    sys.exit(main())
