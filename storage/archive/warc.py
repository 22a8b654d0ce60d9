"""Reading WARC and WET files (ISO 28500, 1.0 and 1.1; plain, gzip or zstd), also damaged ones."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from fastwarc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.outcome import Reason
from storage.archive.captures import Capture, Read, Skip, Skipped
from storage.archive.damage import block_of, ends_whole, next_record
from storage.archive.payloads import HEAD_BYTES, BadPayload, Payload, content_of, http_payload

_MOST_ORIGINALS = 500_000
_MOST_WAITING = 20_000
_PAGES = (
    WarcRecordType.response,
    WarcRecordType.revisit,
    WarcRecordType.conversion,
    WarcRecordType.resource,
)


@dataclass(frozen=True, slots=True)
class _Revisit:
    """A capture whose payload is in another record."""

    url: str
    at: datetime
    head: Payload | None
    refers_to: tuple[str, ...]


@dataclass
class WarcReader:
    """Reads files one after another, so that a revisit record finds its payload in any of them.

    Attributes:
        max_bytes: the largest page, unpacked.
        position: bytes of the current file that were read.
    """

    max_bytes: int
    position: int = 0
    _broken: bool = False
    _held: Capture | None = None
    _originals: dict[str, tuple[Path, int]] = field(default_factory=dict)
    _waiting: list[_Revisit] = field(default_factory=list)

    def read(self, path: Path) -> Iterator[Read]:
        """The captures of a file. Where it is damaged, reading goes on at the next record found."""
        offset: int | None = 0
        self._broken, self._held = False, None
        with path.open("rb") as file:
            while offset is not None:
                offset = yield from self._read_from(path, file, offset)

    def _read_from(
        self, path: Path, file: BinaryIO, offset: int
    ) -> Generator[Read, None, int | None]:
        """The captures from an offset up to the end or to damage; returns where to go on."""
        file.seek(offset)
        last: int | None = None
        try:
            for record in ArchiveIterator(file, parse_http=False):
                yield from self._released()
                last, self._broken = record.stream_pos, False
                found = self._one(path, record)
                self.position = record.stream_pos
                if isinstance(found, Skipped) and found.reason is Skip.DAMAGED:
                    self._broken = True
                    yield found
                    return next_record(file, last + 1)
                if found:
                    yield found
        except OSError as error:
            where = offset if last is None else last
            yield from self._damage(path, where, error)
            return next_record(file, where + 1)
        yield from self._released()
        if last is not None and not self._broken and not ends_whole(file, last):
            detail = f"{path.name} breaks off in a record after byte {last}"
            yield Skipped(None, Skip.DAMAGED, detail)
        return None

    def _released(self) -> Iterator[Read]:
        """What was held back: a record followed it, so its length was right."""
        held, self._held = self._held, None
        if held:
            yield held

    def _damage(self, path: Path, where: int, error: OSError) -> Iterator[Skipped]:
        """What is said of damage after a byte; once, where one damage follows another."""
        held, self._held = self._held, None
        if held:
            detail = f"{path.name}: the length of the record at byte {where} is too large"
            yield Skipped(held.url, Skip.DAMAGED, detail)
        elif not self._broken:
            detail = f"{path.name} is damaged after byte {where} ({error})"
            yield Skipped(None, Skip.DAMAGED, detail)
        self._broken = True

    def revisits(self) -> Iterator[Read]:
        """The revisit records whose payload came later than they, in another file.

        Call it when all are read.
        """
        waiting, self._waiting = self._waiting, []
        for revisit in waiting:
            yield self._revisited(revisit) or Skipped(
                revisit.url,
                Skip.NO_ORIGINAL,
                "the record says only that its page was kept before; that is not here",
            )

    def _one(self, path: Path, record: WarcRecord) -> Read | None:
        """What a record brings: a capture, or why there is none.

        None for requests, metadata and the like, for a revisit that waits for its payload, and for
        a capture that is held back: another record may be inside of it. Then its length is wrong,
        which shows when no record follows it.
        """
        url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
        fault = _fault(path, record, url)
        if fault and fault.reason is Skip.DAMAGED:
            return fault
        block, is_whole, is_doubtful = block_of(record, self.max_bytes + HEAD_BYTES)
        if not is_whole:
            detail = (
                f"{path.name} ends in the record at byte {record.stream_pos}, "
                f"whose length is given as {record.content_length}"
            )
            return Skipped(url or None, Skip.DAMAGED, detail)
        if fault or record.record_type not in _PAGES:
            return fault
        if record.record_type == WarcRecordType.revisit:
            return self._take_revisit(record, url, block)
        found = self._page(path, record, url, block)
        return self._held_back(found) if is_doubtful else found

    def _held_back(self, found: Capture | Skipped) -> Skipped | None:
        if isinstance(found, Skipped):
            return found
        self._held = found
        return None

    def _page(self, path: Path, record: WarcRecord, url: str, block: bytes) -> Capture | Skipped:
        if record.content_length > len(block):
            detail = f"the record has {record.content_length} bytes"
            return Skipped(url, Reason.TOO_LARGE, detail)
        if record.record_type == WarcRecordType.response:
            self._remember(path, record, url)
        return self._capture(record, url, block)

    def _capture(self, record: WarcRecord, url: str, block: bytes) -> Capture | Skipped:
        at, cut = _utc(record.record_date), _cut(record)
        kind = record.headers.get("Content-Type") or ""
        if not kind.lower().startswith("application/http"):
            if record.record_type == WarcRecordType.response:
                return Skipped(url, Skip.BAD_RECORD, "the response is not HTTP's")
            if cut:
                return Skipped(url, Skip.TRUNCATED, cut)
            return Capture(url=url, status=200, content_type=kind, content=block, fetched_at=at)
        answer = http_payload(block)
        if answer is None:
            return Skipped(url, Skip.BAD_RECORD, "the response is not HTTP's")
        return self._answered(url, at, answer, answer, cut)

    def _answered(
        self, url: str, at: datetime, head: Payload, answer: Payload, cut: str | None
    ) -> Capture | Skipped:
        """The capture with this head and the body of that answer.

        ``cut`` says so if its record was cut off.
        """
        read = head.status < 300  # noqa: PLR2004 - of a redirect or an error nobody reads the body
        if read and cut:
            return Skipped(url, Skip.TRUNCATED, cut)
        try:
            content = content_of(answer, self.max_bytes) if read else b""
        except BadPayload as bad:
            return Skipped(url, bad.reason, str(bad))
        return Capture(
            url=url,
            status=head.status,
            content_type=answer.header("content-type"),
            content=content,
            fetched_at=at,
        )

    def _remember(self, path: Path, record: WarcRecord, url: str) -> None:
        """Where this payload is, by its digest, its address and date, and its record's id."""
        headers = record.headers
        names = (
            headers.get("WARC-Payload-Digest"),
            f"{headers.get('WARC-Date')} {url}",
            record.record_id,
        )
        for name in filter(None, names):
            if len(self._originals) >= _MOST_ORIGINALS:
                self._originals.pop(next(iter(self._originals)))
            self._originals[name] = (path, record.stream_pos)

    def _take_revisit(self, record: WarcRecord, url: str, block: bytes) -> Read | None:
        headers = record.headers
        original = (headers.get("WARC-Refers-To-Target-URI") or url).strip("<> ")
        names = (
            headers.get("WARC-Refers-To"),
            f"{headers.get('WARC-Refers-To-Date')} {original}",
            headers.get("WARC-Payload-Digest"),
        )
        revisit = _Revisit(
            url, _utc(record.record_date), http_payload(block), tuple(filter(None, names))
        )
        if found := self._revisited(revisit):
            return found
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(revisit)
            return None
        detail = "too many records wait for pages that were kept before"
        return Skipped(url, Skip.NO_ORIGINAL, detail)

    def _revisited(self, revisit: _Revisit) -> Read | None:
        known = next(
            (self._originals[name] for name in revisit.refers_to if name in self._originals), None
        )
        if known is None:
            return None
        path, offset = known
        try:
            with path.open("rb") as file:
                file.seek(offset)
                record = next(iter(ArchiveIterator(file, parse_http=False)))
                answer = http_payload(record.reader.read(self.max_bytes + HEAD_BYTES))
                cut = _cut(record)
        # Such as one gzip stream over all records, where no offset leads.
        except (OSError, StopIteration):
            return None
        if answer is None:
            return None
        return self._answered(revisit.url, revisit.at, revisit.head or answer, answer, cut)


def _fault(path: Path, record: WarcRecord, url: str) -> Skipped | None:
    """Why a record cannot be read, by its headers."""
    kind, at = record.record_type, record.stream_pos
    if "WARC-Type" not in record.headers:
        return Skipped(None, Skip.DAMAGED, f"{path.name} is damaged in the record at byte {at}")
    if kind in _PAGES and not (url and record.record_date):
        detail = f"the record at byte {at} lacks its URI or date"
        return Skipped(url or None, Skip.BAD_RECORD, detail)
    if kind == WarcRecordType.continuation or "WARC-Segment-Number" in record.headers:
        return Skipped(url, Skip.SEGMENTED, "the record is split in segments")
    return None


def _cut(record: WarcRecord) -> str | None:
    """Why a record holds only the beginning of its page, if it says so (WARC 1.1, 5.13)."""
    why = record.headers.get("WARC-Truncated")
    return f"the record says that it was cut off ({why[:40]})" if why else None


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
