"""Pause a source, let it go on, group it anew, remove it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.sources import Source
from services.errors import InvalidSourceError, UnknownSourceError
from services.sources import change_source, remove_source
from web.pages.forms import read_form, require_csrf
from web.pages.site import Site


async def pause(site: Site, request: Request) -> Response:
    """``POST /sources/{id}/pause``."""
    return await _change(site, request, "paused", enabled=False)


async def resume(site: Site, request: Request) -> Response:
    """``POST /sources/{id}/resume``."""
    return await _change(site, request, "resumed", enabled=True)


async def regroup(site: Site, request: Request) -> Response:
    """``POST /sources/{id}/groups``: its tags and collections."""
    form = await read_form(request)
    require_csrf(request, form)
    change = partial(change_source, tags=form.words("tags"), collections=form.words("collections"))
    return await _changed(site, request, "saved", change)


async def remove(site: Site, request: Request) -> Response:
    """``POST /sources/{id}/remove``."""
    require_csrf(request, await read_form(request))
    path, source_id = site.resources.settings.sources, request.path_params["id"]
    try:
        await run_in_threadpool(remove_source, path, source_id)
    except UnknownSourceError as error:
        raise HTTPException(404, str(error)) from None
    return RedirectResponse("/sources?done=removed", 303)


async def _change(site: Site, request: Request, done: str, *, enabled: bool) -> Response:
    require_csrf(request, await read_form(request))
    return await _changed(site, request, done, partial(change_source, enabled=enabled))


async def _changed(
    site: Site, request: Request, done: str, change: Callable[[Path, str], Source]
) -> Response:
    source_id = request.path_params["id"]
    try:
        await run_in_threadpool(change, site.resources.settings.sources, source_id)
    except UnknownSourceError as error:
        raise HTTPException(404, str(error)) from None
    except InvalidSourceError as error:
        raise HTTPException(422, str(error)) from None
    return RedirectResponse(f"/sources/{quote(source_id)}?done={done}", 303)
