"""``newsloom ledger``."""

import json

from storage.open import Stores
from tests.cli.conftest import Newsloom
from tests.support.data.ledger_entries import one_in_each_state


def test_nothing_to_restore(newsloom: Newsloom) -> None:
    result = newsloom("ledger", "restore")
    assert (result.code, result.out) == (0, "0 entries in the archive, 0 restored\n")


def test_what_redis_knows_stays(newsloom: Newsloom, stores: Stores) -> None:
    one_in_each_state(stores)
    result = newsloom("ledger", "restore", "--json")
    assert json.loads(result.out) == {"entries": 0, "restored": 0}
