"""What beat does, as data. Beat only ticks.

What is due is decided by an atomic claim, so no or two beats are safe.

Each entry expires a little under its period, so that a stalled worker does not pile up runs.
"""

from typing import Any

ARCHIVING = "archive what has ended"

SCHEDULE: dict[str, dict[str, Any]] = {
    "poll the sources that are due": {
        "task": "poll",
        "schedule": 0.5,
        "options": {"expires": 0.45},
    },
    "lease what is ready": {"task": "dispatch", "schedule": 1.0, "options": {"expires": 0.9}},
    "write changed copies into the index": {
        "task": "restate",
        "schedule": 10.0,
        "options": {"expires": 9.0, "queue": "index"},
    },
    ARCHIVING: {
        "task": "archive_ended",
        "schedule": 10.0,
        "options": {"expires": 9.0, "queue": "index"},
    },
    "tell the notifiers": {"task": "notify_all", "schedule": 10.0, "options": {"expires": 9.0}},
    "ask the hubs that are due": {
        "task": "subscribe",
        "schedule": 2.0,
        "options": {"expires": 1.9},
    },
    "take expired leases back": {"task": "reap", "schedule": 5.0, "options": {"expires": 4.5}},
}
