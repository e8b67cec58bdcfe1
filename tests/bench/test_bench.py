"""The measurements run and measure what they say. How fast anything is belongs into no test: machines have moods."""

import json
import subprocess
import sys
from pathlib import Path

from bench import pool
from bench.load import main as generate
from bench.servers import free_port, running

ROOT = Path(__file__).resolve().parent.parent.parent


def bench(*words: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_our_webhooks_are_measured_beside_both_baselines_and_every_answer_was_kept():
    found = bench("webhooks", "--rounds", "1", "--seconds", "0.3")
    assert set(found["sides"]) == {"ours", "H", "H-WAL"}
    assert set(found["ratios"]) == {"H", "H-WAL"}
    for side in found["sides"].values():
        assert side["rate"]["median"] > 0 and side["p99"]["median"] >= side["p50"]["median"] > 0
    assert found["sides"]["ours"]["wrong"] == found["sides"]["ours"]["again"] == 0
    assert found["stored"]["turns"] >= found["rounds"][0]["requests"]
    # Every call has a start and a digit; at most the last sixteen were cut off between the two.
    assert found["stored"]["turns"] / 2 <= found["stored"]["starts"] <= found["stored"]["turns"] / 2 + 16


def test_a_turn_of_the_engine_is_timed_for_both_flows():
    found = bench("engine", "--turns", "2")
    assert {name.partition(":")[0] for name in found} == {"menu", "bicara131"}
    assert all(took["least"] > 0 for took in found.values())


def test_decisions_of_the_router_are_timed_and_its_estimate_is_measured():
    found = bench("router", "--decisions", "1")
    timed = {name: took for name, took in found.items() if not name.startswith("estimate, ")}
    assert len(timed) > 5 and all(took["least"] > 0 for took in timed.values())
    told = [took for name, took in found.items() if name.startswith("estimate, ")]
    assert all(took["callers"] > 100 and took["p90"] >= took["median"] > 0 for took in told)


def test_an_answer_that_is_not_the_expected_one_is_counted_as_wrong(tmp_path):
    port = free_port()
    door = pool.Door(port, "/", lambda call: "/", ("<Gather", "<Dial"))
    with running(["bench.trivial", str(port)], {}, port, tmp_path / "log"):
        asked = {"port": port, "connections": 2, "warm": 0, "seconds": 5, "answers": door.answers}
        (tmp_path / "pool.json").write_text(json.dumps({**asked, "calls": pool.calls(door, 0, 10)}))
        found = generate(tmp_path / "pool.json")
    # The trivial server says Gather to all: right for the ten starts, wrong for the ten digits.
    assert (found["all"], found["wrong"], found["lost"]) == (20, 10, 0)


def test_the_calls_of_the_load_are_all_different_and_as_large_as_the_carriers():
    calls = pool.calls(pool.ours(8000), 0, 1000)
    assert len({request for call in calls for request in call}) == 2000
    for start, digit in calls[:3]:
        fields = [request.partition("\r\n\r\n")[2].count("&") + 1 for request in (start, digit)]
        assert fields == [28, 31]
        assert all(600 <= len(request.partition("\r\n\r\n")[2]) <= 800 for request in (start, digit))


def test_redaction_is_measured_by_kind_and_every_span_is_counted():
    found = bench("redaction", "--sentences", "200")
    for form, total in found["totals"].items():
        kinds = found["kinds"][form].values()
        assert total["secrets"] == sum(row["secrets"] for row in kinds) > 50
        assert total["found"] <= total["secrets"] and total["right"] <= total["spans"]
    assert found["kinds"]["spoken"]["nik"]["secrets"] > 0
