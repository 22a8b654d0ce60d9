import time

import pytest

from tests.hostile.case import Case
from tests.hostile.cases import CASES

SECONDS = 10
"""Of CPU. Each takes less than three on one core; the rest is for slow machines."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.name!a}")
def test_a_hostile_case_comes_out_as_expected(case: Case) -> None:
    begun = time.process_time()
    assert case.got() == case.expected
    assert time.process_time() - begun < SECONDS


def test_there_are_enough_cases_and_each_has_a_name_of_its_own() -> None:
    assert len({(case.kind, case.name) for case in CASES}) == len(CASES) > 200
