"""Where records of a WARC file that is damaged begin and end."""

import mmap
import zlib
from typing import BinaryIO

from fastwarc import WarcRecord

_MAGICS = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"WARC/")
"""How a record begins in a file of each kind."""

_RECORD_IN_BLOCK = b"\r\n\r\nWARC/1."
_PIECE = 65_536


def block_of(record: WarcRecord, most: int) -> tuple[bytes, bool, bool]:
    """The first ``most`` bytes of a record's block; if all of it is there; if a record is in it.

    All of it is read, as a length that is too large shows only at the file's end.
    """
    block, last, left, holds_another = bytearray(), b"", record.content_length, False
    while left > 0 and (piece := record.reader.read(min(left, _PIECE))):
        left -= len(piece)
        block += piece[: max(0, most - len(block))]
        holds_another = holds_another or _RECORD_IN_BLOCK in last + piece
        last = piece[-len(_RECORD_IN_BLOCK) :]
    return bytes(block), left <= 0, holds_another


def next_record(file: BinaryIO, start: int) -> int | None:
    """Where the next record may begin."""
    file.seek(0)
    first = file.read(5)
    magic = next((magic for magic in _MAGICS if first.startswith(magic)), None)
    if magic is None:
        return None
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        line = b"\n" if magic == b"WARC/" else b""  # of a plain record, only at the start of a line
        found = whole.find(line + magic, start - len(line))
    return None if found < 0 else found + len(line)


def ends_whole(file: BinaryIO, last: int) -> bool:
    """Whether the gzip members from the last record on are complete.

    What files of other kinds lack is noticed while reading.
    """
    file.seek(last)
    data = file.read(65_536)
    if not data.startswith(_MAGICS[0]):
        return True
    member = zlib.decompressobj(wbits=31)
    try:
        while data:
            member.decompress(data, 1_000_000)
            data = member.unconsumed_tail or member.unused_data
            if member.eof and data:
                member = zlib.decompressobj(wbits=31)
            data = data or file.read(65_536)
    except zlib.error:
        return False
    return member.eof
