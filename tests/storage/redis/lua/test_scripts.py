"""Every Lua script is Lua, uses only names that it defines, and defines only names that it uses."""

from importlib.resources import files
from pathlib import Path

import pytest

from storage.redis.connection import script_source
from tests.support.lua_scopes import Names, SyntaxException, names_of

LUA = Path(str(files("storage.redis").joinpath("lua")))
ALL = sorted(str(path.relative_to(LUA).with_suffix("")) for path in LUA.glob("*/*.lua"))
SCRIPTS = [name for name in ALL if "/lib_" not in name]
GENERATED = {"args", "namespace"}
"""What the first line of every script defines."""


@pytest.fixture(scope="module")
def names() -> dict[str, Names]:
    return {name: names_of(script_source(name)) for name in SCRIPTS}


def test_the_package_has_scripts_in_each_folder() -> None:
    folders = {name.split("/")[0] for name in SCRIPTS}
    assert folders == {
        *("access", "clock", "frontier", "fingerprints", "ledger", "politeness", "sources"),
        "subscriptions",
    }


def test_every_name_is_defined(names: dict[str, Names]) -> None:
    undefined = {name: found.undefined for name, found in names.items() if found.undefined}
    assert undefined == {}


def test_every_name_is_used(names: dict[str, Names]) -> None:
    """What a shared part defines is used by one of the scripts that include it."""
    everything = set[str]().union(*(found.defined for found in names.values()))
    used = set[str]().union(*(found.defined - found.unused for found in names.values()))
    assert everything - used - GENERATED == set()


def test_a_script_includes_only_what_it_needs() -> None:
    """A shared part is included once at most, since its second copy would hide the first."""
    for name in SCRIPTS:
        lines = script_source(name).splitlines()
        functions = [line for line in lines if line.startswith("local function ")]
        assert len(functions) == len(set(functions)), name


@pytest.mark.parametrize("name", ALL)
def test_lines_are_no_longer_than_elsewhere(name: str) -> None:
    text = (LUA / f"{name}.lua").read_text()
    assert [line for line in text.splitlines() if len(line) > 100] == []
    assert text.startswith("-- ")


@pytest.mark.parametrize(
    ("source", "undefined", "unused"),
    [
        ("local a = 1 return a", set(), set()),
        ("local a = 1 return b", {"b"}, {"a"}),
        ("a = 1", {"a"}, set()),
        ("local a = {b = 1} return a.b, a['c'], a[d]", {"d"}, set()),
        ("local function f(x, y) return x end return f(1)", set(), {"y"}),
        ("for i = 1, 2 do redis.call('GET', i) end return i", {"i"}, set()),
        ("for _, v in ipairs(ARGV) do w(v) end", {"w"}, set()),
        ("if ARGV[1] then local x = 1 end", set(), {"x"}),
        ("return function(a) return a, c end", {"c"}, set()),
        ("repeat local z = redis.call('GET', 'k') until z", set(), set()),
    ],
)
def test_the_check_finds_names(source: str, undefined: set[str], unused: set[str]) -> None:
    found = names_of(source)
    assert (found.undefined, found.unused) == (undefined, unused)


def test_the_check_finds_what_is_no_lua() -> None:
    with pytest.raises(SyntaxException):
        names_of("local a == 1")
