"""The same bytes are kept once."""

from pathlib import Path

from storage.archive.archive import Archive
from storage.open import Stores
from tests.support.data.exchanges import PAGE, exchange
from tests.support.data.warc_records import header, records


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
