"""The usual workers, on the newsroom's network (``celery -A demo.celery``)."""

from config.read_settings import settings_of_process
from demo.network import LoopbackNetwork
from demo.place import hosts_file
from workers.app import make_app
from workers.resources import install_network

_settings = settings_of_process()
install_network(LoopbackNetwork.load(hosts_file(_settings)))
app = make_app(_settings)
