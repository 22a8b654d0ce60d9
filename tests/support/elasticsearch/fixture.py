"""The fixture ``elasticsearch_url``: one real Elasticsearch for the whole run."""

import os
import secrets
from collections.abc import Iterator

import pytest

from tests.support.elasticsearch import server as elasticsearch_server
from tests.support.elasticsearch.install import Missing


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The server named by ``NEWSLOOM_TEST_ELASTICSEARCH_URL``, else one started here.

    Where none can be started the tests are skipped; with ``CI`` set they fail.
    """
    given = os.environ.get("NEWSLOOM_TEST_ELASTICSEARCH_URL")
    if given:
        yield given
        return
    try:
        with elasticsearch_server.running(password=secrets.token_hex(8)) as server:
            yield server.url
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
