"""Exchanges as WARC records, read by another library."""

import gzip
from pathlib import Path

from fastwarc import ArchiveIterator as FastIterator
from warcio.checker import Checker

from storage.archive.archive import Archive
from tests.support.data.exchanges import PAGE, exchange
from tests.support.data.warc_records import header, records


def test_a_page_is_a_response_and_a_request_after_a_warcinfo(
    archive: Archive, tmp_path: Path
) -> None:
    packed = gzip.compress(PAGE)
    received = (
        (b"Content-Type", b"text/html"),
        (b"Content-Encoding", b"gzip"),
        (b"Transfer-Encoding", b"chunked"),
    )
    assert archive.keep([exchange(1, packed, received=received)])
    archive.close()

    info, response, request = records(tmp_path)
    kinds = (info.rec_type, response.rec_type, request.rec_type)
    assert kinds == ("warcinfo", "response", "request")
    assert b"software: Newsloom/test\r\n" in info.content
    assert header(info, "WARC-Filename") == next(tmp_path.glob("*.warc.gz")).name
    expected = {
        "WARC-Date": "2026-01-02T03:04:06.678901Z",
        "WARC-IP-Address": "93.184.216.34",
        "WARC-Target-URI": "http://a.example/news/1?page=2",
        "WARC-Warcinfo-ID": header(info, "WARC-Record-ID"),
    }
    assert {name: header(response, name) for name in expected} == expected
    assert response.rec_headers.protocol == "WARC/1.1"
    assert str(header(response, "WARC-Payload-Digest")).startswith("sha1:")
    assert header(request, "WARC-Concurrent-To") == header(response, "WARC-Record-ID")
    assert request.http_headers.get_header("Host") == "a.example"


def test_a_page_is_kept_in_its_content_coding_and_without_chunks(
    archive: Archive, tmp_path: Path
) -> None:
    received = ((b"Content-Encoding", b"gzip"), (b"Transfer-Encoding", b"chunked"))
    archive.keep([exchange(1, gzip.compress(PAGE), received=received)])
    archive.close()
    _, response, _ = records(tmp_path)
    assert response.http_headers.get_header("Transfer-Encoding") is None
    assert response.http_headers.get_header("X-Crawl-Transfer-Encoding") == "chunked"
    assert response.content == PAGE


def test_headers_are_kept_byte_by_byte(archive: Archive, tmp_path: Path) -> None:
    archive.keep([exchange()])
    archive.close()
    data = gzip.decompress(next(tmp_path.glob("*.warc.gz")).read_bytes())
    assert b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Name: caf\xe9\r\n\r\n" + PAGE in data
    assert (
        b"GET /news/1?page=2 HTTP/1.1\r\nHost: a.example\r\nuser-agent: Newsloom/0.1\r\n\r\n"
        in data
    )


def test_http_2_is_written_in_the_words_of_http_1(archive: Archive, tmp_path: Path) -> None:
    archive.keep([exchange(protocol="h2", reason=b"", status=203)])
    archive.close()
    _, response, _ = records(tmp_path)
    assert header(response, "WARC-Protocol") == "h2"
    assert response.http_headers.statusline == "203 Non-Authoritative Information"


def test_redirects_come_before_the_page_and_say_that_their_body_was_not_read(
    archive: Archive, tmp_path: Path
) -> None:
    moved = exchange(
        1, b"", status=301, reason=b"Moved", received=((b"Location", b"/news/2"),), whole=False
    )
    archive.keep([moved, exchange(2)])
    archive.close()
    _, first, _, second, _ = records(tmp_path)
    assert header(first, "WARC-Truncated") == "unspecified"
    assert header(first, "WARC-Payload-Digest") is None
    assert first.http_headers.get_header("Location") == "/news/2"
    assert header(second, "WARC-Truncated") is None


def test_warcio_s_own_checker_and_fastwarc_agree_with_all_digests(
    archive: Archive, tmp_path: Path
) -> None:
    for number in range(20):
        archive.keep([exchange(number % 15)])
    archive.close()
    path = next(tmp_path.glob("*.warc.gz"))
    checker = Checker(type("Options", (), {"inputs": [str(path)], "verbose": False}))
    checker.process_all()
    assert not checker.exit_value
    checked = list(FastIterator(str(path), verify_digests=True))
    assert len(checked) == 41
