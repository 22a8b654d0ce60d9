"""What a command works with: settings, and the stores and index they name."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click
from pydantic import ValidationError

from config.settings import Settings
from storage.embedded_redis import embedded_redis
from workers.resources import Resources


def settings() -> Settings:
    """The settings, or a usage error that names the variable which does not fit."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"NEWSLOOM_{str(one['loc'][0]).upper()}: {one['msg']}"
            for one in error.errors()
            if one["loc"]
        ]
        raise click.UsageError("\n".join(lines)) from None


@contextmanager
def session(chosen: Settings | None = None) -> Iterator[Resources]:
    """Resources with Redis at hand.

    The configured one, else the embedded one for as long as the command runs.
    """
    chosen = chosen or settings()
    with ExitStack() as stack:
        if chosen.redis_url is None:
            stack.enter_context(embedded_redis(chosen.data_dir))
        resources = Resources(chosen)
        yield resources
