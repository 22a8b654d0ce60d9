"""What is written, as other libraries read it."""

import errno
import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastwarc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from storage.archive.archive import Archive, archive_state
from storage.archive.files import MAX_SECONDS, WarcFiles, close_orphans
from storage.open import Stores
from tests.support.exchanges import AT, PAGE, exchange


@pytest.fixture
def archive(tmp_path: Path, stores: Stores) -> Iterator[Archive]:
    made = Archive(
        tmp_path, stores.keyspace, about=(("software", "Newsloom/test"),), clock=AT.timestamp
    )
    yield made
    made.close()


def records(folder: Path) -> list[Any]:
    """All records by warcio, digests checked; ``content`` is what their payload reads as."""
    found = []
    for path in sorted(folder.glob("*.warc.gz*")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content = record.content_stream().read()
                found.append(record)
    return found


def header(record: Any, name: str) -> str | None:
    value: str | None = record.rec_headers.get_header(name)
    return value


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
    assert [record.rec_type for record in (info, response, request)] == [
        "warcinfo",
        "response",
        "request",
    ]
    assert b"software: Newsloom/test\r\n" in info.content
    assert header(info, "WARC-Filename") == next(tmp_path.glob("*.warc.gz")).name
    assert response.rec_headers.protocol == "WARC/1.1"
    assert header(response, "WARC-Date") == "2026-01-02T03:04:06.678901Z"
    assert header(response, "WARC-IP-Address") == "93.184.216.34"
    assert header(response, "WARC-Target-URI") == "http://a.example/news/1?page=2"
    assert header(response, "WARC-Warcinfo-ID") == header(info, "WARC-Record-ID")
    assert header(response, "WARC-Payload-Digest").startswith("sha1:")  # type: ignore[union-attr]
    assert header(request, "WARC-Concurrent-To") == header(response, "WARC-Record-ID")
    assert response.http_headers.get_header("Transfer-Encoding") is None
    assert response.http_headers.get_header("X-Crawl-Transfer-Encoding") == "chunked"
    assert response.content == PAGE  # it was kept in its content coding, and the headers say so
    assert request.http_headers.get_header("Host") == "a.example"


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


def test_the_same_payload_again_is_a_revisit_also_for_another_process(
    archive: Archive, tmp_path: Path, stores: Stores
) -> None:
    archive.keep([exchange(1, PAGE)])
    archive.close()
    other = Archive(tmp_path / "other", stores.keyspace)
    other.keep([exchange(2, PAGE)])
    other.keep([exchange(3, PAGE + b"!")])
    other.close()

    _, original, _ = records(tmp_path)
    _, revisit, _, fresh, _ = records(tmp_path / "other")
    assert (revisit.rec_type, fresh.rec_type) == ("revisit", "response")
    assert (
        header(revisit, "WARC-Profile")
        == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    )
    assert header(revisit, "WARC-Refers-To-Target-URI") == header(original, "WARC-Target-URI")
    assert header(revisit, "WARC-Refers-To-Date") == header(original, "WARC-Date")
    assert header(revisit, "WARC-Payload-Digest") == header(original, "WARC-Payload-Digest")
    assert header(revisit, "WARC-Target-URI") == "http://a.example/news/2?page=2"
    assert revisit.http_headers.get_header("Content-Type") == "text/html"
    assert revisit.content == b""


def test_empty_bodies_are_no_repeats_of_each_other(archive: Archive, tmp_path: Path) -> None:
    archive.keep([exchange(1, b"")])
    archive.keep([exchange(2, b"")])
    archive.close()
    assert [record.rec_type for record in records(tmp_path)].count("revisit") == 0


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


def test_a_file_has_its_final_name_when_it_is_closed(archive: Archive, tmp_path: Path) -> None:
    archive.keep([exchange()])
    [path] = tmp_path.iterdir()
    assert path.name.startswith("newsloom-20260102030405-00000-")
    assert path.name.endswith(".warc.gz.open")
    archive.close()
    [path] = tmp_path.iterdir()
    assert path.name.endswith(".warc.gz")
    archive.close()  # twice is once


def test_files_turn_over_by_size_and_by_age(tmp_path: Path, stores: Stores) -> None:
    now = [AT.timestamp()]
    made = Archive(tmp_path, stores.keyspace, max_bytes=3_000, clock=lambda: now[0])
    for number in range(10):
        made.keep([exchange(number, os.urandom(1_000))])
    by_size = len(list(tmp_path.iterdir()))
    assert by_size == 5  # two pages of a good 1,500 bytes each reach 3,000
    now[0] += MAX_SECONDS + 1
    made.keep([exchange(11)])
    made.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) == by_size + 1
    kinds = [record.rec_type for record in records(tmp_path)]
    assert (kinds.count("warcinfo"), kinds.count("response")) == (len(files), 11)


