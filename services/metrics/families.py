"""The register of metrics: every name, its type, its labels and what it says.

The names follow Prometheus' conventions: base units, ``_total`` for counters. docs/metrics.md is
made of this register, and a test holds the rules and dashboards in ``deploy/`` against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Prometheus' metric types."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Family:
    """A metric with all of its time series.

    Attributes:
        name: as in queries.
        kind: its type.
        help: what a value says, as a sentence.
        labels: that tell its time series apart.
    """

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a family; ``labels`` are the values of the family's labels."""

    family: Family
    value: float
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Histogram:
    """One histogram of a family.

    Attributes:
        family: that it belongs to.
        labels: the values of the family's labels.
        buckets: upper bounds as text, each with the count up to it; the last is ``+Inf``.
        sum: of all values.
    """

    family: Family
    labels: tuple[str, ...]
    buckets: Sequence[tuple[str, int]]
    sum: float


_COUNTER, _GAUGE, _HISTOGRAM = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

# The ledger. These are its own totals, so that they equal those of `newsloom status`.

ACCEPTED = Family("newsloom_accepted_urls_total", _COUNTER, "Distinct URLs that were taken in.")
LEDGER = Family(
    "newsloom_ledger_urls",
    _GAUGE,
    "Distinct URLs by state; the states add up to newsloom_accepted_urls_total.",
    ("state",),
)
REJECTED = Family("newsloom_rejected_urls", _GAUGE, "Rejected URLs by reason.", ("reason",))
REFUSED_LINKS = Family(
    "newsloom_refused_links", _GAUGE, "Links refused before they were accepted, to about 1 %."
)
TO_ARCHIVE = Family(
    "newsloom_ended_urls_to_archive",
    _GAUGE,
    "Ended URLs whose entries have yet to go to the ledger archive.",
)
UNREADABLE = Family(
    "newsloom_unreadable_ledger_entries",
    _GAUGE,
    "Entries of ended URLs that cannot be read, and so stay in Redis.",
)

# The stages and what is under way.

STAGE_URLS = Family(
    "newsloom_stage_urls_total",
    _COUNTER,
    "URLs that began a stage, once for each visit.",
    ("stage",),
)
STAGE_SECONDS = Family(
    "newsloom_stage_duration_seconds", _HISTOGRAM, "Time of a stage for one batch.", ("stage",)
)
STAGE_CPU = Family(
    "newsloom_stage_cpu_seconds_total",
    _COUNTER,
    "CPU time of a stage, without the event loop and the child processes that read pages.",
    ("stage",),
)
OUTCOMES = Family(
    "newsloom_outcomes_total",
    _COUNTER,
    "Outcomes of visits. The reason is that of a rejection, the rule of a duplicate, or the fault"
    " of a retry.",
    ("outcome", "reason"),
)
INDEXING_DELAY = Family(
    "newsloom_indexing_delay_seconds",
    _HISTOGRAM,
    "Time from the acceptance of a URL until its new article could be found.",
)
TAKEN_BACK = Family(
    "newsloom_leases_taken_back_total",
    _COUNTER,
    "Expired leases: a worker crashed at work (crash), or a message was lost or late (message).",
    ("cause",),
)
BATCHES = Family(
    "newsloom_batches",
    _GAUGE,
    "Batches under way (leased), and those that wait for the index (waiting).",
    ("state",),
)
OLDEST_BATCH = Family(
    "newsloom_oldest_batch_age_seconds", _GAUGE, "Time since the oldest batch under way was leased."
)
FRONTIER_OVERDUE = Family(
    "newsloom_frontier_overdue_seconds",
    _GAUGE,
    "How long the URL has been ready that has waited longest to be leased.",
)
QUEUE_MESSAGES = Family(
    "newsloom_queue_messages", _GAUGE, "Messages that wait in a Celery queue.", ("queue",)
)
QUEUE_IDLE = Family(
    "newsloom_queue_idle_seconds",
    _GAUGE,
    "Time since work on a queue in which messages wait went on; 0 while none wait.",
    ("queue",),
)

# Fetching.

FETCH_RESPONSES = Family(
    "newsloom_fetch_responses_total",
    _COUNTER,
    "Responses of sites by HTTP status: pages, sources, robots.txt and hubs, each redirect too.",
    ("status",),
)
FETCH_ERRORS = Family(
    "newsloom_fetch_errors_total", _COUNTER, "Fetches without a usable response.", ("error",)
)
FETCHED_BYTES = Family(
    "newsloom_fetched_bytes_total", _COUNTER, "Bytes of response bodies, as they came."
)

# Sources. Each of the first sources has series of its own.

POLLS = Family("newsloom_polls_total", _COUNTER, "Polls by result.", ("result",))
SOURCES = Family("newsloom_sources", _GAUGE, "Sources on the calendar of polls.")
SOURCES_OVERDUE = Family(
    "newsloom_sources_overdue", _GAUGE, "Sources whose poll has been due for more than a minute."
)
POLL_LAG = Family(
    "newsloom_poll_lag_seconds", _GAUGE, "How long the source has been due that is due longest."
)
SOURCE_PROBLEMS = Family(
    "newsloom_source_problems", _GAUGE, "Entries of the sources file that cannot be used."
)
SOURCES_LEFT_OUT = Family(
    "newsloom_sources_without_series", _GAUGE, "Sources beyond those that have series of their own."
)
SOURCE_LAG = Family(
    "newsloom_source_poll_lag_seconds", _GAUGE, "How long the poll of a source is due.", ("source",)
)
SOURCE_SUCCESS = Family(
    "newsloom_source_last_success_timestamp_seconds",
    _GAUGE,
    "When a source was last polled with success.",
    ("source",),
)
SOURCE_NEW = Family(
    "newsloom_source_last_new_timestamp_seconds",
    _GAUGE,
    "When a source last brought something new.",
    ("source",),
)
SOURCE_FRESHNESS = Family(
    "newsloom_source_freshness_seconds",
    _GAUGE,
    "Median time from publication to first sight of the last new articles of a source.",
    ("source",),
)
SOURCE_FAILURES = Family(
    "newsloom_source_failures", _GAUGE, "Failed polls of a source in a row.", ("source",)
)

# The index, the archive, Redis, the processes.

INDEX_ERRORS = Family(
    "newsloom_index_errors_total",
    _COUNTER,
    "Bulk requests that the index did not take (unavailable); articles that it refused or"
    " postponed.",
    ("error",),
)
FAULT = Family(
    "newsloom_fault", _GAUGE, "1 while a part cannot be written: index or redis.", ("part",)
)
INDEX_LOSS = Family(
    "newsloom_index_loss", _GAUGE, "1 while a loss of articles in the index is not mended."
)
ARCHIVED = Family(
    "newsloom_archived_pages_total", _COUNTER, "Pages for the archive, kept and lost.", ("result",)
)
REDIS_MEMORY = Family("newsloom_redis_memory_bytes", _GAUGE, "Memory that Redis uses.")
REDIS_MAX_MEMORY = Family(
    "newsloom_redis_max_memory_bytes", _GAUGE, "maxmemory of Redis; 0 where there is no limit."
)
PROCESS_ALIVE = Family(
    "newsloom_process_alive",
    _GAUGE,
    "1 where a process of a role gave a sign of life in the last ten seconds.",
    ("role",),
)

FAMILIES = tuple(each for each in list(globals().values()) if isinstance(each, Family))
"""All metrics."""
