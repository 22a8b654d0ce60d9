"""Settings, stores and network of a command, and ``--demo``, which makes them the demo's."""

import json
from pathlib import Path

import click
import pytest

from cli.demo_mode import is_demo
from cli.main import newsloom as group
from cli.session import demo_network, fetching_session, session, settings
from config.sources_file import load
from demo.place import demo_settings, newsroom_folder
from demo.site import Newsroom
from pipeline.urls import Url
from tests.cli.conftest import Newsloom
from tests.support.data.articles import article
from workers.fetch.records import Response
from workers.resources import Resources

HOST = "harbour-post.example"
OLD_PLACES = [["crawl"], ["sources", "add"], ["up"]]
ADD = ("http://stadtbote.example", "--all", "--dry-run")


def in_demo() -> click.Context:
    """The context of a command after ``--demo``."""
    return group.make_context("newsloom", ["--demo", "status"])


def test_outside_of_a_command_nothing_is_the_demo_s(place: Path) -> None:
    assert not is_demo()
    assert settings().data_dir == place / "data"


@pytest.mark.usefixtures("place")
def test_a_session_has_the_stores_of_the_settings() -> None:
    with session() as resources:
        assert resources.settings == settings()
        assert resources.stores.ledger.totals().accepted == 0


def test_a_setting_that_does_not_fit_is_wrong_usage(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLOOM_HOST_DELAY", "soon")
    with pytest.raises(click.UsageError, match="NEWSLOOM_HOST_DELAY: "):
        settings()
    assert place.exists()


def test_in_the_demo_the_settings_are_its_own_and_the_newsroom_is_there(place: Path) -> None:
    with in_demo():
        assert is_demo()
        chosen = settings()
    assert chosen.data_dir == place / "data" / "demo"
    assert [source.id for source in load(chosen.sources)] != []


@pytest.mark.usefixtures("place")
def test_in_the_demo_only_the_newsroom_can_be_fetched_from() -> None:
    with in_demo(), demo_network(settings()) as network, fetching_session() as resources:
        assert network is not None
        assert resources.loop.run(network.resolve(HOST, 80))
        with pytest.raises(OSError, match="not a host of the newsroom"):
            resources.loop.run(network.resolve("example.org", 80))
        page = resources.loop.run(resources.web.get(Url(f"http://{HOST}/"), "command"))
        assert isinstance(page, Response)
        assert page.status == 200


@pytest.mark.usefixtures("place")
def test_outside_of_the_demo_the_network_is_the_machine_s_own() -> None:
    with demo_network(settings()) as network:
        assert network is None


def test_the_option_stands_before_any_command(newsloom: Newsloom, place: Path) -> None:
    listed = newsloom("--demo", "sources", "list")
    assert listed.code == 0
    assert f"harbour-post  http://{HOST}/feed/" in listed.out
    assert newsloom("sources", "list").out == ""

    Resources(demo_settings(settings())).index.put([article("one", title="Only in the demo")])
    assert "Only in the demo" in newsloom("--demo", "search", "fox", "--newest").out
    assert newsloom("search", "fox").code == 1
    assert newsloom("--demo", "demo", "search", "fox").code == 0
    assert (place / "data" / "demo").is_dir()


def test_sites_of_the_newsroom_can_be_read(newsloom: Newsloom) -> None:
    offered = newsloom("--demo", "sources", "add", *ADD, "--json")
    assert (offered.code, offered.err) == (0, "")
    assert len(offered.out.splitlines()) == 3
    checked = newsloom("--demo", "sources", "check", "harbour-post")
    assert checked.out.startswith("harbour-post: healthy: ")
    path = Newsroom().stories(HOST)[0].path
    extracted = newsloom("--demo", "extract", f"http://{HOST}{path}")
    assert json.loads(extracted.out)["outcome"] == "extracted"


def test_behind_the_command_it_still_works_and_a_line_says_where_it_belongs(
    newsloom: Newsloom,
) -> None:
    new = newsloom("--demo", "sources", "add", *ADD)
    old = newsloom("sources", "add", *ADD, "--demo")

    assert (old.code, old.out) == (new.code, new.out) == (0, new.out)
    assert new.err == ""
    assert old.err == "--demo stands before the command now: newsloom --demo sources add …\n"


@pytest.mark.parametrize("words", OLD_PLACES)
def test_every_command_that_had_it_has_it_still_and_does_not_show_it(
    newsloom: Newsloom, words: list[str]
) -> None:
    refused = newsloom(*words, "--demo", "--no-such-option")
    assert refused.code == 2
    assert "No such option '--no-such-option'" in refused.err
    assert "--demo" not in newsloom(*words, "--help").out
    assert any("--demo" in option.opts and option.hidden for option in options_of(words))


def options_of(words: list[str]) -> list[click.Option]:
    command: click.Command = group
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word) or command
    return [option for option in command.params if isinstance(option, click.Option)]


def test_the_line_names_the_command(newsloom: Newsloom) -> None:
    assert "newsloom --demo up …" in newsloom("up", "--demo", "printer").err
    crawled = newsloom("crawl", "--demo", "mailto:a@b.example")
    assert crawled.code == 1
    assert crawled.err == "--demo stands before the command now: newsloom --demo crawl …\n"


def test_the_demo_command_needs_no_option(newsloom: Newsloom, place: Path) -> None:
    result = newsloom("demo", "publish", "A title", "A text")
    folder = newsroom_folder(demo_settings(settings()))

    assert Path(result.out.strip()).is_relative_to(folder)
    assert folder.is_relative_to(place)


def test_sources_where_they_were_before_are_read_and_it_is_said(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NEWSLOOM_SOURCES")
    (place / "config").mkdir()
    old = place / "config" / "sources.yaml"
    old.write_text("sources: []")
    assert settings().sources == place / "data" / "sources.yaml"
    assert capsys.readouterr().err == ""

    old.write_text("- {id: press, feed: 'http://press.example/feed'}")
    assert settings().sources == old
    assert f"move it to {place / 'data' / 'sources.yaml'}" in capsys.readouterr().err

    (place / "data").mkdir()
    (place / "data" / "sources.yaml").write_text("sources: []")
    assert settings().sources == place / "data" / "sources.yaml"
