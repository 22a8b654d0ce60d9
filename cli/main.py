"""The ``newsloom`` command.

Exit codes: 0 done; 1 done, and the answer is no (nothing found, not indexed, totals do not add up);
2 wrong usage; 3 something needed does not answer.

Only click is imported here, so that ``--version`` and ``--help`` answer at once.
"""

import logging
import sys

import click

from cli.demo_mode import demo_option
from cli.encodings import allow_any_encoding
from cli.lazy_group import LazyCommand, LazyGroup

COMMANDS = {
    "demo": LazyCommand("demo", "Crawl, index and search a sample newsroom on this machine."),
    "up": LazyCommand("up", "Run everything on this machine until Ctrl-C."),
    "crawl": LazyCommand("crawl", "Crawl URLs now, and say how each ended."),
    "import": LazyCommand("import_", "Import pages from WARC, WET or JSON lines files."),
    "sources": LazyCommand("sources", "The feeds, sitemaps and section pages that are watched."),
    "search": LazyCommand("articles.search", "Search the articles."),
    "count": LazyCommand(
        "articles.count",
        "Count the articles by day, source, language and more.",
    ),
    "show": LazyCommand("articles.show", "Read an article in the terminal."),
    "extract": LazyCommand(
        "extract", "Extract articles from files or addresses, without a server."
    ),
    "deduplicate": LazyCommand(
        "deduplicate", "Find copies among the articles of a file, without a server."
    ),
    "duplicates": LazyCommand(
        "articles.duplicates",
        "Show the copies of an article, and why they are copies.",
    ),
    "history": LazyCommand("articles.history", "Show how an article's text changed."),
    "status": LazyCommand(
        "status", "Show the ledger's totals, the sources' health and the workers."
    ),
    "doctor": LazyCommand(
        "doctor", "Look at all that Newsloom needs; say what is wrong and what to do."
    ),
    "backup": LazyCommand("keeping.backup", "Back up everything into a folder, while all goes on."),
    "restore": LazyCommand("keeping.backup", "Restore a backup where nothing is yet."),
    "retention": LazyCommand("keeping.retention", "Remove articles and pages that are old."),
    "index": LazyCommand("keeping.index", "Build the index anew while people search."),
    "reprocess": LazyCommand(
        "keeping.reprocess", "Read archived pages again, and say or write what differs."
    ),
    "reconcile": LazyCommand(
        "reconcile", "Compare the ledger with the index, and mend what differs."
    ),
    "ledger": LazyCommand("ledger", "Restore what Redis knew of URLs that have ended."),
    "trace": LazyCommand("trace", "Tell why an article is here, or why it is not."),
    "dead": LazyCommand("dead", "List what was given up, try it again, or drop it."),
    "audit": LazyCommand("audit", "Check that all counts of a query agree."),
    "keys": LazyCommand("keys", "Make, list and revoke API keys."),
}
"""In the order of the help."""

_WITH_A_LOG = "up"
"""This one says there which variables are misspelt."""


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    package="cli.commands",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="newsloom", prog_name="newsloom")
@click.option("--verbose", is_flag=True, help="Log what happens to stderr.")
@demo_option
@click.pass_context
def newsloom(context: click.Context, *, verbose: bool) -> None:
    """Watch news sources; then search, follow and be told what the news said."""
    logging.basicConfig(level=logging.INFO if verbose else logging.CRITICAL)
    if context.invoked_subcommand != _WITH_A_LOG:
        _warn_of_variables()


def _warn_of_variables() -> None:
    """Name misspelt variables and old names."""
    from cli.variables import variable_warnings  # noqa: PLC0415 - see above

    for sentence in variable_warnings():
        click.echo(sentence, err=True)


def main() -> None:
    """Run the command; what a person can mend is a sentence, not a traceback."""
    allow_any_encoding()
    try:
        sys.exit(newsloom(prog_name="newsloom"))
    except Exception as error:
        from cli.errors import MENDABLE, exit_code, sentence_of  # noqa: PLC0415 - see above
        from cli.output import print_error  # noqa: PLC0415

        if not isinstance(error, MENDABLE):
            raise
        print_error(sentence_of(error))
        sys.exit(exit_code(error))
