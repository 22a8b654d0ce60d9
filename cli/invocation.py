"""How the user can call the command once more."""

import shlex
import shutil
import sys
from pathlib import Path

from cli.demo_mode import is_demo


def typed_command() -> str:
    """The command as it can be typed in this shell.

    By its name where the shell finds it, else as it was called, such as ``.venv/bin/newsloom``.
    """
    called = Path(sys.argv[0])
    found = shutil.which(called.name)
    if found and called.exists() and Path(found).samefile(called):
        return called.name
    return shlex.quote(sys.argv[0])


def command_words() -> list[str]:
    """How a command that a message suggests begins, so that it works in the same place."""
    return ["newsloom", "--demo"] if is_demo() else ["newsloom"]
