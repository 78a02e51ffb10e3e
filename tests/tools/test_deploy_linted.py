"""The examples in deploy/ are what their own tools take: by the schemas of Kubernetes and of compose files, and by HAProxy and nginx."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from docmgr.settings import ROOT
from tests.engines import install

DEPLOY = ROOT / "deploy"
MANIFESTS = [one for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")) for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}")
def test_manifests_fit_the_schemas_of_kubernetes(manifest: dict[str, Any]) -> None:
    """Fields that Kubernetes does not know are refused, too."""
    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def test_a_field_in_the_wrong_place_is_seen() -> None:
    web = copy.deepcopy(next(one for one in MANIFESTS if one["kind"] == "Deployment"))
    web["spec"]["template"]["spec"]["readinessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="readinessProbe"):
        kubernetes_validate.validate(web, kubernetes_validate.latest_version(), strict=True)


def _compose() -> jsonschema.protocols.Validator:
    schema = install.folder() / f"compose-{install.COMPOSE}.json"
    if not schema.exists():
        install.lacking(f"no {schema.name}; `make engines` installs it")
    return jsonschema.Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))


def test_the_compose_file_fits_its_schema() -> None:
    found = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert [error.message for error in _compose().iter_errors(found)] == []
    found["services"]["web-1"]["commands"] = []
    assert ["commands" in error.message for error in _compose().iter_errors(found)] == [True]


def _checked(program: str, *words: str) -> str:
    """What a program says about a file of settings. Skips the test where it is not installed."""
    if (found := shutil.which(program, path="/usr/sbin:/usr/local/sbin:/usr/bin")) is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([found, *words], capture_output=True, text=True, timeout=30)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _here(name: str) -> str:
    """The example with machines that have addresses."""
    return (DEPLOY / name).read_text(encoding="utf-8").replace("web-1:8000", "127.0.0.1:8000").replace("web-2:8000", "127.0.0.1:8001")


def test_haproxy_takes_its_example(tmp_path: Path) -> None:
    file = tmp_path / "haproxy.cfg"
    file.write_text(_here("haproxy.cfg"))
    assert _checked("haproxy", "-c", "-q", "-f", str(file)) == ""
    file.write_text(_here("haproxy.cfg").replace("option httpchk", "option httpcheck"))
    assert "httpcheck" in _checked("haproxy", "-c", "-f", str(file))


def test_nginx_takes_its_example(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    key, certificate = tmp_path / "vanban.key", tmp_path / "vanban.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=x", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    text = _here("nginx.conf").replace("/etc/ssl/", f"{tmp_path}/").replace("listen 443", "listen 127.0.0.1:18443")
    file = tmp_path / "nginx.conf"
    # Not the folders of the package, which belong to somebody else.
    own = "".join(f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    file.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{own}\n{text}\n}}\n")
    assert _checked("nginx", "-t", "-q", "-p", str(tmp_path), "-e", "stderr", "-c", str(file)) == ""
