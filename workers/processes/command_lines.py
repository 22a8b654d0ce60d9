"""The command line of each role: a module that Python runs, and its arguments."""

import secrets

from config.settings import Settings
from workers.roles import ROLES

CommandLine = list[str]


def command_lines(settings: Settings, app: str = "workers.celery") -> dict[str, CommandLine]:
    """By role. The compose file runs the same roles one by one.

    Args:
        settings: of the processes.
        app: the module with Celery's application.
    """
    return {
        "crawl": _worker(
            "crawl", settings, app, "--pool=threads", f"--concurrency={settings.crawl_threads}"
        ),
        "process": _worker(
            "process",
            settings,
            app,
            "--pool=prefork",
            f"--concurrency={settings.process_workers}",
            "-O",
            "fair",
            # A message that was taken from Redis cannot be overtaken any more.
            "--disable-prefetch",
        ),
        "index": _worker("index", settings, app, "--pool=threads", "--concurrency=1"),
        "beat": _beat(settings, app),
        "web": ["web"],
        "flower": _flower(settings, app),
    }


def _celery(app: str) -> CommandLine:
    # Quiet leaves out the banner, which Celery prints past the log.
    return ["celery", "--quiet", "-A", app]


def _worker(role: str, settings: Settings, app: str, *options: str) -> CommandLine:
    name = ["-n", f"{role}@%h"]
    queues = ["-Q", ",".join(ROLES[role])]
    level = f"--loglevel={settings.log_level}"
    quiet = ["--without-gossip", "--without-mingle"]
    return [*_celery(app), "worker", *name, *queues, level, *quiet, *options]


def _beat(settings: Settings, app: str) -> CommandLine:
    """Without a file: what is due is decided by claims in Redis, so beat need not remember."""
    level = f"--loglevel={settings.log_level}"
    return [*_celery(app), "beat", level, "--pidfile=", "--scheduler=workers.beat:SteadyScheduler"]


def _flower(settings: Settings, app: str) -> CommandLine:
    listening = [f"--address={settings.flower_host}", f"--port={settings.flower_port}"]
    module = ["workers.processes.flower", "-A", app, "flower"]
    return [*module, *listening, "--persistent=False"]


def flower_environment(settings: Settings) -> tuple[dict[str, str], str]:
    """The variables that give Flower its password, and user:password.

    Not the command line, which ``ps`` shows.
    """
    if settings.flower_auth:
        auth = settings.flower_auth.get_secret_value()
    else:
        auth = f"newsloom:{secrets.token_urlsafe(12)}"
    return {"FLOWER_BASIC_AUTH": auth}, auth
