"""The register of Redis keys: every family, what it holds, who writes it, how long it lives.

A key is ``{namespace}:NAME`` or ``{namespace}:NAME:PART:…``. No other module writes a key's name:
Python asks ``Keyspace.key(Key.URL, url_id)``, and a Lua script calls ``url_key(id)``, which
``connection.py`` defines. "Scripts" are those in ``lua/``. Times are in seconds since the epoch.
"""

from enum import Enum

from storage.redis.key_family import KeyFamily, RedisType

_HASH, _LIST, _SET = RedisType.HASH, RedisType.LIST, RedisType.SET
_STREAM, _STRING, _SORTED = RedisType.STREAM, RedisType.STRING, RedisType.SORTED_SET


class Key(Enum):
    """All families."""

    # Frontier and ledger, written by the scripts in ``frontier/``.

    URL = KeyFamily("url", _HASH, ("URL id",))
    """An accepted URL: host, link, state, priority, attempts, deaths (worker crashes), outcome,
    times, and ``archived`` where the archive has its earlier events.

    Replaced by a compact record when it has ended and is in the archive; a dead letter stays.
    """

    TRACE = KeyFamily("trace", _LIST, ("URL id",))
    """The last 50 events of a URL as JSON. Goes with its ``url``."""

    ENDED = KeyFamily("ended", _SORTED)
    """URL ids whose ``url`` has ended and is to be archived, by the number of their end."""

    UNREADABLE = KeyFamily("unreadable", _HASH)
    """Why an entry in ``ended`` cannot be read for the archive, by URL id.

    Until it was moved or its URL reopened.
    """

    ENDING = KeyFamily("ending", _STRING)
    """The number of the last end: microseconds since the epoch, or more. It only grows."""

    ENDED_SCAN = KeyFamily("ended-scan", _STRING)
    """How far the search for what ended under an earlier release is: SCAN's cursor, or done."""

    COMPACT = KeyFamily("compact", _HASH, ("period", "shard"))
    """Compact records (binary) of archived URLs by URL id (``ledger/lib_compact.lua``)."""

    COMPACT_PERIODS = KeyFamily("compact-periods", _HASH)
    """How many shards and records each period has that is kept."""

    COMPACT_DROPPED = KeyFamily("compact-dropped", _HASH)
    """How many shards are left of each period that is being dropped."""

    HOST_QUEUE = KeyFamily("host-queue", _SORTED, ("priority", "source", "host"))
    """URL ids of a source that wait at a host, by the time from which they may be fetched.

    Gone when empty.
    """

    HOST_SOURCES = KeyFamily("host-sources", _SORTED, ("priority", "host"))
    """Sources that have a queue at a host, by the time of their last turn, or of their first URL
    where that is later. Gone when empty."""

    QUEUE = KeyFamily("queue", _SORTED, ("host",))
    """What waited at a host under an earlier release, as ``host-queue``; read as a bulk source's.

    Nothing is added. Gone when empty.
    """

    HOSTS = KeyFamily("hosts", _SORTED)
    """Hosts where bulk URLs wait, by the time from which the next one may be leased."""

    URGENT_HOSTS = KeyFamily("urgent-hosts", _SORTED)
    """Hosts where urgent URLs wait, as ``hosts``."""

    URGENT_IN_A_ROW = KeyFamily("urgent-in-a-row", _STRING)
    """How many urgent URLs were leased since the last turn of bulk ones that are ready."""

    REST = KeyFamily("rest", _STRING, ("host",))
    """Until when no URL of the host is leased. Expires a second after that."""

    DELAYS = KeyFamily("delays", _HASH)
    """Delays in seconds of hosts that have their own. ``Frontier.set_delays`` replaces it."""

    LEASES = KeyFamily("leases", _SORTED)
    """Batches that are under way, by their deadline."""

    WAITING = KeyFamily("waiting", _SORTED)
    """Batches that wait for the index, by the time from which it may be asked again."""

    WAITING_BATCH = KeyFamily("waiting-batch", _STRING, ("batch",))
    """The message (JSON) of what the index stage has to write of it. Deleted with its ``batch``."""

    EPOCH = KeyFamily("epoch", _STRING)
    """The number of the last batch. It only grows, so that it fences late messages."""

    BATCH = KeyFamily("batch", _HASH, ("batch",))
    """A leased batch: leased_at, priority, stage, when each stage began, at_work, deaths, poisoned,
    waited.

    Deleted when all of its URLs have an outcome or its lease is taken back.
    """

    BATCH_URLS = KeyFamily("batch-urls", _SET, ("batch",))
    """The URL ids that a batch still holds. Deleted with its ``batch``."""

    STAGE_RATES = KeyFamily("stage-rates", _HASH, ("minute since the epoch",))
    """How many URLs began each stage in a minute. Expires after two hours."""

    COUNTERS = KeyFamily("counters", _HASH)
    """What is counted for the metrics (``health/counters.py``). For ever."""

    TOTALS = KeyFamily("totals", _HASH)
    """How many URLs were accepted, and how many are in each state. For ever."""

    REASONS = KeyFamily("reasons", _HASH)
    """How many URLs are rejected for each reason. For ever."""

    DEAD = KeyFamily("dead", _SORTED)
    """The dead letters' URL ids, by the time of their end."""

    REFUSED = KeyFamily("refused", _STRING, ("digest of the link's text",))
    """Why a link was refused, and by which source (JSON). ``Ledger.refuse``; its ``seconds``."""

    REFUSED_LINKS = KeyFamily("refused_links", _STRING)
    """A HyperLogLog of all refused links. Written by ``Ledger.refuse``, for ever."""

    # Pages between crawl and extract, written by ``Pages``; they expire after its ``seconds``.

    PAGE = KeyFamily("page", _STRING, ("URL id",))
    """A fetched page: record (JSON), line end, content; zlib. Dropped when its URL ends."""

    IMPORTED = KeyFamily("imported", _STRING, ("URL id",))
    """An imported page whose URL is not accepted yet, as ``page``."""

    # Politeness, written by the scripts in ``politeness/`` and by ``frontier/finish``.

    NEXT = KeyFamily("next", _STRING, ("host",))
    """When the next request to the host may start. Expires a second after that."""

    PAUSED = KeyFamily("paused", _STRING, ("host",))
    """Until when the host asked to be left alone. Expires a second after that."""

    PAUSES = KeyFamily("pauses", _STRING, ("host",))
    """How many pauses in a row had no Retry-After. Expires an hour after the last one's end."""

    SLOTS = KeyFamily("slots", _SORTED, ("host",))
    """Tokens of the requests that are under way, by the time at which they lapse. One hour."""

    STARTING = KeyFamily("starting", _STRING, ("host",))
    """The token of the request that waits for its response to begin. Expires after ten seconds."""

    ROBOTS = KeyFamily("robots", _STRING, ("origin",))
    """A site's robots.txt (JSON). Written by ``Politeness.keep_robots``; expires within 24 h."""

    # Plug-ins that are told of articles, written by ``Notifications``.

    NOTIFY = KeyFamily("notify", _SORTED, ("notifier",))
    """Articles that a notifier is to be told of, by the time of their write. Gone when empty."""

    NOTIFYING = KeyFamily("notifying", _STRING, ("notifier",))
    """Somebody tells the notifier, or it rests after a failure. Expires within a minute."""

    FAULT = KeyFamily("fault", _STRING, ("part",))
    """What a part could not do, and since when (JSON). Written by ``Faults``; ten minutes."""

    CLOCK = KeyFamily("clock", _STRING)
    """The latest time that was seen. Written by ``ClockWatch``."""

    INDEX_SIZE = KeyFamily("index-size", _HASH)
    """The most articles that the index had, and their loss in words. Written by ``IndexSize``."""

    # Fingerprints and families, written by the scripts in ``fingerprints/``.

    PRINT = KeyFamily("prints", _STRING, ("article id",))
    """An article's fingerprint (MessagePack). Removed when it is older than the window."""

    PRINT_IDS = KeyFamily("print-ids", _HASH, ("number / 64",))
    """The time and the article id of a fingerprint by the last six bits of its number."""

    PRINT_META = KeyFamily("print-meta", _HASH)
    """Counters: number (next), oldest (number), shards and entries of the bands."""

    BAND = KeyFamily("band", _HASH, ("shard",))
    """The numbers of the newest fingerprints by a key of theirs. Removed with the fingerprints."""

    FAMILY = KeyFamily("family", _HASH, ("first publisher's article id",))
    """A family of copies: each member's link to another (MessagePack). Goes with its last copy."""

    APART = KeyFamily("apart", _SET, ("article id",))
    """Articles that an operator has said are no copies of this one. For ever."""

    PINNED = KeyFamily("pinned", _SET)
    """First publishers that an operator has chosen. Removed with their family."""

    DUPLICATE_UPDATES = KeyFamily("restate", _HASH)
    """Changed verdicts (JSON, or empty) by article id that the index does not have yet."""

    # Sources, written by ``SourceStates``, the scripts in ``sources/`` and ``SeenSet``.

    DUE = KeyFamily("due", _SORTED)
    """Source ids by the time of their next poll. A source that is removed is taken out."""

    POLLING = KeyFamily("polling", _SORTED)
    """Source ids whose poll is under way, by the time at which the claim lapses."""

    SOURCES = KeyFamily("feeds", _HASH)
    """The state of each source (JSON), also after its removal."""

    GAPS = KeyFamily("gaps", _LIST, ("source id",))
    """The last 200 spans in which a source was not seen (JSON), also after its removal."""

    PUSHED = KeyFamily("pushed", _STREAM, ("source id",))
    """Pushes that the source's state does not count yet. 30 days after the last one."""

    SEEN_DOCUMENTS = KeyFamily("undated", _SORTED, ("source id",))
    """Digests of the documents whose entries are remembered, by the time of reading. 400 days."""

    SEEN_MARKS = KeyFamily("undated", _STRING, ("source id", "digest of the document's address"))
    """Marks of 8 characters of the URL ids that a document has announced. 400 days."""

    # WebSub, written by ``Subscriptions`` and the scripts in ``subscriptions/``.

    SUBSCRIPTIONS = KeyFamily("subscriptions", _HASH)
    """The token of each source's subscription."""

    SUBSCRIPTIONS_DUE = KeyFamily("subscriptions-due", _SORTED)
    """Tokens by the time of their next request to the hub."""

    SUBSCRIPTIONS_BASE = KeyFamily("subscriptions-base", _STRING)
    """The address under which hubs reach the callbacks. For ever."""

    SUBSCRIPTION = KeyFamily("subscription", _HASH, ("token",))
    """A subscription: source, topic, hubs, secret, state, lease, counts. Deleted when it ends."""

    EVENTS = KeyFamily("events", _STREAM)
    """What happened to sources, about the last 1,000. Written by ``Events`` and ``append``."""

    # Access to the web process, written by ``ApiKeys``, ``Sessions`` and ``RateLimits``.

    API_KEYS = KeyFamily("api-keys", _HASH)
    """Scope, day of creation and digest of each API key (JSON), by name. Until it is revoked."""

    API_KEYS_USED = KeyFamily("api-keys-used", _HASH)
    """The last day on which an API key was used, by name."""

    SESSION = KeyFamily("session", _STRING, ("digest of the cookie's token",))
    """Who signed in to the pages (JSON). Expires 14 days after its last use."""

    PROXIED_CSRF = KeyFamily("proxied-csrf", _STRING, ("digest of the user's name",))
    """The forms' token of a user whom a trusted proxy names. Expires 14 days after its last use."""

    RATE = KeyFamily("rate", _STRING, ("key or address",))
    """Until when a caller's requests are counted. Expires then, within a minute."""

    # Archive, written by ``Archive`` and ``Repeats``.

    ARCHIVE = KeyFamily("archive", _HASH)
    """Pages kept and lost, and the last error. For ever."""

    ARCHIVED = KeyFamily("archived", _STRING, ("digest of the payload",))
    """Date and URL of the record that has a payload. Expires after seven days."""

    # Processes, written by ``workers.processes``.

    HEARTBEAT = KeyFamily("pulse", _HASH)
    """The time of the last sign of life, by process."""

    PROGRESS = KeyFamily("progress", _HASH)
    """When a task of a queue began or ended last, by queue."""

    CPU = KeyFamily("cpu", _HASH)
    """Seconds of CPU by stage. For ever."""

    CELERY = KeyFamily("celery", None, ("Celery's own key",))
    """Celery's queues, results and schedule, under ``global_keyprefix``."""

    @property
    def lua_name(self) -> str:
        """How a Lua script calls it."""
        return f"{self.name.lower()}_key"


def key_prefix(namespace: str) -> str:
    """What all keys of a namespace begin with: a hash tag, which keeps them in one cluster slot."""
    return f"{{{namespace}}}:"


def family_of(key: str) -> Key | None:
    """The family of a key without its namespace; None when it is in no family."""
    matching = [each for each in Key if each.value.pattern.fullmatch(key)]
    return max(matching, key=lambda each: len(each.value.parts), default=None)
