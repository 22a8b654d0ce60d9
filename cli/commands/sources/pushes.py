"""A source's WebSub subscription in JSON."""

from typing import Any

from pipeline.sources.subscription import PushVerdict


def push_json(push: PushVerdict | None) -> dict[str, Any] | None:
    """All that is said of it; None where there is none."""
    return push.model_dump(mode="json") if push else None
