"""Reading pages from JSON lines: ``url``, and ``html`` or ``text``.

``fetched_at`` and ``source`` where known.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedIOBase
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.outcome import Reason
from storage.archive.captures import Capture, Read, Skip, Skipped

_ROOM = 64_000
_HTML, _TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"


class _Line(BaseModel):
    """What is read of a line; whatever else it has is left alone."""

    model_config = ConfigDict(extra="ignore")

    url: str
    html: str | None = None
    text: str | None = None
    fetched_at: AwareDatetime | None = None
    source: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")] | None = None

    @model_validator(mode="after")
    def _has_a_page(self) -> "_Line":
        if self.html is None and self.text is None:
            raise ValueError("neither html nor text")
        return self


def read_jsonl(path: Path, *, max_bytes: int) -> Iterator[Read]:
    """The pages of a file, plain or gzip. One without ``fetched_at`` is as old as the file."""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with path.open("rb") as start:
        packed = start.read(2) == b"\x1f\x8b"
    most = 2 * max_bytes + _ROOM  # JSON may write a character with six
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        number = 0
        try:
            while line := file.readline(most):
                number += 1
                if not line.endswith(b"\n") and len(line) >= most:
                    _skip_line(file, most)
                    yield Skipped(
                        None,
                        Reason.TOO_LARGE,
                        f"{path.name}, line {number}: more than {most} bytes",
                    )
                elif line.strip():
                    yield _capture(line, f"{path.name}, line {number}", changed, max_bytes)
        except (OSError, EOFError, zlib.error) as error:
            yield Skipped(
                None, Skip.DAMAGED, f"{path.name} is damaged after line {number} ({error})"
            )


def _skip_line(file: BufferedIOBase, most: int) -> None:
    while (rest := file.readline(most)) and not rest.endswith(b"\n"):
        pass


def _capture(line: bytes, where: str, changed: datetime, max_bytes: int) -> Read:
    try:
        found = _Line.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        about = ".".join(str(part) for part in first["loc"])
        words = first["msg"].removeprefix("Value error, ")
        return Skipped(None, Skip.BAD_RECORD, f"{where}: {about}{': ' if about else ''}{words}")
    except (ValueError, RecursionError) as error:
        return Skipped(None, Skip.BAD_RECORD, f"{where}: not JSON ({error})")
    content = (found.text if found.html is None else found.html) or ""
    body = content.encode("utf-8", "replace")
    if len(body) > max_bytes:
        return Skipped(found.url, Reason.TOO_LARGE, f"the page has {len(body)} bytes")
    return Capture(
        url=found.url,
        status=200,
        content_type=_TEXT if found.html is None else _HTML,
        content=body,
        fetched_at=found.fetched_at or changed,
        source=found.source,
    )
