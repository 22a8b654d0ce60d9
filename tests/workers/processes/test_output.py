"""What a process writes is JSON, line by line, whatever it writes."""

import json
import subprocess
import sys
from multiprocessing import Pipe
from typing import Any

import pytest

from config.logging import configure
from workers.processes.output import OutputRelay

pytestmark = pytest.mark.usefixtures("restored_logging")

PROGRAM = """
import json, sys, time
sys.stderr.write(json.dumps({"message": "its own"}) + "\\n")
sys.stderr.flush()
print("worker: Warm shutdown (MainProcess)")
print("")
print("[1, 2]", flush=True)
time.sleep(0.6)
print("{broken", flush=True)
sys.stdout.write("no end of line")
sys.stdout.flush()
raise SystemExit(3)
"""


def relayed(program: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    configure("INFO", "json")
    reader, writer = Pipe(duplex=False)
    with (
        writer,
        subprocess.Popen(
            [sys.executable, "-c", program], stdout=writer.fileno(), stderr=writer.fileno()
        ),
    ):
        writer.close()
        OutputRelay("crawl", reader).join(20)
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_lines_of_json_go_on_and_the_rest_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    own, shutdown, broken = relayed(PROGRAM, capsys)
    assert own == {"message": "its own"}
    assert shutdown["message"] == "worker: Warm shutdown (MainProcess)\n[1, 2]"
    assert (shutdown["role"], shutdown["event"], shutdown["level"]) == (
        "crawl",
        "output",
        "WARNING",
    )
    assert broken["message"] == "{broken\nno end of line"


def test_a_traceback_past_the_log_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    [line] = relayed("def f():\n  raise ValueError('x')\nf()", capsys)
    assert line["message"].startswith("Traceback")
    assert line["message"].endswith("ValueError: x")


def test_an_endless_line_is_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    lines = relayed("print('x' * 3_000_000)", capsys)
    assert sum(len(line["message"].replace("\n", "")) for line in lines) == 3_000_000
