"""The fault run over messages, short enough for every test run: python -m tests.faults.transcribing is the long one."""

from tests.faults.transcribing import run


def test_messages_whose_engine_is_killed_at_a_third_of_the_jobs_all_end_done_or_to_be_listened_to(tmp_path):
    result = run(messages=8, kill=1 / 3, worker_kill_every=0.0, limit=120, instance=tmp_path / "instance")
    assert result.clean, result
    assert result.done > result.messages / 2
