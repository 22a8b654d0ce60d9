"""Tracing that is off."""

import logging
import subprocess
import sys

import pytest

from pipeline.urls import UrlId
from storage.redis.ledger.leases import Lease
from workers.tracing.spans import LazyTraces

LEASE = Lease(batch="7", url_ids=(UrlId("ab"),))


def test_no_exporter_is_imported_without_a_collector() -> None:
    program = (
        "import sys; from storage.redis.ledger.leases import Lease;"
        " from workers.tracing.spans import LazyTraces; import workers.app;"
        " LazyTraces(None, 'n').sent(Lease(batch='7', url_ids=()));"
        " print([name for name in sys.modules if 'otlp' in name])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_without_the_extra_it_says_once_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "workers.tracing.otlp", None)
    traces = LazyTraces("http://collector.example:4318", "n")
    traces.sent(LEASE)
    traces.sent(LEASE)
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert "pip install 'newsloom[tracing]'" in record.getMessage()
    traces.close()
