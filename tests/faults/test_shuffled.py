"""A short run of tests/faults/shuffled.py; the long one is `make faults`."""

from tests.faults.shuffled import run
from tests.house import House, environment


def test_nothing_acknowledged_is_lost_or_done_twice_while_workers_are_killed(tmp_path, free_port):
    wishes = {"SMS_PREFIX_PER_HOUR": "1000000", "LOG_LEVEL": "ERROR"}
    with House.running(environment(tmp_path, free_port, **wishes)) as house:
        result = run(house, 400, 0.5)
    assert result.kills >= 2 and result.keys > 500
    assert result.clean, result
