"""Settings as a process gets them: read, or told what does not fit."""

from pydantic import ValidationError

from config.settings import Settings
from config.validation import problems_in
from config.variables import ENV_FILE, variable_of

_SECRETS = frozenset(
    {
        "redis_url",
        "redis_password",
        "index_url",
        "index_password",
        "index_api_key",
        "proxy",
        "flower_auth",
        "public_url",
        "tracing_url",
    }
)
"""Settings whose values are not shown: secrets, and addresses that somebody may put one into."""


class SettingsError(ValueError):
    """Settings that do not fit; the message has a line for each."""


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: values that do not fit, each with its variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = problems_in(error, Settings, secrets=_SECRETS, name_of=variable_of)
        raise SettingsError("\n".join(problems)) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{ENV_FILE} in this folder is not text in UTF-8") from None


def settings_of_process() -> Settings:
    """The settings of a process without a terminal; it ends where they do not fit.

    Raises:
        SystemExit: with the problems, which Python prints to stderr.
    """
    try:
        return read_settings()
    except SettingsError as error:
        raise SystemExit(f"Error: {error}") from None
