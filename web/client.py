"""A thin client of the API, for notebooks and scripts.

    from web.client import Client

    news = Client("http://127.0.0.1:8080")
    news.search("kremlin", sort="newest").to_dataframe()

It imports nothing of Newsloom, so that this one file can be taken along. It needs the standard
library only; ``to_dataframe`` needs pandas.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from http.client import HTTPException
from itertools import islice
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

if TYPE_CHECKING:
    import pandas as pd

_API = "/api/v1"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PAGE = 100
_URLS_AT_ONCE = 1_000
_PATIENCE = 120.0
"""Seconds that are waited in all, where the API asks to come again later."""

_BATCH_SECONDS = 150.0
"""To wait for a batch, for which the API takes up to two minutes."""

_COME_AGAIN = frozenset({429, 503})

Json = Mapping[str, Any]


class Article(TypedDict, total=False):
    """An article as a search finds it; the API's description has all of its fields."""

    id: str
    url: str
    source: str
    title: str
    body: str
    published: str | None
    language: str | None
    score: float
    copies: int


class Bar(TypedDict):
    """One interval of a timeline."""

    start: str
    end: str
    count: int
    published: int | None
    share: float | None
    missed: float | None


class ApiError(Exception):
    """The API refuses a request, or cannot answer it.

    Attributes:
        status: of the response; 0 when there was none.
        problem: what it said (RFC 9457).
    """

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(problem.get("detail") or f"the API answers {status}")
        self.status = status
        self.problem = problem


