"""The parser is built in silence and leaves no file."""

import shutil
import subprocess
import sys
from pathlib import Path

import luqum
import pytest

from search.language.lucene import parse_lucene


@pytest.fixture
def fresh_luqum(tmp_path: Path) -> Path:
    """A copy of luqum without tables, as it comes from PyPI."""
    copy = tmp_path / "luqum"
    shutil.copytree(Path(luqum.__file__).parent, copy, ignore=shutil.ignore_patterns("parse*tab*"))
    return copy


def test_the_tables_are_built_without_a_word_and_without_a_file(fresh_luqum: Path) -> None:
    before = set(fresh_luqum.glob("*.*"))
    code = (
        f"import sys; sys.path.insert(0, {str(fresh_luqum.parent)!r})\n"
        "from search.language.lucene import parse_lucene\n"
        "import luqum; print(luqum.__file__, parse_lucene('a AND b'))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == f"{fresh_luqum}/__init__.py a AND b\n"
    assert ran.stderr == ""
    assert set(fresh_luqum.glob("*.*")) == before


def test_ply_is_left_as_it_was() -> None:
    from ply import yacc  # noqa: PLC0415 - what it is now

    assert str(parse_lucene("a b")) == "a b"
    assert yacc.yacc.__module__ == "ply.yacc"
