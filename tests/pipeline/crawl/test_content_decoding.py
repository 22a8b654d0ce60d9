"""Content codings within bounds; tests/workers/fetch/test_client.py has them over the wire."""

import gzip
import zlib

import pytest

from pipeline.crawl.content_decoding import (
    RATIO_FREE,
    RAW_DEFLATE,
    BadCoding,
    Decoder,
    without_gzip,
)

PAGE = b"<p>The ferry is late." * 100
CODED = {
    "": PAGE,
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]),  # one member after another
    "deflate": zlib.compress(PAGE),
    RAW_DEFLATE: zlib.compress(PAGE)[2:-4],
}


def decoded(coding: str, body: bytes) -> bytes:
    decoder = Decoder(coding, 1_000_000)
    assert decoder.feed(body)
    return decoder.close()


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("coding", CODED)
def test_a_body_is_the_same_in_pieces_of_any_size(coding: str, size: int) -> None:
    decoder, body = Decoder(coding, 1_000_000, offered=CODED), CODED[coding]
    assert all(decoder.feed(body[at : at + size]) for at in range(0, len(body), size))
    assert decoder.close() == PAGE


@pytest.mark.parametrize("coding", [name for name in CODED if name])
def test_a_body_that_ends_too_early_is_no_body(coding: str) -> None:
    decoder = Decoder(coding, 1_000_000, offered=CODED)
    assert decoder.feed(CODED[coding][:-5])
    with pytest.raises(EOFError):
        decoder.close()


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_not_unpacked_beyond_its_limit(coding: str) -> None:
    bomb = (
        gzip.compress(bytes(50_000_000)) if coding == "gzip" else zlib.compress(bytes(50_000_000))
    )
    decoder = Decoder(coding, 40_000_000, offered=CODED)
    assert not decoder.feed(bomb)
    assert decoder.limit < 40_000_000  # by its ratio
    short = Decoder(coding, 1_000, offered=CODED)
    assert not short.feed(bomb[:2_000])
    assert short.limit < RATIO_FREE


@pytest.mark.parametrize("coding", ["deflate", "br", "gzip, gzip", "zstd", "none", "x-thing"])
@pytest.mark.parametrize("length", [20, 600])
def test_what_was_not_offered_is_refused(coding: str, length: int) -> None:
    with pytest.raises(BadCoding, match="not offered"):
        decoded(coding, bytes([0x8B, 3, 0x80, 0xF4]) * (length // 4))


@pytest.mark.parametrize(
    "coding", ["utf-8", "none", "aws-chunked", "br", "UTF-8, x", "gzip, gzip", "deflate"]
)
@pytest.mark.parametrize("body", [PAGE, PAGE[:30], b"", "User-agent: *\r\n# café".encode("cp1252")])
def test_a_plain_body_is_read_whatever_its_coding_is_called(coding: str, body: bytes) -> None:
    assert decoded(coding, body) == body


def test_what_does_not_pack_stands_beside_what_does() -> None:
    assert decoded("aws-chunked, gzip", gzip.compress(PAGE)) == PAGE


def test_a_gzip_file_is_unpacked() -> None:
    assert without_gzip(gzip.compress(PAGE), 1_000_000) == PAGE
    assert without_gzip(PAGE, 10) == PAGE


@pytest.mark.parametrize(
    ("content", "most", "message"),
    [
        (gzip.compress(PAGE), 100, "unpacks to more than 100"),
        (gzip.compress(PAGE)[:-5], 1_000_000, "broken"),
        (b"\x1f\x8bnonsense", 1_000_000, "not the gzip data"),
    ],
    ids=["large", "cut", "nonsense"],
)
def test_a_gzip_file_that_cannot_be_unpacked(content: bytes, most: int, message: str) -> None:
    with pytest.raises(BadCoding, match=message):
        without_gzip(content, most)


@pytest.mark.parametrize("coding", [name for name in CODED if name])
def test_data_that_do_not_fit_are_refused(coding: str) -> None:
    with pytest.raises(BadCoding, match=coding.removeprefix("x-")):
        Decoder(coding, 1_000_000, offered=CODED).feed(b"\xff\xfe no such data")
