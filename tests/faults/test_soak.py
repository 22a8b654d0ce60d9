"""A short soak, and the proof that it would notice: with a defect built in it fails."""

import re
import subprocess
import sys

import pytest

UNFENCED = "differ from the entries|the ledger does not know it"
"""Two writers of one outcome spoil the totals, or an entry, by who comes last."""


def soak(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/soak.py", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)


@pytest.mark.timeout(420)
@pytest.mark.xdist_group("soak")
def test_nothing_is_lost_doubled_or_unaccounted_for_under_faults() -> None:
    done = soak("--kills", "5", "--urls", "120", "--seed", "7")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 lost\n0 doubled\n0 unaccounted\n" in done.stdout


@pytest.mark.timeout(420)
@pytest.mark.xdist_group("soak")
@pytest.mark.parametrize(
    ("mutation", "fault", "faults", "finding"),
    [
        ("no-reaper", "SIGKILL at extract.begun", 2, "the ledger says leased"),
        ("indexed-before-durable", "^index SIGKILL", 2, "the index does not have it"),
        ("compacted-before-durable", "^index SIGKILL", 2, "the archive lacks"),
        ("no-fencing", "^process SIGSTOP long, SIGCONT", 3, UNFENCED),
    ],
)
def test_a_soak_with_a_defect_fails_and_names_the_loss(
    mutation: str, fault: str, faults: int, finding: str
) -> None:
    options = ["--kills", str(faults), "--urls", str(faults * 80), "--seed", "7", "--settle", "15"]
    done = soak(*options, "--only", fault, "--mutation", mutation)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(finding, done.stdout), done.stdout
