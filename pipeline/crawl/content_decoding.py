"""Undoing a response's content coding within bounds, against decompression bombs."""

import re
import zlib
from collections.abc import Collection

MAX_RATIO = 200
"""A body that grows by more than this is a bomb: HTML compresses 3 to 30 times, zlib's ceiling is
about 1,000."""

RATIO_FREE = 2_000_000
"""Bytes below which the ratio does not matter."""

OFFERED = frozenset({"gzip", "x-gzip"})
"""Content codings that our requests allow: gzip, which everything speaks, under both of its
names."""

PACKED = OFFERED | {"deflate", "br", "zstd", "compress", "x-compress"}
"""Content codings that pack; what servers say beside them (``utf-8``, ``none``, ``aws-chunked``)
changes nothing of a body (https://www.iana.org/assignments/http-parameters/, RFC 9110 §8.4)."""

RAW_DEFLATE = "raw deflate"
"""What some servers send as ``deflate``: without the zlib wrapper that RFC 9110 §8.4.1.2 asks
for."""

GZIP_MAGIC = b"\x1f\x8b"
"""How gzip data begin (RFC 1952 §2.3.1)."""

_PLAIN_BYTES = 512
"""Bytes that tell whether a body is plain: packed ones have control characters among so many."""

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15, RAW_DEFLATE: -15}


class BadCoding(ValueError):  # noqa: N818 - named after what it is
    """A coding that was not offered, or data that does not fit it."""


class Decoder:
    """Collects a body. ``limit`` is what it may unpack to so far, in bytes.

    Packed, ``max_bytes`` hold as well.
    """

    def __init__(self, coding: str, max_bytes: int, *, offered: Collection[str] = OFFERED) -> None:
        """Begin a body.

        A coding that does not pack, or was not offered, is passed over when the body turns out to
        be plain.

        Args:
            coding: the ``Content-Encoding``.
            max_bytes: the most that it may have, packed and unpacked.
            offered: those of gzip, deflate and ``RAW_DEFLATE`` that may come.
        """
        named = coding.lower().split(",")
        names = [name.strip() for name in named if name.strip() not in {"", "identity"}]
        packed = [name for name in names if name in PACKED or name in offered]
        self._name = packed[0] if len(packed) == 1 and packed[0] in offered else ""
        self._refused = "" if self._name else ", ".join(names)[:40]
        self._unpack = zlib.decompressobj(_WINDOW_BITS[self._name]) if self._name else None
        self._max_bytes = max_bytes
        self._content = bytearray()
        self._raw = 0
        self._after = False

    @property
    def limit(self) -> int:
        """Bytes allowed for what has come in."""
        return min(self._max_bytes, max(RATIO_FREE, self._raw * MAX_RATIO))

    def feed(self, chunk: bytes) -> bool:
        """Take a piece; False when the limit is passed.

        Raises:
            BadCoding: the body is in a coding that was not offered, or does not fit its own.
        """
        self._raw += len(chunk)
        if self._unpack is None:
            self._content += chunk
        else:
            self._take(chunk)
        if self._refused and len(self._content) >= _PLAIN_BYTES:
            self._check_plain()
        return len(self._content) <= self.limit and self._raw <= self._max_bytes

    def _check_plain(self) -> None:
        """Passes over the coding of a body that is plain."""
        if _CONTROLS.search(self._content, 0, _PLAIN_BYTES):
            raise BadCoding(
                f"the server used the content coding {self._refused!r}, which was not offered"
            )
        self._refused = ""

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
        return not self._after and "gzip" in self._name and packed.startswith(GZIP_MAGIC[:1])

    def close(self) -> bytes:
        """The whole body.

        Raises:
            EOFError: the compressed data end too early.
            BadCoding: as ``feed`` does.
        """
        if self._refused:
            self._check_plain()
        if self._unpack is not None and self._raw and not self._unpack.eof:
            raise EOFError("the compressed body ends too early")
        return bytes(self._content)


def without_gzip(content: bytes, max_bytes: int) -> bytes:
    """A document, taken out of its gzip file if it is in one.

    Raises:
        BadCoding: the gzip data are broken, or unpack to more than ``max_bytes``.
    """
    if not content.startswith(GZIP_MAGIC):
        return content
    decoder = Decoder("gzip", max_bytes)
    if not decoder.feed(content):
        raise BadCoding(f"the file unpacks to more than {decoder.limit} bytes")
    try:
        return decoder.close()
    except EOFError as error:
        raise BadCoding(f"the gzip file is broken ({error})") from None
