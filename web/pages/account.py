"""Sign in, sign out, and the choice of a theme."""

from math import ceil

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.access.sessions import SignedIn, sign_in, sign_out
from storage.redis.access.rate_limits import RateLimits
from web.access import Access
from web.pages.forms import local_path, read_form, require_csrf
from web.pages.rendering import THEMES
from web.pages.site import Site
from web.sessions import give_cookie, take_cookie, token_of

_YEAR = 365 * 86_400
_REFUSED = "That is no valid key, or not the password of this name."
ATTEMPTS_A_MINUTE = 10
_LONGEST_NAME = 64


def login_page(site: Site, request: Request) -> Response:
    """``GET /login``."""
    following = local_path(request.query_params.get("next", ""))
    return site.page(request, "login.html", {"error": "", "next": following, "name": ""})


async def log_in(access: Access, site: Site, request: Request) -> Response:
    """``POST /login``. The guard has let only our own pages' forms in."""
    form = await read_form(request)
    following = local_path(form.get("next"))
    name, secret = form.get("name"), form.get("secret")
    address = access.client_address(request)
    signed_in = await run_in_threadpool(_sign_in, site, address, name, secret)
    if signed_in is None:
        request.state.caller = None
        context = {"error": _REFUSED, "next": following, "name": name}
        return await run_in_threadpool(site.page, request, "login.html", context, status=403)
    response = RedirectResponse(following, 303)
    give_cookie(response, signed_in.token, secure=site.base_url(request).startswith("https:"))
    return response


async def log_out(site: Site, request: Request) -> Response:
    """``POST /logout``."""
    require_csrf(request, await read_form(request))
    await run_in_threadpool(sign_out, site.resources.stores.sessions, token_of(request))
    response = RedirectResponse("/", 303)
    take_cookie(response)
    return response


async def choose_theme(_site: Site, request: Request) -> Response:
    """``POST /theme``."""
    form = await read_form(request)
    response = RedirectResponse(local_path(form.get("next")), 303)
    theme = form.get("theme")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=_YEAR, httponly=True, samesite="lax")
    else:
        response.delete_cookie("theme")
    return response


def _sign_in(site: Site, address: str, name: str, secret: str) -> SignedIn | None:
    stores = site.resources.stores
    _count_attempt(stores.rate_limits, f"login:{address}")
    if name:
        _count_attempt(stores.rate_limits, f"login-name:{name[:_LONGEST_NAME]}")
    now = site.resources.clock()
    return sign_in(stores.api_keys, stores.sessions, name, secret, now=now)


def _count_attempt(limits: RateLimits, whose: str) -> None:
    allowance = limits.take(whose, per_minute=ATTEMPTS_A_MINUTE)
    if allowance.allowed:
        return
    seconds = ceil(allowance.retry_after)
    raise HTTPException(
        429,
        f"Too many attempts to sign in. Try it again in {seconds} s.",
        {"Retry-After": str(seconds)},
    )
