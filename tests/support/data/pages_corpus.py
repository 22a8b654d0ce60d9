"""A small newsroom for the tests of the pages: scripts, copies, versions, dates of all kinds."""

from datetime import UTC, datetime, timedelta

from pipeline.records import EnrichedArticle
from tests.support.data.articles import article, article_id

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)

SOURCES = """\
- id: harbour
  name: The Harbour Post
  feed: https://harbour.example/feed
  tags: [coast]
  country: GB
  collections: [Papers]
- id: wire
  name: Wire
  feed: https://wire.example/feed
- id: sahil
  name: الساحل
  feed: https://sahil.example/feed
  language: ar
"""

FERRY = "The ferry to the islands sails again on Monday after a winter in the dock."
FERRY_LATER = "The ferry to the islands sails again on Tuesday after a long winter in the dock."


def corpus() -> list[EnrichedArticle]:
    """Articles of three sources; ``ferry`` has a copy, a later version is put after it."""
    return [
        made("ferry", "Ferry sails again", FERRY, section="Coast", authors=("Ada Marsh",)),
        made("ferry-copy", "Ferry sails again", FERRY, source="wire", copy_of="ferry"),
        made(
            "budget",
            "Council passes the harbour budget",
            "The council passed the budget for the harbour.\n\nThe vote was close.",
            days=3,
            description="A vote decided it",
            tags=("budget", "council"),
        ),
        made(
            "port", "ميناء المدينة يفتح أبوابه", "فتح ميناء المدينة أبوابه.", "sahil", language="ar"
        ),
        made("kaigan", "港の新しい船", "新しい船が港に着いた。", "wire", language="ja"),
        made(
            "long",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            "Ein sehr langes Wort steht in der Überschrift.",
            "wire",
            language="de",
        ),
        made("undated", "A ferry without a date", "Nobody says when.", published=None),
        *(made(f"note-{number}", f"Harbour note {number}", "A note.") for number in range(25)),
    ]


def later_ferry() -> EnrichedArticle:
    """The first article as it was fetched again, with another text."""
    first = corpus()[0]
    later = {"body": FERRY_LATER, "fetched_at": first.fetched_at + timedelta(hours=5)}
    return first.model_copy(update=later)


def made(  # noqa: PLR0913, PLR0917 - an article has many parts
    name: str,
    title: str,
    body: str,
    source: str = "harbour",
    days: int = 0,
    copy_of: str | None = None,
    **changes: object,
) -> EnrichedArticle:
    """An article of a source, published some days after the first."""
    moment = DAY + timedelta(days=days)
    values: dict[str, object] = {
        "title": title,
        "body": body,
        "source": source,
        "host": f"{source}.example",
        "published": moment,
        "published_evidence": [{"provenance": "meta", "value": moment}],
        "first_seen": moment + timedelta(minutes=5),
        "fetched_at": moment + timedelta(minutes=6),
        "summary": body.split("\n", maxsplit=1)[0],
        "word_count": len(body.split()),
    }
    return article(name, copy_of=copy_of, **(values | changes))


def id_of(name: str) -> str:
    """The id of one of them."""
    return article_id(name)
