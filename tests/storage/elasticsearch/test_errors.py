"""Which errors pass by themselves, and that no address is shown."""

from collections.abc import Callable

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError, TransportError

from storage.elasticsearch.errors import patiently, unavailable, unavailable_on_failure
from storage.index import IndexUnavailable

NODE = NodeConfig("http", "secret.example", 9200)


def api_error(status: int) -> ApiError:
    meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.1, NODE)
    return ApiError("went wrong", meta, None)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_what_passes_is_unavailable(status: int) -> None:
    with pytest.raises(IndexUnavailable, match=f"answered {status}"), unavailable_on_failure():
        raise api_error(status)


@pytest.mark.parametrize("status", [400, 409, 413])
def test_our_own_mistakes_are_not(status: int) -> None:
    with pytest.raises(ApiError), unavailable_on_failure():
        raise api_error(status)


def test_no_connection_is_unavailable_and_the_address_is_not_shown() -> None:
    error: TransportError = TransportError("refused")
    assert str(unavailable(error)) == "Elasticsearch cannot be reached: refused"
    assert "secret" not in str(unavailable(api_error(500)))


def failing(times: int, status: int) -> Callable[[], str]:
    left = [times]

    def ask() -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise api_error(status)
        return "answer"

    return ask


def test_a_shard_that_is_starting_is_waited_for() -> None:
    assert patiently(failing(2, 503)) == "answer"
    with pytest.raises(ApiError):
        patiently(failing(1, 404))
