"""A backup of a running ``newsloom --demo up`` that publishes and indexes all the while."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.cli.conftest import COMMAND
from tests.support.running_up import demo_settings_in, environment, up
from tests.support.world import wait_until


def restored(folder: Path, backup: Path) -> dict[str, int]:
    """Restore into the demo's folder; ``--demo`` itself would put its newsroom there first."""
    of_demo = {
        "NEWSLOOM_DATA_DIR": str(folder / "demo"),
        "NEWSLOOM_SOURCES": str(folder / "sources.yaml"),
        "NEWSLOOM_NAMESPACE": demo_settings_in(folder).namespace,
    }
    done = subprocess.run(
        [COMMAND, "restore", str(backup), "--json"],
        env=environment(folder, of_demo),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, int] = json.loads(done.stdout)
    return told


def test_what_is_restored_goes_on_where_the_backup_was_made(tmp_path: Path) -> None:
    before, after, backup = (tmp_path / name for name in ("before", "after", "backup"))
    before.mkdir()
    with up(before) as running:
        stores = running.resources.stores
        wait_until(
            lambda: stores.ledger.totals().indexed > 3, seconds=60, what="articles are indexed"
        )
        made = running.newsloom("--demo", "backup", str(backup))
        assert made.returncode == 0, made.stderr
        running.wait_until_calm()
        expected = stores.ledger.totals()
        articles = running.resources.index.count()

    told = restored(after, backup)
    shutil.copytree(before / "demo" / "newsroom", after / "demo" / "newsroom")
    assert 3 < told["articles"] <= articles

    with up(after) as running:
        ledger = running.resources.stores.ledger
        wait_until(
            lambda: ledger.totals() == expected, seconds=90, what=f"the ledger has {expected}"
        )
        assert ledger.audit() == expected
        assert running.resources.index.count() == articles
        compared = running.newsloom("--demo", "reconcile", "--dry-run", "--json")
        assert json.loads(compared.stdout)["remaining"] == 0
