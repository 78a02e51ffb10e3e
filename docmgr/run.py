"""Run the whole site: migrate the database, start the web server and the workers, and keep them running. Use `make run`
or `python -m docmgr.run [--demo]`. Messages are in Vietnamese: progress, the address and how to sign in go to stdout,
errors and warnings to stderr."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from docmgr import context, settings, worker
from docmgr.demo.agency import AGENCY
from docmgr.machines import logs
from docmgr.policy import COMMAND_LINE
from docmgr.services import outage
from docmgr.services.errors import Conflict
from docmgr.services.folders import tree
from docmgr.services.people import accounts
from docmgr.services.upkeep import migrate
from docmgr.settings import ROOT, Settings, SettingsError

STARTING_SECONDS = 60.0
STOPPING_SECONDS = 30.0
RESTART_SECONDS = (0.5, 1.0, 2.0, 3.0)
STEADY_SECONDS = 60.0
POLL_SECONDS = 0.2
PR_SET_PDEATHSIG = 1

WEB = (sys.executable, "-m", "gunicorn", "-c", "python:docmgr.gunicorn_conf", "docmgr:create_app()")
WORKER = (sys.executable, "-m", "docmgr.worker")


@dataclass
class Child:
    """A process of the site that is started again whenever it ends. Its times are seconds of time.monotonic()."""

    name: str
    command: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restarts: int = 0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only the main process."""
        # The matrices are small: threads of OpenBLAS would wait for each other longer than they compute. One heap
        # serves all threads, because a heap per thread would keep the memory of its largest query.
        alone = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", **os.environ}
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=alone, start_new_session=True, preexec_fn=_die_with_parent
        )
        self.started = time.monotonic()

    def tend(self) -> None:
        """Start the process again if it has ended, after a delay that grows with each restart. Call this often."""
        now = time.monotonic()
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            self.restarts = 0 if now - self.started > STEADY_SECONDS else self.restarts
            wait = RESTART_SECONDS[min(self.restarts, len(RESTART_SECONDS) - 1)]
            print(f"{self.name} đã dừng (mã {code}), khởi động lại sau {wait:g} giây.", file=sys.stderr, flush=True)
            self.process, self.not_before, self.restarts = None, now + wait, self.restarts + 1
        if now >= self.not_before:
            self.start()


