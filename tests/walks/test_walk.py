"""Every service walked as far as three keys lead (`make walk` goes to six), and a walk that has something to find."""

import contextlib
import shutil

import pytest

from tests.house import ROOT, House, environment
from tests.walks.tally import Map
from tests.walks.walk import SERVICES, outfit_of, walk_service
from tests.walks.walker import Walked

PROCESSES = 2


@pytest.fixture
def lists(request):
    """The vendor's lists where they can be had; a walk without them checks everything else."""
    with contextlib.suppress(pytest.skip.Exception):
        request.getfixturevalue("twiml_lint")


def walk(
    house, service, keys, serial, *, flows=ROOT / "flows", merge=True, withheld=False, processes=PROCESSES
):
    outfit = outfit_of(house, flows, service, withheld=withheld)
    return walk_service(
        house, outfit, keys, processes, merge=merge, clock="day", serial=serial, progress=False
    )


@pytest.mark.parametrize("service", SERVICES)
def test_every_path_of_three_keys_is_answered(house, lists, service):
    found = walk(house, service, 3, SERVICES.index(service) * 1000)
    assert found.shown == [] and found.faults == 0
    assert set(found.endings) <= {
        "goodbye",
        "call-back promised",
        "message left",
        "in a person's queue",
        "still asking",
    }
    assert found.endings["in a person's queue"] > 0 and found.endings["still asking"] > 0
    assert found.calls > 100 and found.documents > 400 and found.distinct_documents > 25


def test_a_walk_that_merges_tells_of_as_many_paths_as_one_that_walks_them_all(house, lists):
    merged = walk(house, "hello", 4, 5000)
    whole = walk(house, "hello", 4, 6000, merge=False)
    assert whole.covered == 0 and merged.covered > 0
    assert (merged.paths, merged.endings) == (whole.paths, whole.endings)


def test_two_ways_to_a_menu_are_one_only_when_no_star_can_tell_them_apart():
    known = Map(3, merge=True)
    first, _ = known.place(Walked(("1",), "menu", ("a", "b", "menu")))
    assert known.place(Walked(("2",), "menu", ("c", "b", "menu")))[
        1
    ]  # two keys left: two stars lead to a or to c
    again, new = known.place(
        Walked(("3", "1"), "menu", ("d", "b", "menu"))
    )  # one star leads to b for all of them
    assert again is first and not new
    assert known.place(Walked(("3", "2"), "other", ("a", "b", "menu")))[1]


BROKEN = """format: 1
service: Rusak
prefix: RUSAK
languages: [id]
timezone: Asia/Jakarta
numbers: {voice: ["100"], text: ["100"]}
start: salam
steps:
  salam: {say: "Untuk petugas, tekan 3.", then: pilih}
  pilih:
    menu: {id: "Untuk jam layanan, tekan 1."}
    keys: {"1": jam, "2": salam}
    silence: {tries: 3, then: jam}
    no_match: {tries: 3, then: jam}
  jam: {end: "Terima kasih."}
"""


def test_a_walk_finds_a_key_that_is_said_and_not_taken(tmp_path, free_port, lists):
    flows = tmp_path / "flows"
    (flows / "rusak").mkdir(parents=True)
    (flows / "rusak" / "flow.yaml").write_text(BROKEN)
    shutil.copytree(ROOT / "flows" / "common", flows / "common")
    with House.running(environment(tmp_path, free_port, FLOWS=str(flows))) as house:
        found = walk(house, "rusak", 2, 0, flows=flows, processes=0)
    assert ("(dialling)", "said and not taken at pilih: 3") in found.shown
    assert found.endings["goodbye"] > 0
