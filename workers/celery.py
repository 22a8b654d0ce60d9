"""For ``celery -A workers.celery``."""

from config.settings import Settings
from workers.app import make_app

app = make_app(Settings())
