"""Ways are counted as contacts take them: by step, by channel, by hour; who leaves is counted where it was."""

from engine.drawing import svg
from engine.events import HungUp, Keys, Silence
from sessions.reports import traffic
from sessions.reports.traffic import LEFT, OUTSIDE
from store import travelled
from store.times import plus, text
from tests.gateways import Caller

FLOW = """
format: 1
service: Contoh
prefix: CTH
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["131"]}
start: utama
steps:
  utama:
    menu: {id: "Jam, tekan 1. Promo, tekan 2."}
    keys: {"1": jam, "2": promo}
    silence: {tries: 1, then: selesai}
    no_match: {tries: 1, then: selesai}
  jam: {say: "Pukul delapan.", then: utama}
  promo: {say: "Promo.", until: 2026-02-01, otherwise: jam, then: selesai}
  selesai: {end: "Sampai jumpa."}
"""


def taken(gateway) -> dict[tuple[str, str], int]:
    return {(one.start, one.way): one.n for one in traffic.travelled_since(gateway, "contoh", 7)}


def test_every_way_is_counted_also_through_steps_that_do_not_wait(gateway_of):
    gateway = gateway_of(FLOW)
    Caller(gateway, "CA1").hear(Keys("1"), Silence())
    assert taken(gateway) == {
        (OUTSIDE, "utama"): 1,
        ("utama", "jam"): 1,
        ("jam", "utama"): 1,
        ("utama", "selesai"): 1,
    }


def test_a_step_that_is_left_out_by_its_days_was_passed(gateway_of):
    gateway = gateway_of(FLOW)
    Caller(gateway, "CA1").hear(Keys("2"))
    assert {("utama", "promo"), ("promo", "jam"), ("jam", "utama")} <= set(taken(gateway))
    assert ("utama", "jam") not in taken(gateway)


def test_who_hangs_up_is_counted_at_the_step_and_a_repeat_is_not(gateway_of):
    gateway = gateway_of(FLOW)
    Caller(gateway, "CA1").hear(Keys("1"), HungUp())
    Caller(gateway, "CA1")
    assert taken(gateway)["utama", LEFT] == 1 and taken(gateway)[OUTSIDE, "utama"] == 1
    flow = gateway.services.current("contoh")
    drawn = svg(flow, [], traffic.for_drawing(traffic.travelled_since(gateway, "contoh", 1), "voice"))
    assert "✕ 1" in drawn and "utama -&gt; jam: 1 · 1" in drawn
    assert 'class="way never" data-from="utama" data-to="promo"' in drawn
    silent = svg(flow, [], traffic.for_drawing(traffic.travelled_since(gateway, "contoh", 1), "text"))
    assert "✕" not in silent and "way taken" not in silent


def test_hours_before_are_not_told_and_are_forgotten_in_the_end(gateway_of):
    gateway = gateway_of(FLOW)
    now = text(gateway.clock())
    with gateway.store.write() as db:
        for days in (2, 10, 40):
            travelled.add(db, "contoh", plus(now, -days * 86_400), "voice", [("utama", "jam")])
    counted = [
        sum(one.n for one in traffic.travelled_since(gateway, "contoh", days)) for days in traffic.DAYS
    ]
    assert counted == [0, 1, 2]
    with gateway.store.write() as db:
        travelled.purge(db, plus(now, -travelled.KEPT_DAYS * 86_400), 500)
    assert sum(one.n for one in traffic.travelled_since(gateway, "contoh", 99)) == 2


def test_the_table_has_ways_that_nobody_took_and_ways_that_are_not_drawn(gateway_of):
    gateway = gateway_of(FLOW)
    Caller(gateway, "CA1").hear(Keys("1"))
    rows = traffic.table(gateway.services.current("contoh"), traffic.travelled_since(gateway, "contoh", 1))
    assert [(row.start, row.end, row.drawn) for row in rows if row.total] == [
        ("", "utama", False),
        ("jam", "utama", True),
        ("utama", "jam", True),
    ]
    never = [row for row in rows if not row.total]
    assert ("utama", "promo", "2") in [(row.start, row.end, row.label) for row in never]
