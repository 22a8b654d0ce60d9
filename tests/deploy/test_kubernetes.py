"""The manifests fit Kubernetes' schemas, lock containers down, and name what there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from config.settings import Settings
from services.metrics.families import FAMILIES
from workers.processes.heartbeat import RUN_BY_UP

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
RESOURCES = [
    document
    for name in KUSTOMIZATION["resources"]
    for document in yaml.safe_load_all((FOLDER / name).read_text())
]
WORKLOADS = [each for each in RESOURCES if each["kind"] in {"Deployment", "StatefulSet"}]
VARIABLES = {f"NEWSLOOM_{name.upper()}" for name in Settings.model_fields}
DOCUMENTED = (ROOT / "docs" / "kubernetes.md").read_text()
FIXED_BY_KUSTOMIZE = {"kustomization.yaml", "newsloom.env"}


def named(resource: dict[str, Any]) -> str:
    return f"{resource['kind']} {resource['metadata']['name']}"


def containers(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    pod = resource["spec"]["template"]["spec"]
    yield from pod.get("initContainers", ())
    yield from pod["containers"]


def test_kustomize_is_told_of_every_file() -> None:
    there = {file.name for file in FOLDER.iterdir()}
    assert there == {*KUSTOMIZATION["resources"], *FIXED_BY_KUSTOMIZE}


@pytest.mark.parametrize("version", ["1.29", "1.33"])
@pytest.mark.parametrize("resource", RESOURCES, ids=named)
def test_each_resource_fits_its_schema(resource: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(resource, version, strict=True)


@pytest.mark.parametrize("workload", WORKLOADS, ids=named)
def test_no_container_is_root_or_writes_to_its_image(workload: dict[str, Any]) -> None:
    pod = workload["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    for container in containers(workload):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in container["resources"]["limits"]


def test_each_role_is_a_deployment_that_is_probed_as_compose_does() -> None:
    roles = {each["metadata"]["name"]: each for each in WORKLOADS if each["kind"] == "Deployment"}
    assert set(roles) == set(RUN_BY_UP)
    for role, deployment in roles.items():
        [container] = containers(deployment)
        assert container["args"] == COMPOSE["services"][role]["command"]
        probe = container["livenessProbe"]["exec"]["command"]
        assert ["CMD", *probe] == COMPOSE["services"][role]["healthcheck"]["test"]


def test_beat_is_never_there_twice() -> None:
    [beat] = [each for each in WORKLOADS if each["metadata"]["name"] == "beat"]
    assert beat["spec"]["replicas"] == 1
    assert beat["spec"]["strategy"] == {"type": "Recreate"}


def test_the_stores_are_those_of_compose() -> None:
    stores = {each["metadata"]["name"]: each for each in WORKLOADS if each["kind"] == "StatefulSet"}
    for name, store in stores.items():
        for container in containers(store):
            assert container["image"] == COMPOSE["services"][name]["image"]
    [redis] = containers(stores["redis"])
    of_compose = COMPOSE["services"]["redis"]["command"][1:]
    told = dict(zip(redis["args"][::2], redis["args"][1::2], strict=True))
    expected = dict(zip(of_compose[::2], of_compose[1::2], strict=True))
    assert told.keys() == expected.keys()
    for option in ("--appendonly", "--appendfsync", "--save", "--maxmemory-policy"):
        assert told[option] == expected[option]


def test_the_image_is_the_one_that_is_built_and_its_user_is_known() -> None:
    [image] = KUSTOMIZATION["images"]
    assert f"{image['name']}:{image['newTag']}" == COMPOSE["x-newsloom"]["image"]
    user = "useradd --system --uid 999"
    assert user in (ROOT / "Dockerfile").read_text()
    for each in WORKLOADS:
        if each["kind"] == "Deployment":
            assert each["spec"]["template"]["spec"]["securityContext"]["runAsUser"] == 999


def test_only_settings_that_there_are_are_set() -> None:
    given = {line.partition("=")[0] for line in (FOLDER / "newsloom.env").read_text().splitlines()}
    for workload in WORKLOADS:
        for container in containers(workload):
            for variable in container.get("env", ()):
                given.add(variable["name"])
                secret = variable.get("valueFrom", {}).get("secretKeyRef", {})
                given.add(secret.get("key", variable["name"]))
    assert {name for name in given if name.startswith("NEWSLOOM_")} <= VARIABLES


def test_the_numbers_of_pods_follow_metrics_that_there_are() -> None:
    known = {family.name for family in FAMILIES}
    scaled = [each for each in RESOURCES if each["kind"] == "HorizontalPodAutoscaler"]
    assert len(scaled) == 2
    for autoscaler in scaled:
        [metric] = autoscaler["spec"]["metrics"]
        assert metric["external"]["metric"]["name"] in known
        assert metric["external"]["metric"]["name"].removeprefix("newsloom_") in DOCUMENTED
