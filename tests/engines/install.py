"""Install the engines that tests of several machines use: OpenSearch from Maven Central, versitygw and a schema by Go.

`python3 -m tests.engines.install` puts them into $DOCMGR_ENGINES, or ~/.cache/docmgr-engines, and exits with 1 and the reason when
one cannot be had. It needs Java, Maven and Go, and no package of Python. OpenSearch is put together from the jars of its
release, since its archive is in no registry: those of the server in `lib`, those of each module in a folder of `modules`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

OPENSEARCH, LOG4J, VERSITYGW, COMPOSE = "2.19.6", "2.25.4", "v1.8.0", "v2.9.1"
SECONDS = 280
# Each module: its class, the module that it extends, and how the names of its jars begin.
MODULES = {
    "transport-netty4": ("transport.Netty4Plugin", "", ("transport-netty4-client-", "netty-")),
    "lang-painless": ("painless.PainlessPlugin", "", ("lang-painless-", "opensearch-scripting-painless-spi-", "antlr4-", "asm")),
    "analysis-common": ("analysis.common.CommonAnalysisPlugin", "lang-painless", ("analysis-common-",)),
}
# What a module may do beyond the rights of the server.
RIGHTS = {
    "transport-netty4": """grant {
  permission java.io.FilePermission "/proc/sys/net/core/somaxconn", "read";
  permission java.net.SocketPermission "*", "accept,connect";
  permission java.lang.RuntimePermission "getClassLoader";
  permission java.lang.RuntimePermission "setContextClassLoader";
  permission java.util.PropertyPermission "sun.nio.ch.bugLevel", "write";
};
""",
    "lang-painless": """grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
};
""",
}
PROJECT = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>docmgr</groupId><artifactId>engines</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>{}</dependencies></project>
"""


class Lacking(Exception):
    """An engine cannot be installed; says why."""


def lacking(why: str) -> NoReturn:
    """Skip the test because an engine is not there. With DOCMGR_TEST_ENGINES=required it fails instead; with "none" engines are not
    looked for."""
    import pytest  # Whoever installs has no packages yet.

    if os.environ.get("DOCMGR_TEST_ENGINES") == "required":
        pytest.fail(why)
    pytest.skip(why)


def folder() -> Path:
    """The folder of installed engines."""
    return Path(os.environ.get("DOCMGR_ENGINES") or Path.home() / ".cache/docmgr-engines")


def opensearch(target: Path) -> None:
    """Put OpenSearch into `target`, unless it is there. Raises Lacking."""
    if (target / "lib").is_dir():
        return
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        home = Path(made) / "opensearch"
        for name in ("bin", "lib", "modules", "plugins"):
            (home / name).mkdir(parents=True)
        (Path(made) / "pom.xml").write_text(PROJECT.format("".join(_dependencies())))
        _run("mvn", "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={home / 'lib'}", cwd=made)
        for name, (kind, extends, jars) in MODULES.items():
            _module(home, name, kind, extends, jars)
        os.rename(home, target)


def _dependencies() -> list[str]:
    wanted = [("org.opensearch", "opensearch", OPENSEARCH), ("org.opensearch", "opensearch-plugin-classloader", OPENSEARCH)]
    wanted.append(("org.apache.logging.log4j", "log4j-core", LOG4J))
    wanted += [("org.opensearch.plugin", name, OPENSEARCH) for name in ("transport-netty4-client", "analysis-common", "lang-painless")]
    form = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"
    return [form.format(*one) for one in wanted]


def _module(home: Path, name: str, kind: str, extends: str, jars: tuple[str, ...]) -> None:
    own = home / "modules" / name
    own.mkdir()
    for jar in sorted((home / "lib").glob("*.jar")):
        if jar.name.startswith(jars):
            jar.rename(own / jar.name)
    described = {
        "description": name, "version": OPENSEARCH, "name": name, "classname": f"org.opensearch.{kind}", "java.version": "11",
        "opensearch.version": OPENSEARCH, "has.native.controller": "false", "extended.plugins": extends,
    }  # fmt: skip
    (own / "plugin-descriptor.properties").write_text("".join(f"{key}={value}\n" for key, value in described.items()))
    if name in RIGHTS:
        (own / "plugin-security.policy").write_text(RIGHTS[name])


def versitygw(target: Path) -> None:
    """Build versitygw as the file `target`, unless it is there. Raises Lacking."""
    if target.exists():
        return
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        wanted = f"github.com/versity/versitygw/cmd/versitygw@{VERSITYGW}"
        _run("go", "install", "-ldflags", "-s -w", wanted, cwd=made, GOBIN=made)
        os.replace(Path(made) / "versitygw", target)


def compose_schema(target: Path) -> None:
    """Put the schema of compose files, which the Go module of Docker Compose has, into the file `target`, unless it is there. Raises
    Lacking."""
    if target.exists():
        return
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        told = _run("go", "mod", "download", "-json", f"github.com/compose-spec/compose-go/v2@{COMPOSE}", cwd=made)
        copy = Path(made) / target.name
        copy.write_bytes((Path(json.loads(told)["Dir"]) / "schema" / "compose-spec.json").read_bytes())
        os.replace(copy, target)


def _run(program: str, *words: str, cwd: str, **environment: str) -> str:
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/local/go/bin")
    if found is None:
        raise Lacking(f"there is no {program}")
    try:
        return subprocess.run(
            [found, *words], cwd=cwd, env={**os.environ, **environment}, check=True, timeout=SECONDS,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ).stdout  # fmt: skip
    except subprocess.CalledProcessError as failed:
        raise Lacking(f"{program}: {failed.stdout[-500:]}") from None
    except subprocess.TimeoutExpired:
        raise Lacking(f"{program} took more than {SECONDS} s") from None


def main() -> int:
    """Install all; 1 when one of them cannot be had."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        opensearch(folder() / "opensearch")
        versitygw(folder() / f"versitygw-{VERSITYGW}")
        compose_schema(folder() / f"compose-{COMPOSE}.json")
    except (Lacking, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
