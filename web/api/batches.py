"""Batches of queries in and out: JSON, and CSV for spreadsheets."""

import csv
import io
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError
from starlette.responses import Response

from pipeline.base import Record
from services.counts.batch import MOST_QUERIES, Batch

_CSV = "text/csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEADING = "query"


class BatchQueries(Record):
    """The body of a batch."""

    queries: tuple[Annotated[str, Field(max_length=4_000)], ...] = Field(
        min_length=1, max_length=MOST_QUERIES, examples=[["kremlin", "white house"]]
    )


IN_OPENAPI: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": BatchQueries.model_json_schema(),
                "example": {"queries": ["kremlin", '"white house"']},
            },
            _CSV: {"schema": {"type": "string"}, "example": "query\nkremlin\nferry\n"},
        },
    }
}
"""What the body of a batch may be."""

AS_CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "The counts.", "content": {_CSV: {"schema": {"type": "string"}}}}
}
"""What else the answer may be."""


async def _given_queries(request: Request) -> tuple[str, ...]:
    body = await request.body()
    try:
        if _is_csv(request.headers.get("content-type", "")):
            return BatchQueries(queries=_first_column(body)).queries
        return BatchQueries.model_validate_json(body).queries
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(found) from None


GivenQueries = Annotated[tuple[str, ...], Depends(_given_queries)]
"""The queries of a batch."""


def wants_csv(request: Request) -> bool:
    """Whether the caller asks for CSV."""
    return _is_csv(request.headers.get("accept", ""))


def as_csv(counted: Batch) -> Response:
    """A row for each query: total, then the periods, then what has no place in them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        [_HEADING, "total", *counted.periods[:-1], "undated", "doubtful", "outside", "error"]
    )
    empty = [""] * max(0, len(counted.periods) - 1)
    for row in counted.rows:
        rest = [row.undated, row.doubtful, row.outside]
        writer.writerow(
            [_as_text(row.query), row.total, *(row.counts or empty), *rest, row.error or ""]
        )
    return Response(text.getvalue(), media_type=_CSV)


def _is_csv(header: str) -> bool:
    return header.partition(";")[0].strip().lower() == _CSV


def _first_column(body: bytes) -> tuple[str, ...]:
    text = body.decode("utf-8-sig", errors="replace")
    try:
        rows = [row[0] for row in csv.reader(io.StringIO(text, newline="")) if row and row[0]]
    except csv.Error as error:
        told = {"type": "csv", "loc": ("body",), "msg": f"This is not CSV: {error}", "input": ""}
        raise RequestValidationError([told]) from None
    return tuple(rows[1:] if rows and rows[0].strip().lower() == _HEADING else rows)


def _as_text(query: str) -> str:
    """A query that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{query}" if query.startswith(_FORMULA) else query
