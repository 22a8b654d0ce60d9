"""The usual workers, on the newsroom's network (``celery -A demo.celery``)."""

from config.settings import Settings
from demo.network import LoopbackNetwork
from demo.place import hosts_file
from workers.app import make_app
from workers.resources import install_network

_settings = Settings()
install_network(LoopbackNetwork.load(hosts_file(_settings)))
app = make_app(_settings)
