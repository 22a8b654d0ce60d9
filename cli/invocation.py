"""How the user can call the command once more."""

import shlex
import shutil
import sys
from pathlib import Path

from cli.demo_mode import is_demo


def typed(*words: str) -> str:
    """A command as it can be typed in this shell, for the newsroom that we are in.

    It begins with ``newsloom`` where the shell finds that, else as we were called, such as
    ``.venv/bin/newsloom``.
    """
    mode = ["--demo"] if is_demo() else []
    return " ".join([_program(), *mode, *map(shlex.quote, words)])


def _program() -> str:
    called = Path(sys.argv[0])
    found = shutil.which(called.name)
    if found and called.exists() and Path(found).samefile(called):
        return called.name
    return shlex.quote(sys.argv[0])
