"""Reading a request's body within bounds."""

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

_MAX_DIGITS = 18


async def read_body(request: Request, max_bytes: int, *, seconds: float) -> bytes:
    """The raw body of a request, of which no more than ``max_bytes`` are held.

    Args:
        request: its body was not read yet.
        max_bytes: a larger body is refused, if it declares its size before anything is read.
        seconds: within which the whole body must have come.

    Raises:
        HTTPException: 413 when it is larger, 408 when it does not come in time, 400 when it breaks
            off.
    """
    declared = request.headers.get("content-length", "0")
    if len(declared) > _MAX_DIGITS or int(declared) > max_bytes:
        raise HTTPException(413)
    body = bytearray()
    try:
        with anyio.fail_after(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(body)
