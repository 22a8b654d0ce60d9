"""Add sources: what is at an address is shown first, and what is chosen of it is watched."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.opml import MAX_BYTES as MAX_OPML_BYTES
from config.sources import source_address
from pipeline.urls import BadUrl, identity
from services.add_source import (
    Discovered,
    SourceWish,
    add_found,
    add_section,
    discover_sources,
    offers_of,
)
from services.errors import NothingToChangeError, ServiceError
from services.sources import OpmlImport, import_opml
from web.pages.forms import Form, read_form, read_upload, require_csrf
from web.pages.site import Site

_NOTHING: dict[str, Any] = {
    "error": "",
    "address": "",
    "offers": None,
    "insecure": False,
    "unread": None,
}


def add_page(site: Site, request: Request) -> Response:
    """``GET /sources/add``."""
    address = request.query_params.get("address", "")
    return site.page(request, "source_add.html", {**_NOTHING, "address": address})


async def discover(site: Site, request: Request) -> Response:
    """``POST /sources/discover``: what is there, and nothing saved."""
    form = await read_form(request)
    require_csrf(request, form)
    return await run_in_threadpool(_offers_page, site, request, form.get("address"))


async def save(site: Site, request: Request) -> Response:
    """``POST /sources/save``: watch what was chosen."""
    form = await read_form(request)
    require_csrf(request, form)
    try:
        added = await run_in_threadpool(_save, site, form)
    except (ServiceError, BadUrl) as error:
        context = {**_NOTHING, "address": form.get("address"), "error": str(error)}
        return await run_in_threadpool(
            partial(site.page, request, "source_add.html", context, status=422)
        )
    place = f"/sources/{added[0]}" if len(added) == 1 else "/sources"
    return RedirectResponse(f"{place}?done=added", 303)


async def import_subscriptions(site: Site, request: Request) -> Response:
    """``POST /sources/import``: the subscriptions of an OPML file."""
    form, name, content = await read_upload(request, "file", MAX_OPML_BYTES)
    require_csrf(request, form)
    try:
        imported = await run_in_threadpool(_import, site, name, content)
    except ServiceError as error:
        context: dict[str, Any] = {"error": str(error), "imported": None}
        status = 422
    else:
        context, status = {"error": "", "imported": imported}, 200
    return await run_in_threadpool(
        partial(site.page, request, "subscriptions.html", context, status=status)
    )


def _offers_page(site: Site, request: Request, address: str) -> Response:
    context = {**_NOTHING, "address": address}
    try:
        found = _discover(site, address)
        wish = SourceWish(address)
        context["offers"] = offers_of(site.resources.settings.sources, found.found, wish)
        context |= {"insecure": found.insecure, "unread": found.unread}
    except (ServiceError, BadUrl) as error:
        context["error"] = str(error)
    return site.page(request, "source_add.html", context, status=422 if context["error"] else 200)


def _discover(site: Site, address: str) -> Discovered:
    return discover_sources(source_address(address), site.connect)


def _save(site: Site, form: Form) -> list[str]:
    """The ids of the new sources."""
    wish = SourceWish(
        form.get("address"),
        is_section=bool(form.get("section")),
        name=form.get("name") or None,
        tags=form.words("tags"),
        collections=form.words("collections"),
    )
    path, picked = site.resources.settings.sources, form.all("pick")
    added: list[str] = []
    if wish.is_section:
        added.append(add_section(path, wish).id)
    if picked:
        added += _add_picked(site, SourceWish(**{**_fields(wish), "is_section": False}), picked)
    if not added:
        raise NothingToChangeError("Nothing was chosen that is not watched yet.")
    return added


def _add_picked(site: Site, wish: SourceWish, picked: Sequence[str]) -> list[str]:
    """Watch those of what is there that were picked; it is looked at again."""
    wanted = {identity(source_address(address)) for address in picked}
    found = [
        each for each in _discover(site, wish.address).found if identity(each.address) in wanted
    ]
    result = add_found(site.resources.settings.sources, found, wish, everything=True)
    return [offer.source.id for offer in result.added]


def _fields(wish: SourceWish) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in SourceWish.__slots__}


def _import(site: Site, name: str, content: bytes) -> OpmlImport:
    return import_opml(site.resources.settings.sources, content, name=name)
