"""For ``celery -A workers.celery``."""

from config.read_settings import settings_of_process
from workers.app import make_app

app = make_app(settings_of_process())
