"""Text on terminals of any encoding."""

import json
import sys
from io import BytesIO, TextIOWrapper

import pytest

from cli.encodings import allow_any_encoding
from cli.output import out, print_json

TEXT = "Größe 語 🦊"


@pytest.mark.parametrize(
    ("encoding", "shown"), [("latin-1", "Größe ? ?"), ("ascii", "Gr??e ? ?"), ("utf-8", TEXT)]
)
def test_what_an_encoding_cannot_show_is_replaced(
    monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str
) -> None:
    stdout = TextIOWrapper(BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stdout)
    allow_any_encoding()
    out().print(TEXT)
    print_json({"text": TEXT})
    stdout.seek(0)

    assert stdout.readline() == f"{shown}\n"
    assert json.loads(stdout.readline()) == {"text": TEXT}
