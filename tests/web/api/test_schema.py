"""The API keeps what its OpenAPI document promises, whatever it is asked."""

from pathlib import Path

from tests.web.api.schemathesis_run import asked_api, failures_of

FEW = 400
"""The command asks 3,000 times."""


def test_no_request_breaks_a_promise(tmp_path: Path, redis_url: str) -> None:
    with asked_api(tmp_path, redis_url) as api:
        assert failures_of(api, FEW) == {}
