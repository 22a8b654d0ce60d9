"""All settings, from ``NEWSLOOM_*`` in the environment or a ``.env`` file.

Nothing else reads the environment.
"""

from pathlib import Path
from typing import Literal, Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from config.old_names import OldNames
from config.setting_types import (
    IndexUrl,
    LocalPath,
    Namespace,
    Ports,
    ProxyUrl,
    PublicUrl,
    RedisUrl,
    Seconds,
    has_password,
    with_password,
)
from config.variables import ENV_FILE, PREFIX, text_of, variable_of
from config.web_settings import WebSettings
from pipeline.deduplicate import CONTAINMENT

_DAY = 86_400


class LogSettings(BaseSettings):
    """How a process writes its log; read on its own before all others are known to fit."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = Field(
        default="text", description="json: one object a line, with fields, for a collector."
    )


class Settings(WebSettings, LogSettings):
    """What an operator can set. Durations are in seconds, sizes in bytes.

    Raises:
        pydantic.ValidationError: a value does not fit; the message names the variable.
    """

    data_dir: LocalPath = Field(
        default_factory=lambda: user_data_path("newsloom"),
        description="Where the embedded Redis and index keep their files.",
    )
    sources: LocalPath = Field(
        default_factory=lambda given: given["data_dir"] / "sources.yaml",
        description="The sources to watch; unset: `sources.yaml` in the data folder.",
    )
    redis_url: RedisUrl | None = Field(
        default=None,
        description="redis://[:password@]host:port/db or unix:///path; unset: an embedded server.",
    )
    redis_password: SecretStr | None = Field(
        default=None, description="Password of Redis as it is, where the URL has none."
    )
    namespace: Namespace = Field(default="newsloom", description="Prefix of all keys and indices.")
    index_url: IndexUrl | None = Field(
        default=None,
        description="https://[user:password@]host:port of Elasticsearch, without a port 443 "
        "(9200 for http); unset: Tantivy on disk.",
    )
    index_password: SecretStr | None = Field(
        default=None,
        description="Password of Elasticsearch as it is, where the URL has none; "
        "of the URL's user, else of `elastic`.",
    )
    index_api_key: SecretStr | None = Field(default=None, description="Elasticsearch API key.")
    index_ca_certs: LocalPath | None = Field(
        default=None, description="CA file that signed Elasticsearch's certificate."
    )
    index_shards: int = Field(
        default=1,
        ge=1,
        le=1024,
        description="Primary shards of each month's index that Elasticsearch makes from now on.",
    )

    user_agent: str = Field(
        default="Newsloom/0.1 (+https://newsloom.example/bot)",
        min_length=3,
        description="Sent with each request; name a page or an address where you can be reached.",
    )
    host_delay: float = Field(
        default=1.0, ge=0, description="Seconds between two requests to one host."
    )
    host_concurrency: int = Field(
        default=2, ge=1, description="Requests under way at one host, over all workers."
    )
    proxy: ProxyUrl = Field(
        default=None,
        description="http://[user:password@]host:port of a proxy on the way to every site; "
        "unset: none, whatever HTTP_PROXY says.",
    )
    allowed_ports: Ports = Field(
        default=frozenset({80, 443}), description="Ports that may be fetched from."
    )
    fetch_timeout: Seconds = Field(
        default=25, description="Deadline over one whole request with its redirects."
    )
    connect_timeout: Seconds = Field(default=8, description="Deadline for one connection.")
    max_page_bytes: int = Field(
        default=10_000_000, ge=1_000, description="Larger bodies are rejected."
    )
    max_redirects: int = Field(default=5, ge=0)
    respect_robots: bool = Field(default=True, description="Follow robots.txt (RFC 9309).")
    archive_dir: LocalPath | None = Field(
        default=None, description="Keep fetched pages here as WARC files; unset: do not."
    )

    poll_interval: Seconds | None = Field(
        default=None,
        description="Seconds between polls of every source that names none; "
        "unset: learned for each.",
    )
    poll_min: Seconds = Field(
        default=300, description="Seconds between polls at least, where it is learned."
    )
    poll_max: Seconds = Field(
        default=7_200, description="Seconds between polls at most, where it is learned."
    )
    objective: Seconds = Field(
        default=600,
        description="Seconds after publication within which 95 % of a source's articles "
        "should be seen.",
    )
    pushed_poll_interval: Seconds = Field(
        default=21_600,
        description="Seconds between polls of a source whose WebSub hub pushes reliably.",
    )
    max_entries: int = Field(
        default=5_000, ge=1, description="Entries taken from one feed document."
    )

    batch_size: int = Field(default=32, ge=1, le=200, description="Most URLs in one batch.")
    max_batches: int = Field(
        default=12,
        ge=1,
        description="Batches under way; more work waits in the frontier. Urgent URLs may have a"
        " quarter more.",
    )
    max_attempts: int = Field(default=5, ge=1, description="Attempts before a URL is dead.")
    max_crashes: int = Field(
        default=3, ge=1, description="Workers a single page may take down before it is dead."
    )
    retry_delay: Seconds = Field(
        default=30, description="Wait before the first retry; doubled each time."
    )
    lease_seconds: Seconds = Field(
        default=90, description="How long a stage may take before its batch is taken back."
    )
    task_seconds: Seconds = Field(
        default=60, description="Hard limit of one task; under lease_seconds."
    )
    parse_seconds: Seconds = Field(
        default=10,
        description="CPU time that reading one page or one document of a source may take; a"
        " document has a second more for each megabyte.",
    )
    parse_megabytes: int = Field(
        default=512, ge=64, description="Memory that reading one page or one document may need."
    )
    ledger_days: Seconds = Field(
        default=90, description="How long Redis remembers a URL that has ended, at least."
    )
    fingerprint_days: Seconds = Field(default=14, description="How long copies are recognised.")
    page_seconds: Seconds = Field(
        default=86_400, description="How long a fetched page waits for its stages."
    )
    similarity: float = Field(
        default=CONTAINMENT,
        gt=0,
        le=1,
        description="Part of the shorter text that a copy has in common with the other.",
    )

    crawl_threads: int = Field(
        default=24,
        ge=2,
        description="Crawl batches and ticks under way in one crawl worker; more than max_batches"
        " and a quarter.",
    )
    process_workers: int = Field(
        default=2, ge=1, description="Processes that extract, deduplicate and enrich."
    )
    tracing_url: PublicUrl = Field(
        default=None,
        description="http://host:4318 of an OpenTelemetry collector (OTLP over HTTP); unset: "
        "OTEL_EXPORTER_OTLP_ENDPOINT, else no traces.",
    )
    stall_seconds: Seconds = Field(
        default=30, description="A waiting queue without progress for so long restarts its worker."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before the environment, the file, and other names in these two."""
        named = (env_settings, dotenv_settings)
        readable = [source for source in named if isinstance(source, EnvSettingsSource)]
        return (init_settings, *named, OldNames(settings_cls, *readable), file_secret_settings)

    @model_validator(mode="after")
    def _a_lease_outlives_its_task(self) -> Self:
        if self.task_seconds >= self.lease_seconds:
            raise ValueError(
                "NEWSLOOM_TASK_SECONDS must be less than NEWSLOOM_LEASE_SECONDS:"
                " a lease outlives its task"
            )
        return self

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.poll_min > self.poll_max:
            raise ValueError("NEWSLOOM_POLL_MIN must not be more than NEWSLOOM_POLL_MAX")
        return self

    @model_validator(mode="after")
    def _one_password_each(self) -> Self:
        for name in ("redis", "index"):
            password, url = getattr(self, f"{name}_password"), getattr(self, f"{name}_url")
            variable = variable_of(f"{name}_password")
            if password and not url:
                raise ValueError(f"{variable} is set, but {variable_of(f'{name}_url')} is not")
            if password and has_password(url):
                raise ValueError(f"{variable} is set, and {variable_of(f'{name}_url')} has one too")
        return self

    @property
    def redis_address(self) -> str | None:
        """The URL of Redis with its password, encoded."""
        return self.redis_url and with_password(self.redis_url, self.redis_password)

    @property
    def index_address(self) -> str | None:
        """The URL of Elasticsearch with its user and password, encoded."""
        return self.index_url and with_password(self.index_url, self.index_password, user="elastic")

    @property
    def ledger_seconds(self) -> float:
        """How long Redis remembers a URL that has ended, at least."""
        return self.ledger_days * _DAY

    @property
    def fingerprint_seconds(self) -> float:
        """How long copies are recognised."""
        return self.fingerprint_days * _DAY

    def environment(self) -> dict[str, str]:
        """The variables that give another process these settings, wherever it runs."""
        chosen = self.model_dump(include=self.model_fields_set, exclude_none=True)
        return {variable_of(name): text_of(value) for name, value in chosen.items()}

    @property
    def tantivy_dir(self) -> Path:
        """The folder of the embedded index."""
        return self.data_dir / "index"

    @property
    def ledger_file(self) -> Path:
        """The embedded ledger archive, which outlives the folder of the index."""
        return self.data_dir / "ledger.sqlite3"


def log_settings() -> LogSettings:
    """How to write the log, also where another setting does not fit."""
    try:
        return LogSettings()
    except ValidationError:
        return LogSettings.model_construct()
