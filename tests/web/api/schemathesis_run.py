"""Asks the API what its OpenAPI document promises, with Schemathesis.

``python -m tests.web.api.schemathesis_run`` sends 3,000 requests and prints what broke a promise.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from storage.embedded_redis import embedded_redis
from storage.redis.access.api_keys import Scope
from tests.support.data.articles import article_id, revision
from tests.support.data.corpus import corpus
from tests.support.data.ledger_entries import one_in_each_state
from tests.support.running_api import Api, api_on, settings_in
from workers.fetch.network import Stream
from workers.resources import Resources

CASES = 3_000
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
_TAKES_ANY_TEXT = frozenset({"POST /batch"})
"""Where every text is a valid body: CSV."""

_SOURCES = "- {id: press, feed: 'https://press.example/feed', tags: [daily]}\n"


class NoNetwork:
    """No name has an address: what is made up is asked for nowhere."""

    async def resolve(self, host: str, port: int) -> NoReturn:  # noqa: ARG002
        raise OSError(f"there is no {host}")

    async def connect(self, address: str, port: int, seconds: float | None) -> Stream:  # noqa: ARG002
        raise AssertionError(address)


@contextmanager
def asked_api(folder: Path, redis_url: str) -> Iterator[Api]:
    """An API on real stores with something of everything, without a rate limit."""
    chosen = settings_in(folder, redis_url, f"api-{uuid4().hex[:8]}", web_rate=0)
    chosen.sources.write_text(_SOURCES)
    resources = Resources(chosen, NoNetwork())
    resources.index.put([*corpus(), revision(1), revision(2)])
    resources.index.put([revision(3)])
    one_in_each_state(resources.stores)
    with api_on(resources) as api:
        yield api


def failures_of(api: Api, cases: int) -> dict[str, str]:
    """What broke a promise, by operation; ``cases`` are spread over all of them."""
    key = api.key(Scope.ADMIN)
    document = api("/openapi.json").json
    for parameter in _parameters(document):
        if parameter["name"] == "article":
            parameter["schema"]["examples"] = [str(article_id("one"))]
    schema = schemathesis.openapi.from_dict(document)
    operations = [operation_of(found) for found in schema.get_all_operations()]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    each = max(1, cases // (len(operations) * len(modes)))
    place = {
        "base_url": f"http://localhost:{api.port}/api/v1",
        "headers": {"Authorization": f"Bearer {key}"},
    }
    found = {}
    for operation, mode in product(operations, modes):
        any_text = operation.label in _TAKES_ANY_TEXT
        checks = [check for check in CHECKS if check is not negative_data_rejection or not any_text]
        failure = _failure_of(operation, mode, each, {**place, "checks": checks})
        if failure:
            found[f"{operation.label} ({mode.value})"] = failure
    return found


def operation_of(found: Any) -> Any:
    """An operation of the document, which can be read."""
    return found.ok()


def _parameters(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        for told in methods.values():
            yield from told.get("parameters", [])


def _failure_of(
    operation: Any, mode: GenerationMode, cases: int, place: dict[str, Any]
) -> str | None:
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(**place)

    try:
        ask()
    except (FailureGroup, AssertionError) as error:
        return str(error)
    except Exception as error:
        if type(error).__name__ != "Unsatisfiable":
            raise
        return None  # every value fits such an operation
    return None


def main() -> None:
    """Ask 3,000 times, or as often as the first argument says."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory(prefix="newsloom-") as name:
        folder = Path(name)
        with embedded_redis(folder / "redis") as url, asked_api(folder, url) as api:
            failures = failures_of(api, cases)
    for operation, failure in failures.items():
        print(f"{operation}\n{failure}\n")  # noqa: T201
    print(f"{cases} requests, {len(failures)} operations broke a promise")  # noqa: T201
    sys.exit(bool(failures))


if __name__ == "__main__":
    os.environ.setdefault("NO_PROXY", "localhost")
    main()
