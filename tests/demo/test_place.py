"""The demo's settings, and its folder."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.settings import Settings
from config.sources_file import load
from demo.network import LoopbackNetwork
from demo.place import (
    demo_settings,
    hosts_file,
    newsroom_folder,
    newsroom_server,
    updated_flag,
)
from demo.site import SAMPLE


@pytest.fixture
def user(tmp_path: Path) -> Settings:
    """A user's settings."""
    return Settings.model_validate({"data_dir": tmp_path / "data", "namespace": "mine"})


def test_folder_and_namespace_are_the_demo_s_own(user: Settings) -> None:
    chosen = demo_settings(user)

    assert (chosen.data_dir, chosen.namespace) == (user.data_dir / "demo", "mine-demo")
    assert chosen.sources == chosen.data_dir / "newsroom" / "sources.yaml"
    assert (chosen.redis_url, chosen.host_delay) == (user.redis_url, user.host_delay)


def test_each_elasticsearch_has_a_demo_of_its_own(user: Settings) -> None:
    names = {
        demo_settings(user.model_copy(update={"index_url": url})).namespace
        for url in (None, "http://one:9200", "http://two:9200")
    }
    assert len(names) == 3
    assert all(name.startswith("mine-demo") for name in names)


def test_workers_get_the_demo_s_settings_through_the_environment(
    user: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    chosen = demo_settings(user)
    for name, value in chosen.environment().items():
        monkeypatch.setenv(name, value)

    assert Settings() == chosen


def test_the_newsroom_is_copied_once(user: Settings) -> None:
    chosen = demo_settings(user)
    folder = newsroom_folder(chosen)
    assert load(chosen.sources) == load(SAMPLE / "sources.yaml") != ()

    (folder / "mine.txt").write_text("kept")
    assert newsroom_folder(chosen) == folder
    assert (folder / "mine.txt").read_text() == "kept"


def test_workers_find_the_server_that_runs(user: Settings) -> None:
    chosen = demo_settings(user)
    with newsroom_server(chosen) as server:
        network = LoopbackNetwork.load(hosts_file(chosen))
        assert set(server.hosts) == set(network._public)  # noqa: SLF001 - the hosts that it knows
        assert not server.newsroom.updated


def test_once_updated_the_newsroom_stays_so(user: Settings) -> None:
    chosen = demo_settings(user)
    newsroom_folder(chosen)
    updated_flag(chosen).touch()
    with newsroom_server(chosen) as server:
        assert server.newsroom.updated


def test_commands_that_begin_at_once_share_one_whole_newsroom(tmp_path: Path) -> None:
    settings = demo_settings(Settings(data_dir=tmp_path))
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(newsroom_folder, [settings] * 8))
    [folder] = folders
    count = sum(1 for _ in SAMPLE.rglob("*"))
    assert sum(1 for _ in folder.rglob("*")) == count
    assert [each.name for each in folder.parent.iterdir()] == ["newsroom"]
