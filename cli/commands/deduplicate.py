"""``newsloom deduplicate``: families of copies in a file, without any server."""

from typing import Any, BinaryIO

import click

from cli.command import Command
from cli.output import err, json_option, print_json, progress
from services.deduplicate import LineVerdict, deduplicate_lines


@click.command(cls=Command)
@click.argument("file", type=click.File("rb"), metavar="FILE.jsonl")
@json_option
def deduplicate(file: BinaryIO, *, as_json: bool) -> None:  # noqa: ARG001 - always JSON
    """Find copies in a file of JSON lines with id, url, title, body and published.

    All but id and body may be missing.

    One JSON line per input in the same order: id, duplicate_of (the first publisher's id, or null),
    rule, score, matched (the article it agrees with, when that is another). A line that cannot be
    read has an "error" besides. "-" reads from standard input, such as what `newsloom extract`
    prints; its lines about pages without an article are passed over.
    """
    with progress() as bar:
        task = bar.add_task("comparing", total=None)
        found = deduplicate_lines(file, progress=lambda: bar.advance(task))
    for line in found.lines:
        print_json(_as_json(line))
    bad = found.unreadable
    unreadable = f"; {bad} could not be read, each says why" if bad else ""
    passed = found.without_article
    passed_over = f"; {passed} lines without an article passed over" if passed else ""
    counts = f"{found.originals} originals, {found.copies} copies"
    err().print(f"{found.articles} articles: {counts}{unreadable}{passed_over}.")
    raise SystemExit(1 if bad and not found.articles else 0)


def _as_json(line: LineVerdict) -> dict[str, Any]:
    fields = {
        "id": line.id,
        "duplicate_of": line.duplicate_of,
        "rule": line.rule,
        "score": line.score,
        "matched": line.matched,
    }
    return {**fields, "error": line.error} if line.error else fields
