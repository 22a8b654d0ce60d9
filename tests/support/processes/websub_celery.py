"""Workers whose network leads to the test's hub and nowhere else."""

from config.settings import Settings
from demo.network import LoopbackNetwork
from tests.support.servers.hub import HOSTS_FILE
from workers.app import make_app
from workers.resources import install_network

_settings = Settings()
install_network(LoopbackNetwork.load(_settings.data_dir / HOSTS_FILE))
app = make_app(_settings)
