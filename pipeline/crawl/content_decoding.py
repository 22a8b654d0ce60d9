"""Undoing a response's content coding within bounds, against decompression bombs."""

import zlib
from collections.abc import Collection

MAX_RATIO = 200
"""A body that grows by more than this is a bomb: HTML compresses 3 to 30 times, zlib's ceiling is
about 1,000."""

RATIO_FREE = 2_000_000
"""Bytes below which the ratio does not matter."""

OFFERED = frozenset({"", "identity", "gzip", "x-gzip"})
"""Content codings that our requests allow: gzip, which everything speaks, under both of its
names."""

RAW_DEFLATE = "raw deflate"
"""What some servers send as ``deflate``: without the zlib wrapper that RFC 9110 §8.4.1.2 asks
for."""

_GZIP = b"\x1f"
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15, RAW_DEFLATE: -15}


class BadCoding(ValueError):  # noqa: N818 - named after what it is
    """A coding that was not offered, or data that does not fit it."""


class Decoder:
    """Collects a body. ``limit`` is what it may unpack to so far, in bytes.

    Packed, ``max_bytes`` hold as well.
    """

    def __init__(self, coding: str, max_bytes: int, *, offered: Collection[str] = OFFERED) -> None:
        """Begin a body.

        Args:
            coding: the ``Content-Encoding``.
            max_bytes: the most that it may have, packed and unpacked.
            offered: those of no coding, gzip, deflate and ``RAW_DEFLATE`` that may come.

        Raises:
            BadCoding: more than one coding, or one that was not offered (RFC 9110 §8.4).
        """
        name = coding.strip().lower()
        if name not in offered:
            raise BadCoding(
                f"the server used the content coding {name[:40]!r}, which was not offered"
            )
        self._name = name
        self._unpack = zlib.decompressobj(_WINDOW_BITS[name]) if name in _WINDOW_BITS else None
        self._max_bytes = max_bytes
        self._content = bytearray()
        self._raw = 0
        self._after = False

    @property
    def limit(self) -> int:
        """Bytes allowed for what has come in."""
        return min(self._max_bytes, max(RATIO_FREE, self._raw * MAX_RATIO))

    def feed(self, chunk: bytes) -> bool:
        """Take a piece; False when the limit is passed."""
        self._raw += len(chunk)
        if self._unpack is None:
            self._content += chunk
        else:
            self._take(chunk)
        return len(self._content) <= self.limit and self._raw <= self._max_bytes

    def _take(self, packed: bytes) -> None:
        while packed and self._unpack is not None and len(self._content) <= self.limit:
            if self._unpack.eof:
                if not self._goes_on(packed):
                    self._after = True
                    return
                # RFC 1952 §2.2: a file is one member after another.
                self._unpack = zlib.decompressobj(_WINDOW_BITS["gzip"])
            try:
                self._content += self._unpack.decompress(
                    packed, self.limit + 1 - len(self._content)
                )
            except zlib.error as error:
                raise BadCoding(
                    f"the body is not the {self._name} data it is said to be ({error})"
                ) from None
            packed = self._unpack.unused_data

    def _goes_on(self, packed: bytes) -> bool:
        """Whether another member follows; what is no gzip is ignored, as gzip does."""
        return not self._after and "gzip" in self._name and packed.startswith(_GZIP)

    def close(self) -> bytes:
        """The whole body.

        Raises:
            EOFError: the compressed data end too early.
        """
        if self._unpack is not None and self._raw and not self._unpack.eof:
            raise EOFError("the compressed body ends too early")
        return bytes(self._content)
