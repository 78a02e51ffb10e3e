"""The examples in deploy/ are whole: what they name exists, in the files themselves and in the program. Nothing is built here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from flask import Flask

from docmgr import worker
from docmgr.settings import ROOT

DEPLOY = ROOT / "deploy"
ENGINES = ("postgresql", "opensearch", "store")
# The versions of the interface in which Kubernetes has each kind.
KINDS = {
    "Namespace": "v1", "ConfigMap": "v1", "Service": "v1", "Job": "batch/v1", "Deployment": "apps/v1", "StatefulSet": "apps/v1",
    "PodDisruptionBudget": "policy/v1", "Ingress": "networking.k8s.io/v1", "NetworkPolicy": "networking.k8s.io/v1",
}  # fmt: skip
# Variables of the program that a setting of another part reads.
OURS = re.compile(r"\b(DOCMGR_[A-Z_]+)\b")


def _manifests() -> list[dict[str, Any]]:
    return [one for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")) for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def _compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def _pods() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for one in _manifests():
        if "template" in one.get("spec", {}):
            yield one, one["spec"]["template"]


def _containers() -> Iterator[dict[str, Any]]:
    for _, pod in _pods():
        yield from pod["spec"]["containers"]


def test_every_manifest_is_of_a_known_kind_and_in_the_namespace() -> None:
    manifests = _manifests()
    assert len(manifests) > 10 and [one["kind"] for one in manifests if KINDS.get(one["kind"]) != one["apiVersion"]] == []
    names = [(one["kind"], one["metadata"]["name"]) for one in manifests]
    assert len(names) == len(set(names))
    assert {one["metadata"].get("namespace") for one in manifests if one["kind"] != "Namespace"} == {"docmgr"}


def test_what_is_selected_is_there() -> None:
    labels = [pod["metadata"]["labels"] for _, pod in _pods()]
    for one, pod in _pods():
        if "selector" in one["spec"]:
            assert one["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items(), one["metadata"]
        mounted = {mount["name"] for box in pod["spec"]["containers"] for mount in box.get("volumeMounts", ())}
        held = {volume["name"] for volume in pod["spec"].get("volumes", ())} | {claim["metadata"]["name"] for claim in one["spec"].get("volumeClaimTemplates", ())}
        assert mounted == held, one["metadata"]
        ports = {port["name"] for box in pod["spec"]["containers"] for port in box.get("ports", ())}
        assert _named_ports(pod) <= ports
    for service in (one for one in _manifests() if one["kind"] == "Service"):
        assert service["spec"]["selector"] in [{"app": found["app"]} for found in labels], service["metadata"]


def _named_ports(pod: dict[str, Any]) -> set[str]:
    """The ports that the probes of a pod name."""
    probes = [value for box in pod["spec"]["containers"] for name, value in box.items() if name.endswith("Probe")]
    return {probe[way]["port"] for probe in probes for way in ("httpGet", "tcpSocket") if way in probe}


def test_addresses_that_are_asked_exist(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    asked = {
        box[probe]["httpGet"]["path"] for box in _containers() if box["image"].startswith("docmgr:")
        for probe in ("startupProbe", "readinessProbe", "livenessProbe") if "httpGet" in box.get(probe, {})
    }  # fmt: skip
    balancers = (DEPLOY / "haproxy.cfg").read_text() + (DEPLOY / "nginx.conf").read_text()
    asked |= set(re.findall(r"GET (/\w+)", balancers)) | set(re.findall(r"location = (/\w+)", balancers))
    assert {"/healthz", "/readyz", "/metrics"} <= asked | {"/metrics"} and asked <= rules


def test_a_part_that_is_away_restarts_no_pod_and_takes_none_away() -> None:
    """Only the database that is away takes pods away, which /healthz says."""
    (web,) = [box for box in _containers() if box["name"] == "web"]
    assert "tcpSocket" in web["livenessProbe"] and web["readinessProbe"]["httpGet"]["path"] == "/healthz"
    assert web["startupProbe"]["httpGet"]["path"] == "/readyz"


def test_every_process_has_its_command_and_the_same_image() -> None:
    services = _compose()["services"]
    ours = {name: one for name, one in services.items() if one["image"].startswith("docmgr:")}
    commands = [one.get("command") for one in ours.values()]
    commands += [box.get("command") for box in _containers() if box["image"].startswith("docmgr:")]
    assert len({one["image"] for one in ours.values()} | {box["image"] for box in _containers() if box["image"].startswith("docmgr:")}) == 1
    roles: set[str] = set()
    for command in filter(None, commands):
        assert command[:2] == ["python", "-m"]
        if command[2] == "docmgr.worker":
            roles |= worker._roles(command[3:])
        else:
            assert command[2:] == ["docmgr.run", "--prepare"]
    assert roles == worker.ROLES and None in commands
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert '"python:docmgr.gunicorn_conf"' in dockerfile and "USER 10001" in dockerfile and "--require-hashes" in dockerfile


def test_variables_are_those_of_the_program_and_secrets_are_in_no_file() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in DEPLOY.rglob("*") if path.is_file()}
    named = {name for text in texts.values() for name in OURS.findall(text)}
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docmgr").rglob("*.py"))
    # These two are of parts that come beside this one.
    assert {name for name in named - {"DOCMGR_SEARCH_URL", "DOCMGR_STORE_URL"} if name not in code} == set()
    compose = _compose()["services"]["web-1"]["environment"]
    secret = [value for name, value in compose.items() if re.search("KEY|TOKEN|PASSWORD", name)]
    assert len(secret) == 4 and all(re.fullmatch(r"\$\{\w+:\?\}", value) for value in secret)
    assert not any(re.search("KEY|TOKEN|PASSWORD|DATABASE", name) for one in _manifests() if one["kind"] == "ConfigMap" for name in one["data"])


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_are_there_with_a_place_that_stays(engine: str) -> None:
    compose, kept = _compose(), _compose()["volumes"]
    nodes = [one for name, one in compose["services"].items() if name.startswith(engine)]
    assert len(nodes) == (3 if engine == "opensearch" else 1)
    assert all(volume.partition(":")[0] in kept for one in nodes for volume in one["volumes"])
    assert all(one["networks"] == ["engines"] for one in nodes) and compose["networks"]["engines"]["internal"]
    (held,) = [one for one in _manifests() if one["kind"] == "StatefulSet" and one["metadata"]["name"] == engine]
    assert held["spec"]["replicas"] == len(nodes) and held["spec"]["volumeClaimTemplates"]


def test_compose_names_what_it_has() -> None:
    compose = _compose()
    services = compose["services"]
    for name, one in services.items():
        assert set(one.get("depends_on", {})) <= services.keys(), name
        assert set(one["networks"]) <= compose["networks"].keys(), name
    web = set(re.findall(r"server \S+ (\S+):8000", (DEPLOY / "haproxy.cfg").read_text()))
    assert web == {name for name in services if name.startswith("web-")} == set(re.findall(r"server (\S+):8000", (DEPLOY / "nginx.conf").read_text()))
