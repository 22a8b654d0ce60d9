"""What is true of every command's output: any encoding will do, and forty columns."""

import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from rich.cells import cell_len

from cli.main import main
from storage.open import Stores
from tests.cli.conftest import Newsloom
from tests.support.data.articles import article, revision
from tests.support.data.ledger_entries import one_in_each_state
from workers.resources import Resources

ENVIRONMENTS = {
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "C": {"LC_ALL": "C"},
    "C without UTF-8 mode": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.fixture
def many_letters(place: Path, resources: Resources) -> None:
    """An article and a source with letters that few encodings have."""
    resources.index.put(
        [article(title="語 🦊", section="Größe “語”", body="A fox. 語 … médiathèque")]
    )
    (place / "sources.yaml").write_text(
        "- {id: a, feed: 'https://a.example/', name: Wörld 語}\n", encoding="utf-8"
    )


@pytest.mark.usefixtures("many_letters")
@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp437"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("search", "fox"), 0),
        (("search", "語", "OR", "médiathèque", "--json"), 0),
        (("search", "語AND"), 1),
        (("search", "(語"), 2),
        (("show", "https://news.example/one"), 0),
        (("count", "--by", "section"), 0),
        (("count", "--by", "section", "--csv"), 0),
        (("history", "--diff", "https://news.example/one"), 0),
        (("duplicates", "https://news.example/one"), 0),
        (("sources", "list", "--json"), 0),
        (("sources", "export"), 0),
        (("sources", "remove", "語"), 2),
        (("trace", "https://news.example/語"), 1),
        (("up", "語"), 2),
        (("語",), 2),
        (("demo", "publish", "--host", "語", "x", "y"), 2),
        (("--help",), 0),
    ],
)
def test_any_encoding_will_do(
    monkeypatch: pytest.MonkeyPatch, encoding: str, arguments: tuple[str, ...], code: int
) -> None:
    streams = {name: TextIOWrapper(BytesIO(), encoding=encoding) for name in ("stdout", "stderr")}
    for name, stream in streams.items():
        monkeypatch.setattr(sys, name, stream)
    monkeypatch.setattr(sys, "argv", ["newsloom", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()

    assert (ended.value.code or 0) == code
    for stream in streams.values():
        stream.flush()
    assert any(stream.buffer.tell() for stream in streams.values())


@pytest.mark.usefixtures("many_letters")
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_process_in_any_locale(process: Newsloom, environment: str) -> None:
    result = process("search", "fox", **ENVIRONMENTS[environment])
    assert (result.code, result.err) == (0, "")
    assert "A fox." in result.out


def test_an_exported_list_is_utf_8_whatever_the_terminal_has(
    process: Newsloom, place: Path
) -> None:
    (place / "sources.yaml").write_text("- {id: a, feed: 'https://a.example/', name: Wörld}\n")
    assert "Wörld" in process("sources", "export", PYTHONIOENCODING="latin-1").out


@pytest.fixture
def wordy(place: Path, stores: Stores, resources: Resources) -> None:
    """Something for every command to show, all of it long."""
    one_in_each_state(stores)
    long = "Words that take more than forty columns, as headlines do"
    resources.index.put([revision(1, title=long, section=long, description=long)])
    resources.index.put([revision(2, title=f"{long} and more", section=long, body=f"Fox. {long}")])
    resources.index.put([article("two", copy_of="one", source="a-source-with-a-long-name")])
    (place / "sources.yaml").write_text(
        "- {id: a-source-with-a-long-name, feed: 'https://a.example/'}\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "fox", "--copies"),
        ("search", "xylophone"),
        ("show", "https://news.example/one"),
        ("count", "--by", "month,source,language"),
        ("count", "--by", "section"),
        ("history", "--diff", "https://news.example/one"),
        ("duplicates", "https://news.example/one"),
        ("status",),
        ("sources", "list"),
        ("trace", "https://news.example/indexed"),
        ("dead", "list"),
        ("dead", "show", "https://news.example/dead"),
    ],
)
@pytest.mark.usefixtures("wordy")
def test_forty_columns_are_enough(
    newsloom: Newsloom, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    result = newsloom(*arguments)

    assert "Traceback" not in result.err
    printed = (result.out + result.err).splitlines()
    assert printed
    assert [line for line in printed if cell_len(line) > 40 and "://" not in line] == []
