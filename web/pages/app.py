"""The application of the pages: their routes, who may see them, and errors as pages."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

import redis
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from config.logging import LogFields
from config.sources_file import SourcesError
from storage.index import IndexIncompatible, IndexUnavailable
from storage.redis.access.api_keys import Scope
from storage.redis.connection import StoreUnavailable
from web.access import Access, Caller, Via
from web.pages import account, help_page, opensearch
from web.pages.error import error_page, unavailable_page
from web.pages.headers import PageHeaders
from web.pages.operating import dead_letters, pipeline
from web.pages.reading import article, latest
from web.pages.reading.stream import LatestStream
from web.pages.rendering import STATIC
from web.pages.searching import compare, search
from web.pages.site import Site
from web.pages.watching import source_adding, source_changes, sources
from web.sessions import csrf_of_proxied

log = logging.getLogger("newsloom.web")

_GZIP_FROM = 1_000  # bytes; less is not worth the work

ReadingPage = Callable[[Site, Request], Response]
Change = Callable[[Site, Request], Awaitable[Response]]

_PAGES: tuple[tuple[str, ReadingPage], ...] = (
    ("/", latest.latest_page),
    ("/search", search.search_page),
    ("/compare", compare.compare_page),
    ("/articles/{id}", article.article_page),
    ("/articles/{id}/versions/{number:int}", article.version_page),
    ("/sources", sources.sources_page),
    ("/sources/add", source_adding.add_page),
    ("/sources/discover", source_adding.add_page),  # loaded again, with nothing sent
    ("/sources/save", source_adding.add_page),
    ("/sources/import", sources.subscriptions_page),
    ("/sources/subscriptions", sources.subscriptions_page),
    ("/sources.opml", sources.opml),
    ("/sources/{id}", sources.source_page),
    ("/pipeline", pipeline.pipeline_page),
    ("/pipeline/dead", dead_letters.dead_page),
    ("/pipeline/rejected/{reason}", pipeline.rejected_page),
    ("/trace", pipeline.trace_page),
    ("/help", help_page.help_page),
)

_CHANGES: tuple[tuple[str, Change], ...] = (
    ("/sources/discover", source_adding.discover),
    ("/sources/save", source_adding.save),
    ("/sources/import", source_adding.import_subscriptions),
    ("/sources/{id}/groups", source_changes.regroup),
    ("/sources/{id}/pause", source_changes.pause),
    ("/sources/{id}/resume", source_changes.resume),
    ("/sources/{id}/remove", source_changes.remove),
    ("/pipeline/dead/retry", dead_letters.retry),
)

_UNAVAILABLE: tuple[type[Exception], ...] = (
    redis.RedisError,
    StoreUnavailable,
    SourcesError,
    IndexUnavailable,
    IndexIncompatible,
)


def make_pages(site: Site, access: Access, stream: LatestStream) -> Starlette:
    """The pages.

    Args:
        site: what they are made from.
        access: tells who asks.
        stream: of new articles.
    """
    routes: list[Route | Mount] = [
        Route(path, _shown(site, access, page), methods=["GET"]) for path, page in _PAGES
    ]
    routes[:0] = [
        Route(path, _changed(site, access, change), methods=["POST"]) for path, change in _CHANGES
    ]
    routes += [
        Route("/latest/stream", _streamed(access, stream), methods=["GET"]),
        Route("/login", _open(site, access, account.login_page), methods=["GET"]),
        Route("/login", _posted(site, partial(account.log_in, access)), methods=["POST"]),
        Route("/logout", _changed(site, access, account.log_out, Scope.READ), methods=["POST"]),
        Route("/theme", _posted(site, account.choose_theme), methods=["POST"]),
        Route("/opensearch.xml", _open(site, access, opensearch.description), methods=["GET"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    handlers: dict[Any, Any] = {HTTPException: _error(site)}
    handlers |= dict.fromkeys(_UNAVAILABLE, _unavailable(site))
    handlers[Exception] = _broken(site)
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(PageHeaders),
            Middleware(GZipMiddleware, minimum_size=_GZIP_FROM),
        ],
        exception_handlers=handlers,
    )


def _shown(site: Site, access: Access, page: ReadingPage) -> Callable[[Request], Response]:
    """A page for whoever may read. Starlette runs it in a thread."""

    def respond(request: Request) -> Response:
        caller = identify(site, access, request)
        return page(site, request) if caller else to_login(request)

    return respond


def _open(site: Site, access: Access, page: ReadingPage) -> Callable[[Request], Response]:
    """A page for everybody."""

    def respond(request: Request) -> Response:
        identify(site, access, request)
        return page(site, request)

    return respond


def _changed(
    site: Site, access: Access, change: Change, scope: Scope = Scope.WRITE
) -> Callable[[Request], Awaitable[Response]]:
    """A change by who may make it."""

    async def respond(request: Request) -> Response:
        caller = await run_in_threadpool(identify, site, access, request)
        if caller is None:
            return to_login(request)
        if not caller.may(scope):
            raise HTTPException(
                403, f"This needs a key with the scope {scope.value}. Sign in with one."
            )
        return await change(site, request)

    return respond


def identify(site: Site, access: Access, request: Request) -> Caller | None:
    """Who asks; what the page shows of it is kept in the request's state."""
    caller = access.identify(request)
    request.state.caller = caller
    if caller and caller.via is Via.PROXY:
        request.state.csrf = csrf_of_proxied(site.resources, caller.name)
    return caller


def _posted(site: Site, change: Change) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        return await change(site, request)

    return respond


def _streamed(access: Access, stream: LatestStream) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        if await run_in_threadpool(access.identify, request) is None:
            raise HTTPException(401, "Sign in to see new articles.")
        return await stream.respond(request)

    return respond


def to_login(request: Request) -> Response:
    """To the page where to sign in, and back afterwards."""
    if request.method != "GET":
        return RedirectResponse("/login", 303)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?{urlencode({'next': here})}", 303)


def _error(site: Site) -> Callable[[Request, HTTPException], Response]:
    def respond(request: Request, error: HTTPException) -> Response:
        return error_page(site, request, error)

    return respond


def _broken(site: Site) -> Callable[[Request, Exception], Response]:
    """A defect of ours; the server logs it with its trace."""

    def respond(request: Request, _error: Exception) -> Response:
        return error_page(site, request, HTTPException(500))

    return respond


def _unavailable(site: Site) -> Callable[[Request, Exception], Response]:
    def respond(request: Request, error: Exception) -> Response:
        log.error(
            "a page got 503: %s", error, extra=LogFields(event="not_answered", reason=str(error))
        )
        return unavailable_page(site, request, error)

    return respond
