"""Misspelt variables and old names, as sentences."""

from cli.output import clean
from config.given_variables import renamed_variables, unknown_variables


def variable_warnings() -> list[str]:
    """A sentence for each misspelt variable and each old name."""
    unknown = [_unknown(name, meant) for name, meant in unknown_variables().items()]
    renamed = [
        f"{old} is called {new} now; the old name is read until the next release"
        for old, new in renamed_variables().items()
    ]
    return [clean(sentence) for sentence in (*unknown, *renamed)]


def _unknown(name: str, meant: str | None) -> str:
    hint = f"; did you mean {meant}?" if meant else ""
    return f"{name} is no setting and has no effect{hint}"