def _die_with_parent() -> None:
    # On Linux the children end when this process is killed.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> int:
    """Run the site until a signal arrives, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m docmgr.run", description=__doc__)
    parser.add_argument("--demo", action="store_true", help="dựng cơ quan trình diễn ở lần chạy đầu")
    parser.add_argument("--prepare", action="store_true", help="chỉ cập nhật cơ sở dữ liệu rồi thoát, khi các tiến trình chạy ở nơi khác")
    arguments = parser.parse_args()
    logs.configure(os.environ.get("DOCMGR_LOG", "").strip() == "json")
    if arguments.demo:
        # This is set before the processes start, because it concerns the pages too.
        os.environ.setdefault("DOCMGR_AGENCY", AGENCY)
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    try:
        port = _port(os.environ.get("PORT", "8000"))
        if not _free(port):
            print(f"Cổng {port} đang có chương trình khác dùng; hãy đặt PORT là một số khác.", file=sys.stderr)
            return 1
        configured = settings.from_environment()
        _prepare(configured, demonstration=arguments.demo)
    except (SettingsError, Conflict, migrate.UnknownRevision, OSError, *outage.ERRORS) as error:
        return _refuse(error)
    return 0 if arguments.prepare else _supervise(port, configured.workers, stopping)


def _refuse(error: Exception) -> int:
    """Print why the site cannot start, and return the exit code: 2 for a bad setting, disk or database, otherwise 1. A
    fault of the program is raised again."""
    code, words = 1, str(error)
    if isinstance(error, outage.ERRORS):
        if (sentence := outage.sentence(error)) is None:
            raise error
        code, words = 2, sentence
        if outage.cause(error) == outage.FULL:
            words = f"{settings.full_disk(settings.from_environment().home)}; hãy giải phóng chỗ trống."
    elif isinstance(error, OSError):
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise error
        code, words = 2, f"{settings.full_disk(Path(error.filename or settings.ROOT))}; hãy giải phóng chỗ trống."
    elif isinstance(error, SettingsError):
        code = 2
    elif isinstance(error, migrate.UnknownRevision):
        words = "dữ liệu thuộc một bản phát hành mới hơn bản đang cài."
    print(f"Không khởi động được: {words}", file=sys.stderr)
    return code


def _warn(site: context.Context) -> None:
    """Print a warning when the disk of the data or storage folder is nearly full, or the storage is not writable."""
    for place in dict.fromkeys((site.settings.home, site.settings.uploads)):
        if shutil.disk_usage(place).free < site.settings.free_disk_floor_bytes:
            _warn_of(settings.full_disk(place))
    if not site.storage.writable():
        _warn_of(f"không ghi được vào kho tệp {site.settings.uploads}")


def _warn_of(what: str) -> None:
    print(f"Cảnh báo: {what}; hệ thống chạy nhưng không nhận thêm tệp.", file=sys.stderr, flush=True)


def _port(text: str) -> int:
    """Read `text`, the value of the variable PORT, as a port number. Raises SettingsError if it is not one."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError(f"PORT phải là số từ 1 đến 65535, không phải “{text}”.")
    return int(text)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _prepare(configured: Settings, *, demonstration: bool) -> None:
    """Prepare the site: migrate the database, create the root folder, and create the first administrator or, with
    `demonstration`, the demonstration agency. Print how to sign in."""
    site = context.build(configured)
    try:
        _warn(site)
        print("Đang cập nhật cơ sở dữ liệu…", flush=True)
        migrate.upgrade(site.database)
        with site.bound():
            tree.ensure_root()
            if demonstration:
                print("Đang dựng cơ quan trình diễn (lần đầu mất vài phút)…", flush=True)
                from docmgr.services.upkeep import demo

                demo.ensure(site, lambda: worker.run_until_idle(site))
                print(demo.greeting(site), flush=True)
            elif (first := accounts.first_administrator(COMMAND_LINE)) is not None:
                print(
                    f"Lần chạy đầu: đăng nhập với tên {first.username}, mật khẩu dùng một lần {first.password}"
                    " (phải đổi ngay; chỉ hiện một lần này).",
                    flush=True,
                )
    finally:
        site.close()


def _supervise(port: int, workers: int, stopping: list[int]) -> int:
    print("Đang khởi động trang web và tiến trình nền…", flush=True)
    children = _children(workers)
    try:
        for child in children:
            child.start()
        announced = False
        deadline = time.monotonic() + STARTING_SECONDS
        while not stopping:
            for child in children:
                child.tend()
            if not announced and _answers(port):
                announced = True
                print(f"docmgr đang chạy tại http://127.0.0.1:{port} (dừng: Ctrl-C)", flush=True)
            if not announced and time.monotonic() > deadline:
                print("Trang web không trả lời sau 60 giây.", file=sys.stderr)
                return 1
            time.sleep(POLL_SECONDS)
    finally:
        _stop(children)
    return 0


def _children(workers: int) -> list[Child]:
    """The processes to start: the web server and `workers` workers, with numbered names if there are several."""
    names = [f"Tiến trình nền {number}" for number in range(1, workers + 1)] if workers > 1 else ["Tiến trình nền"]
    return [Child("Trang web", WEB), *(Child(name, WORKER) for name in names)]


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        # The site says itself what does not work, so it keeps running.
        return True
    except (urllib.error.URLError, OSError):
        return False


def _stop(children: list[Child]) -> None:
    processes = [child.process for child in children if child.process is not None]
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    deadline = time.monotonic() + STOPPING_SECONDS
    for process in processes:
        try:
            process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
