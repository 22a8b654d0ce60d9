"""The way of a batch: Celery's tasks, the five stages, dispatch, the retry policy, imports."""
