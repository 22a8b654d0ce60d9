"""The rules and dashboards are valid, and name metrics and runbooks that exist."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.metrics.families import FAMILIES, Kind
from tests.support.promtool import promtool

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yml"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
SERIES = {
    name
    for family in FAMILIES
    for name in (
        [f"{family.name}_{part}" for part in ("bucket", "sum", "count")]
        if family.kind is Kind.HISTOGRAM
        else [family.name]
    )
}


def alerts() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(RULES.read_text())["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels(dashboard: Path) -> Iterator[dict[str, Any]]:
    yield from json.loads(dashboard.read_text())["panels"]


def queries(dashboard: Path) -> list[str]:
    return [target["expr"] for panel in panels(dashboard) for target in panel["targets"]]


def named_in(expressions: list[str]) -> set[str]:
    return {name for text in expressions for name in re.findall(r"\bnewsloom_\w+", text)}


def test_every_metric_of_an_alert_exists() -> None:
    named = named_in([alert["expr"] for alert in alerts()])
    assert len(named) > 10
    assert named - SERIES == set()


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_every_metric_of_a_dashboard_exists(dashboard: Path) -> None:
    named = named_in(queries(dashboard))
    assert len(named) > 10
    assert named - SERIES == set()


def test_every_metric_is_in_a_dashboard() -> None:
    shown = named_in([query for dashboard in DASHBOARDS for query in queries(dashboard)])
    bases = {re.sub("_(bucket|sum|count)$", "", name) for name in shown}
    assert {family.name for family in FAMILIES} - bases - shown == set()


def test_labels_of_rules_and_dashboards_are_those_of_the_metrics() -> None:
    known = {label for family in FAMILIES for label in family.labels} | {"le", "instance", "job"}
    texts = [query for dashboard in DASHBOARDS for query in queries(dashboard)]
    texts += [alert["expr"] for alert in alerts()]
    grouped = [part for text in texts for part in re.findall(r"by \(([^)]*)\)", text)]
    matched = [part for text in texts for part in re.findall(r"[{,](\w+)=", text)]
    used = {label.strip() for part in grouped for label in part.split(",")} | set(matched)
    assert used - known == set()


def test_every_alert_says_what_to_do() -> None:
    for alert in alerts():
        path, _, anchor = alert["annotations"]["runbook"].partition("#")
        headings = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(), re.MULTILINE)
        assert anchor in {heading.lower().replace(" ", "-") for heading in headings}
        assert alert["annotations"]["summary"].endswith((".", "?"))
        assert alert["labels"]["severity"] in {"critical", "warning"}


@pytest.mark.parametrize("name", ["compose.yml", "local.yml"])
def test_promtool_accepts_the_configuration(name: str, tmp_path: Path) -> None:
    folder = shutil.copytree(DEPLOY / "prometheus", tmp_path / "prometheus")
    (folder / "api-key").write_text("key")
    text = (folder / name).read_text().replace("/etc/prometheus", str(folder))
    (folder / name).write_text(text)
    assert "SUCCESS" in promtool("check", "config", str(folder / name))


def test_every_alert_fires_and_is_silent_when_all_is_well() -> None:
    """The cases name each alert twice; promtool compares what fires with them."""
    cases = Path(__file__).with_name("alerts_test.yml")
    promtool("test", "rules", str(cases))
    tried = re.findall(r"alertname: (\w+)", cases.read_text())
    assert set(tried) == {alert["alert"] for alert in alerts()}


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_prometheus_can_read_the_queries(dashboard: Path, tmp_path: Path) -> None:
    rules = [
        {"record": f"query:{number}", "expr": query}
        for number, query in enumerate(queries(dashboard))
    ]
    made = tmp_path / "rules.yml"
    made.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    assert "SUCCESS" in promtool("check", "rules", str(made))


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_panels_do_not_overlap(dashboard: Path) -> None:
    taken = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels(dashboard)]
    assert len(set(taken)) == len(taken)
