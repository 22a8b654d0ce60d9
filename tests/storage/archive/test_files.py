"""The WARC files of processes: turned over, left open, written at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from fastwarc import ArchiveIterator as FastIterator

from storage.archive.archive import Archive
from storage.archive.files import MAX_SECONDS, WarcFiles, close_orphans
from storage.open import Stores
from tests.support.data.exchanges import AT, exchange
from tests.support.data.warc_records import records


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


def test_writers_of_one_second_leave_each_others_files_alone(
    tmp_path: Path, stores: Stores
) -> None:
    for number in range(3):
        made = Archive(tmp_path, stores.keyspace, clock=AT.timestamp)
        made.keep([exchange(number)])
        made.close()
    assert len(list(tmp_path.iterdir())) == 3
    assert [record.rec_type for record in records(tmp_path)].count("response") == 3


WRITER = """
import sys
from pathlib import Path
from storage.archive.archive import Archive
from storage.redis.connection import Keyspace, connect
from tests.support.data.exchanges import exchange
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
