"""The fault run over people who answer, short enough for every test run: python -m tests.faults.line is the long one."""

from tests.faults.line import run


def test_callers_find_people_or_words_while_a_worker_is_killed(tmp_path, free_port):
    result = run(
        callers=6, agents=6, kill_every=1.0, kills=1, folder=tmp_path, free_port=free_port, limit=150
    )
    assert result.clean, result
    assert result.kills == 1
