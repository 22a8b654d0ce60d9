"""Compare."""
from starlette.requests import Request
from starlette.responses import Response
from web.pages.site import Site
def compare_page(site: Site, request: Request) -> Response:
    return site.page(request, "help.html", {"examples": (), "fields": ()})
