"""Errors as pages: what happened, to what, and what to do."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.pages.site import Site

_HEADINGS = {
    401: "Please sign in",
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This address takes no such request",
    413: "That is too large",
    500: "Something went wrong here",
    503: "Not available just now",
}
_WORDS = {
    404: "The address may be mistyped, or what it named was removed.",
    500: "This is a defect of Newsloom. Its log says more, under the time of this request.",
    405: "Go back, and use the page's own buttons.",
}


def error_page(site: Site, request: Request, error: HTTPException) -> Response:
    """An error with its sentence."""
    status = error.status_code
    detail = error.detail if error.detail != HTTPStatus(status).phrase else ""
    context = {
        "heading": _HEADINGS.get(status, HTTPStatus(status).phrase),
        "words": detail or _WORDS.get(status, "Go back and try it again."),
        "ways": [("Latest articles", "/"), ("Trace an address", "/trace")],
        "names": {},
    }
    response = site.renderer.page(request, "error.html", context, status=status)
    response.headers.update(error.headers or {})
    return response


def unavailable_page(site: Site, request: Request, error: Exception) -> Response:
    """Redis or the index does not answer."""
    context = {
        "heading": _HEADINGS[503],
        "words": f"{error}. Nothing is lost; try it again in a minute.",
        "ways": [("How is the pipeline doing?", "/pipeline")],
    }
    response = site.renderer.page(request, "error.html", context, status=503)
    response.headers["Retry-After"] = "30"
    return response