class Client:
    """Asks one Newsloom.

    Args:
        address: such as ``https://news.example.org``.
        key: an API key; on loopback reading needs none.
        timeout: seconds to wait for one answer.

    Raises:
        ValueError: the address is not one of http or https.
    """

    def __init__(
        self, address: str = "http://127.0.0.1:8080", key: str | None = None, *, timeout: float = 60
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"expected http://host or https://host, not {address}")
        self._base = address.rstrip("/") + _API
        self._headers = {"Accept": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._timeout = timeout
        self._opener = _opener(is_local=parts.hostname in _LOOPBACK)

    def search(
        self, query: str = "", *, sort: str = "newest", copies: bool = False
    ) -> "SearchResults":
        """All articles that a query finds; they are fetched page by page as they are read."""
        return SearchResults(self, {"q": query, "sort": sort, "copies": _text(copies)})

    def sample(self, query: str = "", *, size: int = 20, seed: int = 0) -> list[Article]:
        """Articles drawn at random; the same for the same seed."""
        hits: list[Article] = self.get("/sample", q=query, size=size, seed=seed)["hits"]
        return hits

    def article(self, article: str) -> Json:
        """One article with what there is around it, by its id."""
        whole: Json = self.get(f"/articles/{quote(article, safe='')}")
        return whole

    def timeline(self, query: str = "", **options: Any) -> "Timeline":  # noqa: ANN401 - of the address
        """Articles over time.

        Args:
            query: the text of the query.
            options: ``start``, ``end``, ``interval``, ``share``, ``source``, as the API has them.
        """
        return Timeline(self.get("/timeline", q=query, **options))

    def count(self, query: str = "", by: Sequence[str] = ()) -> Json:
        """How many articles match, and how many by some fields."""
        counted: Json = self.get("/count", q=query, by=list(by))
        return counted

    def batch(self, queries: Sequence[str], *, interval: str | None = None) -> Json:
        """The counts of up to 5,000 queries, in all or by period."""
        asked = {"interval": interval} if interval else {}
        request = self._request("POST", "/batch", asked, {"queries": list(queries)})
        counted: Json = self._ask(request, timeout=max(self._timeout, _BATCH_SECONDS))
        return counted

    def lookup(self, urls: Sequence[str]) -> list[Json]:
        """What became of URLs, in their order; any number of them."""
        found: list[Json] = []
        for start in range(0, len(urls), _URLS_AT_ONCE):
            some = list(urls[start : start + _URLS_AT_ONCE])
            found += self._ask(self._request("POST", "/lookup", {}, {"urls": some}))
        return found

    def get(self, path: str, **query: Any) -> Any:  # noqa: ANN401 - JSON
        """What the API answers to a GET.

        Raises:
            ApiError: an error, or no answer at all.
        """
        return self._ask(self._request("GET", path, query, None))

    def _ask(self, request: Request, *, timeout: float | None = None) -> Any:  # noqa: ANN401
        waited = 0.0
        while True:
            try:
                with self._opener.open(request, timeout=timeout or self._timeout) as response:
                    return json.load(response)
            except HTTPError as error:
                pause = _pause(error.code, error.headers)
                if pause is None or waited + pause > _PATIENCE:
                    raise ApiError(error.code, _problem(error)) from None
            except (OSError, HTTPException, ValueError) as error:
                raise ApiError(0, {"detail": f"{self._base}: {_cause(error)}"}) from None
            time.sleep(pause)
            waited += pause

    def _request(self, method: str, path: str, query: Json, body: object) -> Request:
        named = {name: _text(value) for name, value in query.items() if value is not None}
        where = f"{self._base}{path}?{urlencode(named, doseq=True)}"
        data = None if body is None else json.dumps(body).encode()
        headers = {**self._headers, **({"Content-Type": "application/json"} if data else {})}
        return Request(where, data=data, headers=headers, method=method)  # noqa: S310 - http(s), see above


class SearchResults:
    """What a search finds: read it as a list that is fetched page by page.

    Attributes:
        total: how many articles match.
    """

    def __init__(self, client: Client, asked: Json) -> None:
        self._client = client
        self._asked = asked
        self.total: int = client.get("/search", **asked, limit=0)["total"]

    def __len__(self) -> int:
        """How many articles match."""
        return self.total

    def __iter__(self) -> Iterator[Article]:
        """All of them, in their order, however many there are."""
        after: str | None = None
        while True:
            page = self._client.get(
                "/search", **self._asked, limit=_PAGE, facet_size=0, after=after
            )
            yield from page["hits"]
            after = page["next"]
            if after is None:
                return

    def first(self, most: int) -> list[Article]:
        """The first ones."""
        return list(islice(self, most))

    def to_dataframe(self, most: int | None = None) -> "pd.DataFrame":
        """A table with a row for each article; dates are in UTC.

        Args:
            most: how many rows at most; None for all.

        Raises:
            ImportError: pandas is not installed.
        """
        return _table(list(islice(self, most)), ("published", "modified", "first_seen"))


class Timeline:
    """Articles over time.

    Attributes:
        told: the whole answer.
    """

    def __init__(self, told: Json) -> None:
        self.told = told

    @property
    def total(self) -> int:
        """All articles that match, with and without a date."""
        return int(self.told["total"])

    @property
    def bars(self) -> list[Bar]:
        """The intervals in their order."""
        bars: list[Bar] = self.told["bars"]
        return bars

    def to_dataframe(self) -> "pd.DataFrame":
        """A table with a row for each interval.

        Raises:
            ImportError: pandas is not installed.
        """
        return _table(self.bars, ("start", "end"))


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would take the key to another site."""

    def redirect_request(self, *_given: Any) -> None:  # noqa: ANN401 - as in the base class
        return None


def _opener(*, is_local: bool) -> OpenerDirector:
    return build_opener(_NoRedirects, *([ProxyHandler({})] if is_local else []))


def _pause(status: int, headers: Message) -> float | None:
    """Seconds to wait before the request may be made again; None where that is of no use."""
    given = headers.get("Retry-After", "")
    return float(given) if status in _COME_AGAIN and given.isdecimal() else None


def _problem(error: HTTPError) -> Json:
    try:
        told: object = json.load(error)
    except (OSError, HTTPException, ValueError):
        told = None
    return told if isinstance(told, dict) else {"title": error.reason}


def _cause(error: Exception) -> str:
    """Why there is no answer, or none in JSON."""
    if isinstance(error, ValueError):
        return f"the answer is not JSON ({error})"
    return str(getattr(error, "reason", error)) or type(error).__name__


def _text(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _table(rows: Sequence[Any], dates: Sequence[str]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415 - optional

    table = pd.DataFrame(rows)
    for name in dates:
        if name in table:
            table[name] = pd.to_datetime(table[name], utc=True, format="ISO8601")
    return table
