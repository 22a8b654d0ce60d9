"""``python -m web``: the web process, as ``newsloom up`` starts it."""

import logging
import socket

from config.logging import LogFields, configure
from config.read_settings import settings_of_process
from config.settings import Settings, log_settings
from web.app import make_asgi
from web.server import server
from workers.app import make_app
from workers.chain.dispatch import dispatch
from workers.resources import Resources

log = logging.getLogger("newsloom.web")


def main() -> None:
    """Serve until a signal ends it.

    Raises:
        SystemExit: with a sentence, when it cannot listen.
    """
    chosen = log_settings()
    configure(chosen.log_level, chosen.log_format)
    settings = settings_of_process()
    resources, celery = Resources(settings), make_app(settings)
    asgi = make_asgi(resources, dispatch=lambda: dispatch(celery, resources))
    with _listening(settings) as listener:
        server(asgi).run(sockets=[listener])


def _listening(settings: Settings) -> socket.socket:
    """A socket on the address of the settings, which the log names."""
    host, port = settings.web_host, settings.web_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        words = f"cannot listen on {host} at port {port}: {error.strerror}"
        log.critical(
            "%s; NEWSLOOM_WEB_HOST and NEWSLOOM_WEB_PORT name another place",
            words,
            extra=LogFields(event="not_listening", reason=words),
        )
        raise SystemExit(1) from None
    place = f"[{host}]" if family is socket.AF_INET6 else host
    log.info("Web: http://%s:%d (API: /api/v1)", place, listener.getsockname()[1])
    return listener


if __name__ == "__main__":
    main()
