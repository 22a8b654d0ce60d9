"""Reading a request's body within bounds."""

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

_MOST_DIGITS = 18


async def read_body(request: Request, most: int, *, seconds: float) -> bytes:
    """The raw body of at most ``most`` bytes, within so many seconds; no more than that is held.

    Raises:
        HTTPException: 413 when it is larger, 408 when it does not come in time, 400 when it breaks
            off.
    """
    declared = request.headers.get("content-length", "0")
    if len(declared) > _MOST_DIGITS or int(declared) > most:
        raise HTTPException(413)
    body = bytearray()
    try:
        with anyio.fail_after(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(body)
