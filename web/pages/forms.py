"""Reads the forms of the pages, and guards them against requests from elsewhere."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.body import read_body

MAX_BYTES = 100_000
_SECONDS = 20.0
_MOST_FIELDS = 500


@dataclass(frozen=True, slots=True)
class Form:
    """What a form sent.

    Attributes:
        values: all values of each field.
    """

    values: Mapping[str, list[str]]

    def get(self, name: str) -> str:
        """The first value of a field without the spaces around it; empty without one."""
        return self.values.get(name, [""])[0].strip()

    def all(self, name: str) -> list[str]:
        """All values of a field."""
        return self.values.get(name, [])

    def words(self, name: str) -> tuple[str, ...]:
        """What stands between the commas of a field, each once."""
        parts = [part.strip() for part in self.get(name).split(",")]
        return tuple(dict.fromkeys(part for part in parts if part))


async def read_form(request: Request) -> Form:
    """The fields of an ordinary form.

    Raises:
        HTTPException: 400 where it cannot be read; 408 and 413 as ``read_body``.
    """
    body = await read_body(request, MAX_BYTES, seconds=_SECONDS)
    try:
        fields = parse_qs(
            body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise HTTPException(400, "The form cannot be read.") from None
    return Form({name: [_line(value) for value in values] for name, values in fields.items()})


async def read_upload(request: Request, name: str, max_bytes: int) -> tuple[Form, str, bytes]:
    """A form with a file: its fields, the file's name and its content.

    Raises:
        HTTPException: 400 where there is no file, 413 where it is too large.
    """
    declared = request.headers.get("content-length", "")
    if not declared.isdigit() or int(declared) > max_bytes + MAX_BYTES:
        raise HTTPException(413, f"The file may have {max_bytes // 1_000_000} MB.")
    async with request.form(max_files=1, max_fields=20) as form:
        file = form.get(name)
        if not isinstance(file, UploadFile) or not file.filename:
            raise HTTPException(400, "No file was chosen.")
        content = await file.read(max_bytes + 1)
        if len(content) > max_bytes:
            raise HTTPException(413, f"The file may have {max_bytes // 1_000_000} MB.")
        fields = {key: [value] for key, value in form.items() if isinstance(value, str)}
        return Form(fields), file.filename, content


def require_csrf(request: Request, form: Form) -> None:
    """Let only forms pass that this session's pages have sent.

    The token is that of the session (OWASP's synchronizer token pattern).

    Raises:
        HTTPException: 403.
    """
    expected = getattr(request.state, "csrf", "")
    if not expected or not hmac.compare_digest(expected.encode(), form.get("csrf").encode()):
        raise HTTPException(403, "The form is out of date. Load the page again and send it again.")


def local_path(wanted: str, usual: str = "/") -> str:
    """A path of these pages, where to go on; ``usual`` in the place of any other address."""
    is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_local and wanted.isprintable() else usual


def _line(value: str) -> str:
    """A value without the characters that no field can have."""
    return "".join(character for character in value if character.isprintable())
