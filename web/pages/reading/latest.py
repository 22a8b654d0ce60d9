"""The front page: what is new, copies folded into their story."""

from starlette.requests import Request
from starlette.responses import Response

from search.request import Sort
from services.articles.search import search
from web.pages.site import Site

HITS = 30


def latest_page(site: Site, request: Request) -> Response:
    """``GET /``."""
    found = search(site.index, "", limit=HITS, sort=Sort.NEWEST)
    context = {
        "hits": found.hits,
        "total": found.total,
        "sources": len(site.sources()),
    }
    return site.page(request, "latest.html", context)
