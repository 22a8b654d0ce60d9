"""The page of the dead letters, and another try for them."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.outcome import Dead
from services.dead_letters import list_dead_letters, retry_dead_letters
from storage.redis.ledger import Entry
from web.pages.formats import plural
from web.pages.forms import read_form, require_csrf
from web.pages.operating.url_rows import UrlRow
from web.pages.site import Site

CAUSES = 1_000
"""Dead letters that are counted by cause."""

_LISTED = 200
_LONGEST_CAUSE = 100
_NUMBER = re.compile(r"\d{1,9}$", re.ASCII)


def cause_of(entry: Entry) -> str:
    """Why a URL was given up, without what is of this URL alone."""
    error = entry.outcome.error if isinstance(entry.outcome, Dead) else "its cause is not known"
    return error.split(":")[0].strip()[:_LONGEST_CAUSE]


def dead_page(site: Site, request: Request) -> Response:
    """``GET /pipeline/dead``."""
    cause = request.query_params.get("cause", "")
    chosen = _chosen(site, cause)
    again = request.query_params.get("again", "")
    message = f"{plural(int(again), 'URL')} wait to be tried again." if _NUMBER.match(again) else ""
    context = {
        "heading": f"Dead letters: {cause}" if cause else "Dead letters",
        "words": "These URLs failed in every attempt. They are kept until they are tried again."
        + (f" The last {_LISTED} of {len(chosen)} are listed." if len(chosen) > _LISTED else ""),
        "api_url": "/api/v1/dead",
        "entries": [UrlRow.of(entry) for entry in chosen[:_LISTED]],
        "nothing": "There is none.",
        "retry": True,
        "cause": cause,
        "message": message,
    }
    return site.page(request, "urls.html", context)


async def retry(site: Site, request: Request) -> Response:
    """``POST /pipeline/dead/retry``: those of one cause, or all."""
    form = await read_form(request)
    require_csrf(request, form)
    count = await run_in_threadpool(_retry, site, form.get("cause"))
    return RedirectResponse(f"/pipeline/dead?again={count}", 303)


def _retry(site: Site, cause: str) -> int:
    urls = [entry.link.url for entry in _chosen(site, cause)] if cause else None
    return retry_dead_letters(site.resources, urls)


def _chosen(site: Site, cause: str) -> list[Entry]:
    entries = list_dead_letters(site.resources.stores.ledger, limit=CAUSES)
    return [entry for entry in entries if not cause or cause_of(entry) == cause]
