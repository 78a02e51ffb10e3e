"""One OpenSearch node for all test processes of a machine, started by the first that needs it and stopped by the last.

`tests.engines.install` installs it. Where it or Java is missing, tests are skipped, as `lacking` says. DOCMGR_TEST_SEARCH_URL names a
server that runs.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from indexer.opensearch.backend import OpenSearchEngine
from tests.engines import install
from tests.engines.install import lacking

HOME = install.folder() / "opensearch"
SHARED = Path(tempfile.gettempdir()) / f"docmgr-opensearch-{os.getuid()}"
_SECONDS = 90
_JAVA = (
    "-Xms512m -Xmx512m -XX:+UseSerialGC -Xss1m -Djava.awt.headless=true -Dfile.encoding=UTF-8 -Djna.nosys=true -Dio.netty.noUnsafe=true "
    "-Dio.netty.noKeySetOptimization=true -Dio.netty.recycler.maxCapacityPerThread=0 -Dio.netty.allocator.numDirectArenas=0 "
    "-Dlog4j.shutdownHookEnabled=false -Dlog4j2.disable.jmx=true -Dlog4j2.formatMsgNoLookups=true -Djava.locale.providers=SPI,COMPAT "
    "-Dopensearch.distribution.type=tar -Dopensearch.bundled_jdk=false"
).split()
_LOG = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


def backend(_folder: Path | None = None) -> OpenSearchEngine:
    """A backend with indexes of its own that do not exist yet."""
    copies = int(os.environ.get("DOCMGR_TEST_SEARCH_REPLICAS", "0"))
    return OpenSearchEngine(f"{url()}/test-{secrets.token_hex(6)}", replicas=copies)


@cache
def url() -> str:
    """The address of the node. Skips the test where none can run, or fails it where one must."""
    if given := os.environ.get("DOCMGR_TEST_SEARCH_URL"):
        return given.rstrip("/")
    if shutil.which("java") is None or not (HOME / "lib").is_dir() or os.environ.get("DOCMGR_TEST_ENGINES") == "none":
        lacking("no Java or no OpenSearch; `make engines` installs it")
    with _alone():
        port = _running() or _start()
        (SHARED / f"user-{os.getpid()}").touch()
    atexit.register(_leave, os.getpid())
    return f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    SHARED.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (SHARED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _running() -> int | None:
    try:
        pid, port = map(int, (SHARED / "node").read_text().split())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return port


def _start() -> int:
    port = free_port()
    node = SHARED / f"node-{port}"
    command, environment = prepared(node, {"cluster.name": "docmgr-test", "node.name": "n1", "http.port": port, "transport.port": free_port(), "discovery.type": "single-node"})
    with (node / "out.log").open("w") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, cwd=node, env={**os.environ, **environment},
        )  # fmt: skip
    end = time.monotonic() + _SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            lacking(f"OpenSearch does not start: {(node / 'out.log').read_text()[-500:]}")
        time.sleep(0.3)
    (SHARED / "node").write_text(f"{process.pid} {port}")
    return port


def prepared(node: Path, named: Mapping[str, object]) -> tuple[list[str], dict[str, str]]:
    """Make the folder of a node with these settings; returns the command that runs it there, and the variables that it needs."""
    for folder in ("config", "tmp"):
        (node / folder).mkdir(parents=True, exist_ok=True)
    lines = {
        "path.data": node / "data", "path.logs": node / "logs", "network.host": "127.0.0.1", "bootstrap.system_call_filter": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false", **named,
    }  # fmt: skip
    (node / "config/opensearch.yml").write_text("".join(f"{name}: {value}\n" for name, value in lines.items()))
    (node / "config/log4j2.properties").write_text(_LOG)
    # It refuses to run as root; in a user namespace of its own it does not see that it is.
    before = ["unshare", "--user"] if os.getuid() == 0 else []
    java = [*_JAVA, f"-Djava.io.tmpdir={node / 'tmp'}", f"-Dopensearch.path.home={HOME}", f"-Dopensearch.path.conf={node / 'config'}"]
    command = [*before, "java", *java, "-cp", f"{HOME}/lib/*", "org.opensearch.bootstrap.OpenSearch"]
    return command, {"HOME": str(node), "OPENSEARCH_PATH_CONF": str(node / "config")}


def free_port() -> int:
    """A port that nothing uses, below those that the system gives to clients."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)):
                return port


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=2s", timeout=5):
            return True
    except OSError:
        return False


def _leave(pid: int) -> None:
    """Stop the node where no other process uses it any more."""
    if pid != os.getpid():
        return
    with _alone():
        (SHARED / f"user-{pid}").unlink(missing_ok=True)
        for user in SHARED.glob("user-*"):
            try:
                os.kill(int(user.name.removeprefix("user-")), 0)
                return
            except OSError:
                user.unlink(missing_ok=True)
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((SHARED / "node").read_text().split()[0]), signal.SIGKILL)
        for left in (*SHARED.glob("node-*"), SHARED / "node"):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
