"""``newsloom reconcile``."""

import json

from storage.open import Stores
from tests.cli.conftest import Newsloom
from tests.support.data.ledger_entries import one_in_each_state


def test_nothing_to_compare_is_0(newsloom: Newsloom) -> None:
    result = newsloom("reconcile")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[-1] == "nothing differs"


def test_differences_are_counted_and_are_1(newsloom: Newsloom, stores: Stores) -> None:
    one_in_each_state(stores)
    dry = newsloom("reconcile", "--dry-run", "--json")
    assert dry.code == 1
    report = json.loads(dry.out)
    assert (report["missing"], report["visited_again"], report["remaining"]) == (2, 0, 2)
    assert report["dry_run"]

    result = newsloom("reconcile")
    assert result.code == 1
    assert "missing in the index: 2" in result.out
    assert "to be visited again by the workers: 2" in result.out
