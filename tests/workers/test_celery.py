"""What ``celery -A workers.celery`` finds."""

from workers import celery


def test_the_module_has_an_application_of_ours() -> None:
    assert celery.app.main == "newsloom"
    assert "workers.chain.tasks" in celery.app.conf.include
