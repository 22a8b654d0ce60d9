"""The ``newsloom`` command.

Exit codes: 0 done; 1 done, and the answer is no (nothing found, not indexed, totals do not add up);
2 wrong usage; 3 something needed does not answer.
"""

import logging
import sys

import click
import redis
from kombu.exceptions import OperationalError
from rich.markup import escape

from cli.commands import (
    crawl,
    dead,
    deduplicate,
    demo,
    duplicates,
    extract,
    history,
    import_,
    search,
    sources,
    status,
    trace,
    up,
)
from cli.output import clean, err
from cli.session import demo_option
from config.settings import renamed_variables, unknown_variables
from config.sources_file import SourcesError
from search.errors import QueryError
from storage.embedded_redis import EmbeddedRedisError
from storage.index import IndexIncompatible, IndexUnavailable
from storage.redis.connection import StoreUnavailable

UNAVAILABLE = 3
_NO_ANSWER = (
    redis.RedisError,
    StoreUnavailable,
    IndexUnavailable,
    IndexIncompatible,
    EmbeddedRedisError,
    OperationalError,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="newsloom", prog_name="newsloom")
@click.option("--verbose", is_flag=True, help="Log what happens to stderr.")
@demo_option
def newsloom(*, verbose: bool) -> None:
    """Watch news sources; then search, follow and be told what the news said."""
    logging.basicConfig(level=logging.INFO if verbose else logging.CRITICAL)
    _warn_of_variables()


for command in (
    demo.demo, up.up, crawl.crawl, import_.import_, sources.sources, search.search, extract.extract,
    deduplicate.deduplicate, duplicates.duplicates, history.history, status.status, trace.trace,
    dead.dead,
):  # fmt: skip
    newsloom.add_command(command)


def _warn_of_variables() -> None:
    """Name misspelt variables and old names."""
    for name, meant in unknown_variables().items():
        hint = f"; did you mean {meant}?" if meant else ""
        err().print(clean(f"{name} is no setting and has no effect{hint}"), markup=False)
    for old, new in renamed_variables().items():
        sentence = f"{old} is called {new} now; the old name is read until the next release"
        err().print(sentence, markup=False)


def main() -> None:
    """Run the command; what a person can mend is a sentence, not a traceback."""
    try:
        sys.exit(newsloom(prog_name="newsloom"))
    except (QueryError, SourcesError) as error:
        _print_error(error)
        sys.exit(2)
    except (*_NO_ANSWER, OSError) as error:
        _print_error(error)
        sys.exit(UNAVAILABLE)


def _print_error(error: Exception) -> None:
    err().print(f"[red]Error:[/] {escape(clean(str(error)))}")
