"""The ``newsloom`` command.

Exit codes: 0 done; 1 done, and the answer is no (nothing found, not indexed, totals do not add up);
2 wrong usage; 3 something needed does not answer.
"""

import logging
import sys

import click

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
from cli.errors import MENDABLE, exit_code, variable_warnings
from cli.output import err, print_error
from cli.session import demo_option


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="newsloom", prog_name="newsloom")
@click.option("--verbose", is_flag=True, help="Log what happens to stderr.")
@demo_option
@click.pass_context
def newsloom(context: click.Context, *, verbose: bool) -> None:
    """Watch news sources; then search, follow and be told what the news said."""
    logging.basicConfig(level=logging.INFO if verbose else logging.CRITICAL)
    if context.invoked_subcommand == up.up.name:
        return  # it has a log, which says the same
    for sentence in variable_warnings():
        err().print(sentence, markup=False)


for command in (
    demo.demo, up.up, crawl.crawl, import_.import_, sources.sources, search.search, extract.extract,
    deduplicate.deduplicate, duplicates.duplicates, history.history, status.status, trace.trace,
    dead.dead,
):  # fmt: skip
    newsloom.add_command(command)


def main() -> None:
    """Run the command; what a person can mend is a sentence, not a traceback."""
    try:
        sys.exit(newsloom(prog_name="newsloom"))
    except MENDABLE as error:
        print_error(str(error))
        sys.exit(exit_code(error))
