"""A whole site for browser tests: gunicorn with two workers and the worker process, on a data folder of its own.

Everything goes through HTTP, so the tests here see what a person sees.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from docmgr import context
from docmgr.policy import COMMAND_LINE, ROLES
from docmgr.services.folders import tree
from docmgr.services.people import people, units
from docmgr.services.upkeep import migrate
from docmgr.settings import from_environment

ROOT = Path(__file__).resolve().parents[2]
# The shell draws pages without the windows of a desktop.
BROWSERS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
CHROMIUM = next((path for path in BROWSERS if path.exists()), BROWSERS[-1])
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PASSWORD = "Cây khế sau vườn 84"
# The worker ends the page that it is recognising before it stops.
START_SECONDS = STOP_SECONDS = 60
# Recognising and rendering give way to all other programs, so they wait for the other tests of a busy machine.
FINDABLE_MS = 120_000
PATIENCE_MS = 15_000
# The database of a slow machine may be busy for longer than an upload waits.
RESENT = re.compile(r"/documents/new\b.*\b503\b")
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


# The worker processes of the sites that run.
_workers: list[subprocess.Popen[bytes]] = []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let the workers work again, before any fixture waits for one."""
    for worker in _workers:
        worker.send_signal(signal.SIGCONT)


def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Let the workers stand still while tests of other folders run in this process: one that waits for work takes a thirtieth of a
    processor."""
    if nextitem is None or nextitem.path.parent != Path(__file__).parent:
        for worker in _workers:
            worker.send_signal(signal.SIGSTOP)


@dataclass(frozen=True)
class Live:
    """A running site: its address, the folder of its data, a browser, and by role the stored sign-in of that browser."""

    url: str
    home: Path
    browser: Browser
    states: dict[str, dict] = field(default_factory=dict)  # type: ignore[type-arg]

    def signed_in(self, role: str) -> dict:  # type: ignore[type-arg]
        """The sign-in of the person with this role, who signs in when first asked for."""
        if role not in self.states:
            self.states[role] = _signed_in(self.browser, self.url, role)
        return self.states[role]


@contextmanager
def launched() -> Iterator[Browser]:
    """The system's Chromium. When it is missing the tests are skipped, but fail where CI is set."""
    if not CHROMIUM.exists():
        message = f"{CHROMIUM} is missing: apt install chromium"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # A busy machine makes a page slow, not wrong.
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser that all tests of these rooms share."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Live]:
    """The site with one person per role, which all tests share."""
    with running(tmp_path_factory.mktemp("live"), chromium) as site:
        yield site


@contextmanager
def running(home: Path, chromium: Browser) -> Iterator[Live]:
    """A new site with its data in `home`, until the block ends."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    env = {**os.environ, "DOCMGR_HOME": str(home), "DOCMGR_PUBLIC_URL": url, "PYTHONUNBUFFERED": "1"}
    env.pop("DOCMGR_DATABASE_URL", None)
    _prepare(env)
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "--workers",
        "2",
        "--bind",
        f"127.0.0.1:{port}",
        "docmgr:create_app()",
    ]
    with (home / "log").open("w") as log:
        started = [
            subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
            for command in (web, [sys.executable, "-m", "docmgr.worker"])
        ]
        _workers.append(started[-1])
        try:
            _wait_until_up(url, started, home / "log")
            yield Live(url, home, chromium)
        finally:
            _workers.remove(started[-1])
            for process in started:
                process.send_signal(signal.SIGCONT)
                process.terminate()
            for process in started:
                process.wait(timeout=STOP_SECONDS)


def _prepare(env: dict[str, str]) -> None:
    site = context.build(from_environment(env))
    with site.bound():
        migrate.upgrade(site.database)
        tree.ensure_root()
        office = units.create(COMMAND_LINE, name="Văn phòng Sở", abbreviation="VP")
        for role, words in ROLES.items():
            people.create(
                COMMAND_LINE,
                username=role,
                full_name=f"{words} thử",
                roles=[role],
                unit_id=office.id,
                password=PASSWORD,
                must_change=False,
            )
    site.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(url: str, started: list[subprocess.Popen[bytes]], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if any(process.poll() is not None for process in started):
            break
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the site did not start:\n{log.read_text()[-4000:]}")


def _signed_in(browser: Browser, url: str, role: str) -> dict:  # type: ignore[type-arg]
    context_ = browser.new_context(base_url=url)
    page = context_.new_page()
    page.goto("/login")
    page.fill("[name=username]", role)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    state = context_.storage_state()
    context_.close()
    return dict(state)


class Visit:
    """Opens pages as a role and collects errors of the page."""

    def __init__(self, browser: Browser, live: Live) -> None:
        self.browser, self.live = browser, live
        self.open: list[BrowserContext] = []
        self.faults: list[str] = []

    def page(self, role: str, *, phone: bool = False, script: bool = True) -> Page:
        """A page of a new browser that is signed in."""
        opened = self.browser.new_context(
            base_url=self.live.url,
            storage_state=self.live.signed_in(role),  # type: ignore[arg-type]
            viewport=PHONE if phone else WIDE,  # type: ignore[arg-type]
            color_scheme="light",
            java_script_enabled=script,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        self.open.append(opened)
        page = opened.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda told: self.fault(f"{page.url}: {told.text}") if told.type == "error" else None)
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.accept()))
        return page

    def fault(self, told: str) -> None:
        """Keep what the console says, unless it is about a file that the page of uploads sends again by itself."""
        if not RESENT.search(told):
            self.faults.append(told)


@pytest.fixture
def visit(chromium: Browser, live: Live) -> Iterator[Visit]:
    """Pages for one test. Script errors and violations of the content security policy fail the test."""
    visit = Visit(chromium, live)
    yield visit
    for opened in visit.open:
        opened.close()
    assert visit.faults == []


def row(page: Page, name: str) -> Locator:
    """The row of a file on the upload page."""
    return page.locator("[data-upload-rows] > li").filter(has_text=name)


def fits(page: Page) -> bool:
    """Whether the page is not wider than the window. A page that was just asked for may have no content yet, so it is waited for."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def hand_in(page: Page, *papers: Path) -> list[Locator]:
    """Upload files through the page and wait until all can be found; returns their rows."""
    page.goto("/documents/new")
    page.set_input_files("#files", [str(paper) for paper in papers])
    rows = [row(page, paper.name) for paper in papers]
    for one in rows:
        expect(one).to_contain_text("Đã tìm kiếm được", timeout=FINDABLE_MS)
    return rows


def faults_of(page: Page, *, dark: bool = True) -> list[str]:
    """What is wrong with the page that is open, in light colours and with `dark` in dark ones too: wider than the screen, or an
    obstacle to people with disabilities. It is opened once for both, because the colours change in the page that is open; the
    next page is opened in the colours that were looked at last."""
    faults: list[str] = []
    page.evaluate(Axe().axe_script)
    opened_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    for scheme in (("dark", "light") if opened_dark else ("light", "dark"))[: 2 if dark else 1]:
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        faults += [f"{scheme}: {width} px too wide"] * (width > 0)
        found = page.evaluate("options => axe.run(options)", DEFAULT_OPTIONS)["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        faults += [f"{scheme}: {one['id']}: {node['target']}" for one in serious for node in one["nodes"]]
    return faults
