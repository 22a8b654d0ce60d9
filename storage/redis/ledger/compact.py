"""Compact records: what Redis keeps of a URL whose entry is in the archive.

``ledger/lib_compact.lua`` reads them.
"""

import struct
from collections.abc import Mapping
from hashlib import sha1

from pipeline.outcome import OUTCOME, Indexed, Rejected
from pipeline.records import Link
from pipeline.urls import UrlId
from storage.ledger_archive.archive import ArchivedEntry
from storage.redis.ledger.totals import TERMINAL

PERIOD_SECONDS = 864_000
"""Records are dropped by periods of ten days: each is kept for up to ten days longer than asked,
and one look-up asks one hash for each period that is kept."""

_HEAD = struct.Struct(">BBddI")
"""State, visits, changed_at, found_at, digest of the address."""

_MOST_VISITS = 255


def period_of(moment: float) -> int:
    """The period of a time in seconds since the epoch, by its number."""
    return int(moment // PERIOD_SECONDS)


def compact_record(entry: ArchivedEntry) -> bytes:
    """The record of an entry, of at most 64 bytes, as a listpack's values are."""
    fields = entry.fields
    head = _HEAD.pack(
        TERMINAL.index(entry.state) + 1,
        min(int(fields.get("visits", 1)), _MOST_VISITS),
        float(fields.get("changed_at", 0)),
        float(fields["found_at"]),
        _address_digest(Link.model_validate_json(fields["link"])),
    )
    return head + _detail(entry.url_id, fields)


def _detail(url_id: UrlId, fields: Mapping[str, str]) -> bytes:
    """What of the outcome is needed when the URL is visited again."""
    match OUTCOME.validate_json(fields["outcome"]):
        case Rejected(reason=reason):
            return reason.value.encode()
        case Indexed(article=article, copy_of=copy_of) if copy_of or article != url_id:
            return bytes.fromhex(article) + bytes.fromhex(copy_of or "")
        case _:
            return b""


def _address_digest(link: Link) -> int:
    digest = sha1(link.url.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4])
