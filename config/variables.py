"""How settings are written as variables of the environment or of a ``.env`` file."""

import json

from pydantic import SecretStr

PREFIX = "NEWSLOOM_"
ENV_FILE = ".env"
"""In the folder of the start."""


def variable_of(setting: str) -> str:
    """The variable of a setting."""
    return f"{PREFIX}{setting.upper()}"


def text_of(value: object) -> str:
    """A setting's value as its variable has it."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, frozenset):
        return json.dumps(sorted(value))
    return str(value)