def test_a_full_disk_costs_the_record_and_is_said_until_it_ends(
    archive: Archive,
    tmp_path: Path,
    stores: Stores,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    archive.keep([exchange(1)])
    real = os.write

    def half_full(file: int, data: bytes) -> int:
        if len(data) > 300:
            return real(file, data[:300])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", half_full)
        assert not archive.keep([exchange(2)])
        assert not archive.keep([exchange(3)])
    state = archive_state(stores.keyspace)
    assert (state.kept, state.lost) == (1, 2)
    assert state.error is not None
    assert "No space left on device" in state.error
    assert len([record for record in caplog.records if "not archived" in record.message]) == 1

    assert archive.keep([exchange(2)])  # what was lost is no repeat of itself
    archive.close()
    assert archive_state(stores.keyspace).error is None
    assert [record.rec_type for record in records(tmp_path)] == [
        "warcinfo",
        *["response", "request"] * 2,
    ]


def test_a_folder_that_cannot_be_written_is_no_error_for_the_caller(
    tmp_path: Path, stores: Stores
) -> None:
    (tmp_path / "file").write_text("in the way")
    made = Archive(tmp_path / "file", stores.keyspace)
    assert not made.keep([exchange()])
    assert archive_state(stores.keyspace).lost == 1


def test_without_redis_pages_are_kept_whole(
    tmp_path: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Archive(tmp_path, stores.keyspace)
    stores.keyspace.client.connection_pool.disconnect()
    monkeypatch.setattr(
        stores.keyspace.client.connection_pool, "connection_kwargs", {"path": "/nowhere"}
    )
    assert made.keep([exchange(1, PAGE)])
    assert made.keep([exchange(2, PAGE)])
    made.close()
    assert [record.rec_type for record in records(tmp_path)].count("response") == 2


WRITER = """
import sys
from pathlib import Path
from storage.archive.archive import Archive
from storage.redis.connection import Keyspace, connect
from tests.support.exchanges import exchange
keyspace = Keyspace(connect(sys.argv[2]), sys.argv[3])
archive = Archive(Path(sys.argv[1]), keyspace, prefix=sys.argv[4])
for number in range(int(sys.argv[5])):
    archive.keep([exchange(number, (sys.argv[4] + str(number)).encode() * 500)])
    print(number, flush=True)
"""


def writer(
    folder: Path, redis_url: str, namespace: str, prefix: str, pages: int
) -> subprocess.Popen[str]:
    arguments = [
        sys.executable,
        "-c",
        WRITER,
        str(folder),
        redis_url,
        namespace,
        prefix,
        str(pages),
    ]
    return subprocess.Popen(
        arguments, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )


def test_a_killed_process_costs_the_record_it_was_writing_at_most(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    for round_number in range(3):
        folder = tmp_path / str(round_number)
        process = writer(folder, redis_url, namespace, f"w{round_number}", 1_000_000)
        assert process.stdout is not None
        done = [process.stdout.readline() for _ in range(50)]
        process.send_signal(signal.SIGKILL)
        done += process.stdout.read().splitlines()
        process.wait()
        kept = [record for record in records(folder) if record.rec_type == "response"]
        assert len(kept) >= len([line for line in done if line.strip()]) >= 50
        [path] = folder.iterdir()
        assert path.name.endswith(".open")
        close_orphans(folder, time.time() + 3_600)
        [path] = folder.iterdir()
        assert path.name.endswith(".warc.gz")


def test_a_torn_last_record_hides_nothing_before_it(archive: Archive, tmp_path: Path) -> None:
    for number in range(5):
        archive.keep([exchange(number)])
    archive.close()
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-100])
    assert [record.rec_type for record in records(tmp_path)].count("response") == 5
    assert sum(1 for _ in FastIterator(str(path))) >= 10


def test_processes_that_write_at_once_have_a_file_each(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    started = [writer(tmp_path, redis_url, namespace, "same", 40) for _ in range(3)]
    for process in started:
        process.communicate(timeout=60)
        assert process.returncode == 0
    files = list(tmp_path.iterdir())
    assert len(files) == 3
    assert all(path.name.endswith(".warc.gz") for path in files)  # closed as each process ended
    kinds = [record.rec_type for record in records(tmp_path)]
    assert kinds.count("response") + kinds.count("revisit") == 120
    assert kinds.count("response") >= 40


def test_a_file_in_use_is_nobody_s_orphan(tmp_path: Path) -> None:
    files = WarcFiles(tmp_path, prefix="x", begin=lambda _: b"begin")
    files.append(lambda: b"record")
    close_orphans(tmp_path, time.time() + 3_600)
    [path] = tmp_path.iterdir()
    assert path.name.endswith(".open")
    files.close()
    assert tmp_path.joinpath(path.name.removesuffix(".open")).read_bytes() == b"beginrecord"
