"""A short run of tests/faults/recordings.py; the long one is `make faults`."""

from tests.faults.recordings import run


def test_every_recording_is_whole_or_given_up_while_workers_are_killed(tmp_path):
    result = run(tmp_path, 40, 2.0)
    assert result.kills >= 1 and result.dead == 3
    assert result.clean, f"{result}\n{(tmp_path / 'workers.log').read_text()[-3000:]}"
