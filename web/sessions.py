"""The cookie of a session, and who it says is asking."""

import secrets

from starlette.requests import Request
from starlette.responses import Response

from services.access.sessions import session_of
from storage.redis.access.sessions import LASTS
from web.access import Caller, Via
from workers.resources import Resources

COOKIE = "newsloom_session"


class CookieSessions:
    """Tells whose session a request has. It asks Redis: call it in a thread.

    Args:
        resources: that have the sessions and keys.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    def __call__(self, request: Request) -> Caller | None:
        """Who has signed in; None when nobody has. The forms' token goes into the state.

        Raises:
            redis.RedisError: there is a cookie, and Redis does not answer.
        """
        token = token_of(request)
        if not token:
            return None
        stores = self._resources.stores
        known = session_of(stores.api_keys, stores.sessions, token)
        if known is None:
            return None
        request.state.csrf = known.session.csrf
        return Caller(known.key.name, known.key.scope, Via.SESSION)


def csrf_of_proxied(resources: Resources, name: str) -> str:
    """The forms' token of somebody whom a trusted proxy names, made at the first request."""
    return resources.stores.sessions.proxied_csrf(name, secrets.token_urlsafe(32))


def token_of(request: Request) -> str:
    """The token in the request's cookie; empty without one."""
    return request.cookies.get(COOKIE, "")


def give_cookie(response: Response, token: str, *, secure: bool) -> None:
    """Let the browser keep the session; no script can read it."""
    response.set_cookie(
        COOKIE, token, max_age=LASTS, httponly=True, samesite="lax", secure=secure, path="/"
    )


def take_cookie(response: Response) -> None:
    """Let the browser forget the session."""
    response.delete_cookie(COOKIE, path="/")
