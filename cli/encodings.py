"""The encoding of the terminal, whatever it is."""

import sys
from io import TextIOWrapper


def allow_any_encoding() -> None:
    """What the terminal's encoding cannot show is replaced from now on, and stops no command."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
