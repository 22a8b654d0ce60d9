"""What each error is to a client of the API."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import redis
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from kombu.exceptions import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from config.logging import LogFields
from config.sources_file import SourcesError
from pipeline.urls import BadUrl
from search.errors import QueryError
from services.errors import (
    BatchStoppedError,
    DiscoveryError,
    NotFoundError,
    NothingToChangeError,
    RequestError,
    SourceExistsError,
    UnknownSourceError,
)
from storage.index import IndexIncompatible, IndexUnavailable
from storage.redis.connection import StoreUnavailable
from web.guard import REQUEST_ID
from web.problems import MEDIA_TYPE, FieldProblem, Problem, ProblemResponse, problem

log = logging.getLogger("newsloom.web")

_COME_AGAIN = {"Retry-After": "5"}


@dataclass(frozen=True, slots=True)
class _Told:
    status: int
    kind: str | None = None
    headers: Mapping[str, str] | None = None


_ERRORS: dict[type[Exception], _Told] = {
    QueryError: _Told(400, "query"),
    BadUrl: _Told(400, "url"),
    UnknownSourceError: _Told(404),
    SourceExistsError: _Told(409, "exists"),
    BatchStoppedError: _Told(400, "batch"),
    RequestError: _Told(400),
    NotFoundError: _Told(404),
    NothingToChangeError: _Told(409, "unchanged"),
    DiscoveryError: _Told(422, "site"),
    IndexUnavailable: _Told(503, "index", _COME_AGAIN),
    IndexIncompatible: _Told(503, "index"),
    StoreUnavailable: _Told(503, "redis", _COME_AGAIN),
    redis.RedisError: _Told(503, "redis", _COME_AGAIN),
    OperationalError: _Told(503, "redis", _COME_AGAIN),
    SourcesError: _Told(503, "sources"),
    TimeoutError: _Told(503, None, _COME_AGAIN),
    OSError: _Told(503, "disk"),
}
"""The first that fits."""

_DOCUMENTED = {
    400: "The query or another part of the request cannot be understood.",
    401: "There is no API key, or it is not valid.",
    403: "The caller may not do this.",
    404: "What was named does not exist.",
    405: "There is no such method here.",
    409: "It is there already, or nothing would change.",
    413: "The body is too large.",
    421: "The host name is not known.",
    422: "A parameter or the body does not fit.",
    429: "Too many requests; `Retry-After` says when to come again.",
    500: "A defect; the log has more under the request's id.",
    503: "Something that is needed does not answer, or too much is being counted.",
}

PROBLEM_SCHEMA = "Problem"


def documented() -> dict[int | str, dict[str, Any]]:
    """All error responses, for OpenAPI."""
    reference = {"schema": {"$ref": f"#/components/schemas/{PROBLEM_SCHEMA}"}}
    return {
        status: {"description": words, "content": {MEDIA_TYPE: reference}}
        for status, words in _DOCUMENTED.items()
    }


def install(api: FastAPI) -> None:
    """Let an application answer errors with problems."""
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(Exception, _defect)
    for kind in _ERRORS:
        api.add_exception_handler(kind, _known_error)


def answer_to(request: Request, error: Exception) -> Response:
    """What a layer before the endpoints answers where it meets an error.

    Raises:
        Exception: the error, where it is none that the API knows.
    """
    if isinstance(error, HTTPException):
        return _http_error(request, error)
    if isinstance(error, tuple(_ERRORS)):
        return _known_error(request, error)
    raise error


def respond(request: Request, told: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem with the request's id."""
    request_id = getattr(request.state, REQUEST_ID, None)
    named = told.model_copy(update={"request_id": request_id})
    return ProblemResponse(named, dict(headers or {}))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is installed for
    said = error.detail
    if said == HTTPStatus(error.status_code).phrase:
        said = _DOCUMENTED.get(error.status_code, said)
    return respond(request, problem(error.status_code, said), error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    wrong = tuple(
        FieldProblem(where=".".join(map(str, each["loc"])), message=each["msg"])
        for each in error.errors()
    )
    sentence = "; ".join(f"{each.where}: {each.message}" for each in wrong[:3])
    return respond(request, problem(422, sentence, errors=wrong))


def _known_error(request: Request, error: Exception) -> Response:
    told = next(told for kind, told in _ERRORS.items() if isinstance(error, kind))
    if told.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log(request, error)
    more = {"position": error.position} if isinstance(error, QueryError) else {}
    said = str(error) or type(error).__name__
    return respond(request, problem(told.status, said, kind=told.kind, **more), told.headers)


def _defect(request: Request, error: Exception) -> Response:
    """The server logs it with its traceback."""
    _log(request, error)
    said = "This is a defect of Newsloom. Its log has more under the request's id."
    return respond(request, problem(500, said))


def _log(request: Request, error: Exception) -> None:
    request_id = getattr(request.state, REQUEST_ID, "")
    fields = LogFields(event="not_answered", reason=str(error), url=request.url.path)
    log.error("request %s was not answered: %s", request_id, error, extra=fields)
