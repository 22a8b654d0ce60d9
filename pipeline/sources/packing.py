"""Rows of numbers as short text: base64 of little-endian values."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from struct import calcsize, pack, unpack


def pack_numbers(form: str, numbers: Sequence[float]) -> str:
    """The numbers as text. ``form`` is a letter of the module ``struct``."""
    return b64encode(pack(f"<{len(numbers)}{form}", *numbers)).decode()


def unpack_numbers(form: str, text: str) -> tuple[float, ...]:
    """What ``pack_numbers`` was given.

    Raises:
        ValueError: no base64.
        struct.error: not a whole row of such numbers.
    """
    data = b64decode(text)
    return unpack(f"<{len(data) // calcsize(form)}{form}", data)
