"""A write that hangs: nobody hears silence for longer than nine seconds, and all is well when it ends (fault list A3)."""

import re
import threading
import time
from urllib.parse import urlencode

import pysqlite3

from tests.signed import post

HANGS_SECONDS = 12
COUNT = "SELECT count(*) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT {rows}) SELECT x FROM c)"


def rows_that_take(seconds: float) -> int:
    """How many rows SQLite counts in so many seconds on this machine, today."""
    with pysqlite3.connect(":memory:") as db:
        begun = time.monotonic()
        db.execute(COUNT.format(rows=2_000_000)).fetchall()
        return int(2_000_000 * seconds / (time.monotonic() - begun))


def test_a_write_that_hangs_is_answered_in_time_and_holds_up_nobody_for_long(house, twiml_lint):
    hanging, other = (
        {"CallSid": f"CAhang{n}", "From": "+6281200006001", "To": "131", "AccountSid": house.account}
        for n in "12"
    )
    first = [post(house, "/ivr/calls", urlencode(each).encode()) for each in (hanging, other)]
    with pysqlite3.connect(house.instance / "gateway.db", timeout=5) as db:
        count = COUNT.format(rows=rows_that_take(HANGS_SECONDS))
        db.execute(
            "CREATE TRIGGER hang AFTER INSERT ON turns WHEN new.session_id = 'CAhang1' AND new.n = 1"
            f" BEGIN {count}; END"
        )
    answers = {}

    def press(name, call, answer):
        path = re.search(r'action="([^"]+)"', answer.body)[1].replace("&amp;", "&").removeprefix(house.url)
        begun = time.monotonic()
        told = post(house, path, urlencode({**call, "Digits": "2"}).encode())
        answers[name] = (told, time.monotonic() - begun, path)

    threads = [threading.Thread(target=press, args=("hanging", hanging, first[0]))]
    threads[0].start()
    time.sleep(0.5)  # it is in the trigger by now, with the lock
    threads.append(threading.Thread(target=press, args=("other", other, first[1])))
    threads[1].start()
    for thread in threads:
        thread.join(60)
    for told, seconds, _ in answers.values():
        assert told.status == 200 and seconds < 9.5, (told, seconds)
        assert twiml_lint(told.body) == [] and ("<Dial" in told.body or "<Record" in told.body)
    assert answers["hanging"][1] > 7, "it did not hang: the test proves nothing"
    kept = "SELECT 1 FROM turns WHERE session_id = 'CAhang1' AND n = 1"
    assert house.eventually(kept, seconds=60)
    with pysqlite3.connect(house.instance / "gateway.db", timeout=30) as db:
        db.execute("DROP TRIGGER hang")
    again = post(house, answers["hanging"][2], urlencode({**hanging, "Digits": "2"}).encode())
    assert "Sorry" not in again.body and "<Gather" in again.body  # what was decided, now that it is kept
