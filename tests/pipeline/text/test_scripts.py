"""Writing systems as ranges."""

import re

import pytest

from pipeline.text.scripts import CJK, UNSPACED


@pytest.mark.parametrize(
    ("character", "unspaced", "cjk"),
    [
        ("の", True, True),
        ("港", True, True),
        ("ไ", True, False),
        ("ခ", True, False),
        ("ស", True, False),
        ("섬", False, True),
        ("a", False, False),
        ("ж", False, False),
        ("، ", False, False),
    ],
)
def test_which_scripts_have_no_spaces_and_which_are_dense(
    character: str, *, unspaced: bool, cjk: bool
) -> None:
    assert bool(re.search(f"[{UNSPACED}]", character)) is unspaced
    assert bool(re.search(f"[{CJK}]", character)) is cjk
