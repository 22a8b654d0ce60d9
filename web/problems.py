"""Errors as problem details (RFC 9457, ``application/problem+json``)."""

from http import HTTPStatus

from pydantic import Field
from starlette.responses import Response

from pipeline.base import Record

MEDIA_TYPE = "application/problem+json"
BLANK = "about:blank"


class FieldProblem(Record):
    """What is wrong with one part of a request."""

    where: str = Field(examples=["query.limit"])
    message: str = Field(examples=["Input should be less than or equal to 100"])


class Problem(Record):
    """Why a request was not answered.

    Attributes:
        type: names the kind of problem; ``about:blank`` where the status says all.
        title: the same for all problems of a type.
        status: that of the response.
        detail: what happened, to what, and what to do.
        request_id: by which the log knows the request.
        position: for a query: the character at which it goes wrong, counted from 0.
        errors: for a request that does not fit: each part that does not.
    """

    type: str = BLANK
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["abc is not among the articles."])
    request_id: str | None = Field(default=None, examples=["5f0c6d5e9b0c4f4a8d8e5e4f7a6b3c2d"])
    position: int | None = None
    errors: tuple[FieldProblem, ...] | None = None


def problem(status: int, detail: str, *, kind: str | None = None, **more: object) -> Problem:
    """A problem with the status' own title.

    Args:
        status: of the response.
        detail: a sentence.
        kind: names the type where the status does not say all, such as ``query``.
        more: other members.
    """
    title = HTTPStatus(status).phrase
    named = {"type": f"urn:newsloom:problem:{kind}"} if kind else {}
    return Problem.model_validate(
        {"title": title, "status": status, "detail": detail, **named, **more}
    )


class ProblemResponse(Response):
    """A problem as a response."""

    media_type = MEDIA_TYPE

    def __init__(self, told: Problem, headers: dict[str, str] | None = None) -> None:
        content = told.model_dump_json(exclude_none=True)
        super().__init__(content, told.status, headers)
