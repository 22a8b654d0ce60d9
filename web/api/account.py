"""Who the caller is."""

from fastapi import APIRouter

from pipeline.base import Record
from storage.redis.access.api_keys import Scope
from web.access import Via
from web.api.context import Reader

router = APIRouter(tags=["account"])


class WhoAmI(Record):
    """The caller.

    Attributes:
        name: of the key or the user; ``loopback`` on this machine without a key.
        scope: what the caller may do; ``admin`` holds ``write``, and that ``read``.
        via: how the caller was told.
    """

    name: str
    scope: Scope
    via: Via


@router.get("/whoami")
def get_whoami(caller: Reader) -> WhoAmI:
    """Who you are, and what you may do."""
    return WhoAmI(name=caller.name, scope=caller.scope, via=caller.via)
