"""The application under ``/api/v1``."""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from config.settings import Settings
from web.access import Access
from web.api import account, articles, counting, errors, pipeline, searching, sources
from web.api.bodies import BoundedBodies
from web.api.context import READING_KEY, Context, Reader
from web.api.validators import ETags, Heads
from web.problems import Problem
from workers.resources import Resources

PREFIX = "/api/v1"
"""Where it is mounted."""

_EXAMPLES = Path(__file__).parent / "examples.json"
"""An answer to each operation, by method and path."""

_JSON = "application/json"
_GZIP_FROM = 1_000  # bytes; less is not worth the work
_PREFLIGHT_SECONDS = 3600
_SHOWN_HEADERS = ("ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID")

_ABOUT = """\
Search, count and follow what news sources said, and see how they are crawled.

Send an API key as `Authorization: Bearer KEY`; `newsloom keys add NAME` makes one. On loopback
reading needs none. Errors are problem details (RFC 9457). Times are ISO 8601, or seconds since the
epoch where they end in `_at`.
"""

_PARTS = (searching, counting, articles, sources, pipeline, account)


def make_api(resources: Resources, access: Access) -> FastAPI:
    """The API over the services.

    It has no pages with documentation: FastAPI's load scripts from elsewhere.

    Args:
        resources: of this process.
        access: tells callers from each other.
    """
    api = FastAPI(
        title="Newsloom",
        version="1",
        description=_ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=errors.documented(),
        middleware=[*_cross_origin(resources.settings), *_LAYERS],
    )
    api.state.context = Context(resources, access)
    errors.install(api)
    for part in _PARTS:
        api.include_router(part.router)
    described = _described(api)

    @api.get("/openapi.json", include_in_schema=False)
    def openapi(_caller: Reader) -> dict[str, Any]:
        return described

    return api


_LAYERS = [
    Middleware(Heads),
    Middleware(GZipMiddleware, minimum_size=_GZIP_FROM),
    Middleware(ETags),
    Middleware(BoundedBodies),
]


def _cross_origin(settings: Settings) -> list[Middleware]:
    """CORS for the origins that the operator allows, never with cookies."""
    if not settings.web_origins:
        return []
    layer = Middleware(
        CORSMiddleware,
        allow_origins=sorted(settings.web_origins),
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "If-None-Match", "X-Request-ID"],
        expose_headers=_SHOWN_HEADERS,
        max_age=_PREFLIGHT_SECONDS,
    )
    return [layer]


def _described(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the schema of problems that all error responses refer to.

    A key is optional where loopback may read.
    """
    document = get_openapi(
        title=api.title,
        version=api.version,
        description=api.description,
        routes=api.routes,
        servers=[{"url": PREFIX}],
        separate_input_output_schemas=True,
    )
    reference = "#/components/schemas/{model}"
    schema = Problem.model_json_schema(mode="serialization", ref_template=reference)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= schema.pop("$defs", {}) | {errors.PROBLEM_SCHEMA: schema}
    examples = json.loads(_EXAMPLES.read_text())
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if {READING_KEY: []} in operation["security"]:
                operation["security"].append({})
            _add_example(operation, examples.get(f"{method} {path}"))
    return document


def _add_example(operation: dict[str, Any], example: object) -> None:
    """An answer to an operation as it may look, in the place where OpenAPI has it."""
    for status, response in operation["responses"].items():
        if status.startswith("2") and _JSON in response.get("content", {}):
            response["content"][_JSON]["example"] = example
