"""What the rebuilds of both index backends have in common."""

from collections.abc import Callable

_FEW = 200
"""Articles whose copy takes so short that writers may wait for it."""

_MOST_ROUNDS = 20
"""How often changes are copied while writers go on."""


def catch_up(copy_changes: Callable[[], int]) -> int:
    """Copy what others have written, until so little is left that they may wait for the rest.

    Args:
        copy_changes: copies what was written since its last call; returns how many articles.

    Returns:
        How many articles were copied.
    """
    changed = 0
    for _ in range(_MOST_ROUNDS):
        found = copy_changes()
        changed += found
        if found <= _FEW:
            break
    return changed
