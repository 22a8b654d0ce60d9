"""luqum's parser of Lucene's query syntax, imported without its noise.

luqum builds its tables when it is imported, and writes them beside its own code with a dozen lines
of warnings. Where site-packages cannot be written, as in a container, that is at every start.
Building takes 10 ms, so nothing is written and nothing is said.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from ply import yacc


@contextmanager
def _quiet_tables() -> Iterator[None]:
    """Let ``yacc()`` in here build tables without writing or saying anything.

    It finds the grammar in the module that calls it, so that no function may stand between.
    """
    usual = yacc.yacc
    yacc.yacc = partial(usual, write_tables=False, debug=False, errorlog=yacc.NullLogger())
    try:
        yield
    finally:
        yacc.yacc = usual


with _quiet_tables():
    from luqum.thread import parse

parse_lucene: Callable[[str], Any] = parse
"""A query's text as luqum's tree; safe from many threads."""
