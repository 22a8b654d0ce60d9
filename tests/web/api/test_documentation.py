"""``docs/api.md``: every line of curl and of Python works as it stands there."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from storage.redis.access.api_keys import Scope
from tests.support.data.articles import article_id, revision
from tests.support.data.ledger_entries import one_in_each_state
from tests.support.running_api import Api

TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", TEXT, re.DOTALL)
LINES = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines()]
CURL = [line for line in LINES if "curl" in line]
PYTHON = [block for kind, block in BLOCKS if kind == "python"]


@pytest.fixture
def filled(api: Api) -> Api:
    api.resources.index.put([revision(1)])
    api.resources.index.put([revision(2)])
    one_in_each_state(api.resources.stores)
    return api


def test_every_line_of_curl_works(filled: Api) -> None:
    assert shutil.which("curl")
    assert len(CURL) > 20
    variables = {"ARTICLE": article_id("one"), "KEY": filled.key(Scope.WRITE)}
    for line in CURL:
        command = line.replace("localhost:8080", f"localhost:{filled.port}")
        command = command.replace("curl -s", "curl -sS --fail-with-body --noproxy '*'")
        done = subprocess.run(
            ["sh", "-c", command],
            env={**variables, "PATH": "/usr/bin:/bin:/usr/local/bin"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        if "text/csv" not in line and "DELETE" not in line:
            json.loads(done.stdout)


def test_the_lines_of_python_work(filled: Api) -> None:
    [block] = PYTHON
    told: dict[str, object] = {}
    exec(block.replace("localhost:8080", f"localhost:{filled.port}"), told)
    assert len(told["table"]) > 1  # type: ignore[arg-type]
    assert len(told["weeks"]) > 1  # type: ignore[arg-type]
    assert [each["state"] for each in told["states"]] == ["rejected"]  # type: ignore[attr-defined]


def test_every_path_is_mentioned(filled: Api) -> None:
    paths = filled("/openapi.json").json["paths"]
    named = [re.sub(r"\{article\}", "$ARTICLE", path) for path in paths]
    missing = [path for path in named if path.replace("{source}", "world") not in TEXT]
    assert missing == []


def test_the_settings_and_scopes_are_named() -> None:
    for name in ("WEB_HOST", "WEB_HOSTS", "WEB_ORIGINS", "WEB_RATE", "PUBLIC_URL"):
        assert f"`NEWSLOOM_{name}`" in TEXT
    for scope in Scope:
        assert f"`{scope}`" in TEXT
