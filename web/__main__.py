"""``python -m web``: the web process, as ``newsloom up`` starts it."""

from config.logging import configure
from config.read_settings import settings_of_process
from config.settings import log_settings
from web.app import make_asgi
from web.server import server
from workers.app import make_app
from workers.chain.dispatch import dispatch
from workers.resources import Resources


def main() -> None:
    """Serve until a signal ends it."""
    chosen = log_settings()
    configure(chosen.log_level, chosen.log_format)
    settings = settings_of_process()
    resources, celery = Resources(settings), make_app(settings)
    asgi = make_asgi(resources, dispatch=lambda: dispatch(celery, resources))
    server(asgi, host=settings.web_host, port=settings.web_port).run()


if __name__ == "__main__":
    main()
