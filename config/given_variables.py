"""Variables that somebody has set and that are no settings, or settings under an old name."""

import os
from difflib import get_close_matches

from dotenv import dotenv_values

from config.old_names import RENAMED
from config.settings import Settings
from config.variables import ENV_FILE, PREFIX, variable_of

_OF_TESTS = "NEWSLOOM_TEST_"


def unknown_variables() -> dict[str, str | None]:
    """Variables with our prefix that are no setting, so have no effect.

    Each with what may have been meant.
    """
    known = {variable_of(name) for name in (*Settings.model_fields, *RENAMED)}
    ours = {name for name in _given() if name.startswith(PREFIX) and not name.startswith(_OF_TESTS)}
    return {name: _meant(name) for name in sorted(ours - known)}


def renamed_variables() -> dict[str, str]:
    """Variables that are given under an old name, each with its new one."""
    given = _given()
    return {
        variable_of(old): variable_of(new)
        for old, new in RENAMED.items()
        if variable_of(old) in given
    }


def _given() -> set[str]:
    """The names of all variables, of the environment and of the file."""
    return {name.upper() for name in (*os.environ, *_names_in_file())}


def _meant(name: str) -> str | None:
    """The setting whose name is close to this one."""
    known = [setting.upper() for setting in Settings.model_fields]
    close = get_close_matches(name.removeprefix(PREFIX), known, n=1)
    return f"{PREFIX}{close[0]}" if close else None


def _names_in_file() -> list[str]:
    """Of the variables in the file; none where it is no text, which ``read_settings`` says."""
    try:
        return list(dotenv_values(ENV_FILE))
    except UnicodeDecodeError:
        return []
