"""Plug-ins are found by the entry points of what is installed."""

from pathlib import Path

import pytest

from workers.plugins.loading import ENRICHERS, NOTIFIERS, load, names

EXAMPLE = Path(__file__).parents[2] / "support" / "plugin_example"


def install(folder: Path, name: str, *lines: str, group: str = ENRICHERS) -> None:
    """A distribution as pip leaves it."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines]))


def test_without_any_there_are_none() -> None:
    assert names(ENRICHERS) == names(NOTIFIERS) == ()
    assert load(ENRICHERS) == ()


def test_the_example_has_one_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLE)
    assert (names(ENRICHERS), names(NOTIFIERS)) == (("sentences",), ("file",))
    [enricher] = load(ENRICHERS)
    assert (enricher.name, enricher.call.__name__) == ("sentences", "sentences")


def test_what_cannot_be_imported_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken_plugin.py").write_text("raise RuntimeError('at import')\n")
    (tmp_path / "exiting_plugin.py").write_text("import sys; sys.exit(3)\n")
    install(
        tmp_path,
        "broken",
        "a = broken_plugin:f",
        "b = json:no_such_name",
        "c = json:__doc__",
        "d = json:loads",
        "e = exiting_plugin:f",
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert [plugin.name for plugin in load(ENRICHERS)] == ["d"]
    assert [record.getMessage().split(" is left out")[0] for record in caplog.records] == [
        "the plug-in a (broken_plugin:f) cannot be imported and",
        "the plug-in b (json:no_such_name) cannot be imported and",
        "the plug-in c (json:__doc__) is no function and",
        "the plug-in e (exiting_plugin:f) cannot be imported and",
    ]


def test_of_two_with_one_name_the_same_one_is_taken_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "one", "same = json:loads")
    install(tmp_path, "other", "same = json:dumps")
    monkeypatch.syspath_prepend(tmp_path)
    [plugin] = load(ENRICHERS)
    assert plugin.call.__name__ == "dumps"
