"""Which folder has the embedded index."""

from pathlib import Path

from storage.tantivy.generations import current, following, remove_others, switch


def test_the_folder_itself_is_in_use_until_another_one_is(tmp_path: Path) -> None:
    assert current(tmp_path) == tmp_path
    assert following(tmp_path) == tmp_path / "rebuilt-1"
    switch(tmp_path, tmp_path / "rebuilt-1")
    assert current(tmp_path) == tmp_path / "rebuilt-1"
    assert following(tmp_path) == tmp_path / "rebuilt-2"


def test_what_is_not_in_use_is_removed_and_what_is_beside_it_stays(tmp_path: Path) -> None:
    beside = {"history.sqlite3", "history.sqlite3-wal", "newsloom.lock"}
    for name in {"meta.json", "a.store", *beside}:
        (tmp_path / name).touch()
    for number in (1, 2):
        (tmp_path / f"rebuilt-{number}").mkdir()
    remove_others(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"meta.json", "a.store", *beside}

    (tmp_path / "rebuilt-1").mkdir()
    switch(tmp_path, tmp_path / "rebuilt-1")
    remove_others(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"current", "rebuilt-1", *beside}
