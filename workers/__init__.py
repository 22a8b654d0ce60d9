"""How it runs: Celery's tasks, the one decider, the schedule, and fetching (the only module that opens a URL)."""
