"""Commands that turn the errors of services into messages and exit codes."""

from typing import Any

import click

from cli.output import clean, err
from services.errors import NotFoundError, NothingToChangeError, RequestError, ServiceError


class Command(click.Command):
    """A command whose service errors are a sentence on stderr.

    Exit code 2 for a request that cannot be done, else 1.
    """

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as in the base class
        """Run the command."""
        try:
            return super().invoke(ctx)
        except RequestError as error:
            raise click.UsageError(clean(str(error)), ctx) from None
        except (NotFoundError, NothingToChangeError) as error:
            err().print(clean(str(error)), markup=False)
            raise SystemExit(1) from None
        except ServiceError as error:
            raise click.ClickException(clean(str(error))) from None


class Group(click.Group):
    """A group of such commands."""

    command_class = Command
