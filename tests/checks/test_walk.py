"""What the walk tells apart: enough to find everything, and not more than that."""

from dataclasses import replace

import pytest

from bench.check import generated
from commands.check_texts import text_findings
from engine.check import check
from engine.explore import Exploration, explore
from engine.explore.live import Live
from engine.flow import Flow
from engine.load import load
from tests.checks.corpus_reader import base, cases, split

SOME = (
    "value_before_lookup",
    "proof_of_another",
    "notice_skipped",
    "branch_never_true",
    "ticket_before_case",
)


def service(name: str = "") -> Flow:
    """The sound service, or the broken one of this name (which loads)."""
    files = next(case.files for case in cases() if case.name == name) if name else base()
    return load("contoh", *split(files))


def told(seen: Exploration) -> set[str]:
    return {str(finding) for finding in (*check(seen), *text_findings(seen))}


@pytest.mark.parametrize("name", ["", *SOME])
def test_what_nobody_reads_again_makes_no_difference_to_what_is_found(name: str, monkeypatch) -> None:
    flow = service(name)
    with_live = explore(flow)
    everything = frozenset(
        {
            *(
                name
                for step in flow.steps.values()
                for name in (getattr(step, "variable", ""), getattr(step, "by", ""))
            ),
            *(column for source in flow.sources.values() for column in (*source.columns, *source.gives)),
            *("#consent", "#L1", "#L2", "#L3", "nik", "tanggal_lahir", "nomor_terdaftar", "isi", "waktu"),
        }
    )
    monkeypatch.setattr(Live, "at", lambda live, channel, step: everything)
    without = explore(flow)
    assert len(with_live.situations) <= len(without.situations)
    assert set(with_live.entered) == set(without.entered)
    assert told(with_live) == told(without)


def test_a_value_is_live_until_it_is_given_anew() -> None:
    live = Live(service())
    assert "keadaan" not in live.at("voice", "status_l") or "keadaan" in live.at("voice", "status_cabang")
    assert "keadaan" not in live.at("voice", "utama"), "the look-up gives it before the branch reads it"
    assert "#L1" not in live.at("voice", "utama"), "the proof is made anew before each look-up"
    assert "tiket" in live.at("voice", "status_v")


def test_a_flow_too_big_to_walk_names_the_variable_and_how_to_bound_it() -> None:
    """Twelve values, set at the beginning and gone by at the end, multiply everything between."""
    flow = service()
    values = ", ".join(f"v{at}" for at in range(12))
    text = base()["flow.yaml"].replace(
        "variables: {jenis: [uang, kartu]}", f"variables: {{jenis: [{values}]}}"
    )
    keys = "\n".join(f'      "{at}": {{then: salam, set: {{jenis: v{at}}}}}' for at in range(1, 10))
    text = text.replace("start: salam", "start: pilih").replace(
        "  salam:\n",
        f'  pilih:\n    menu: {{id: "Pilih.", en: "Choose."}}\n    keys:\n{keys}\n  salam:\n',
        1,
    )
    text = text.replace(
        "  lagi:\n    menu",
        "  lagi:\n    branch: jenis\n    is: {v1: penutup}\n    else: lagi2\n  lagi2:\n    menu",
    )
    text = text.replace('{"0": petugas, "*": back}', '{"0": petugas, "*": lagi}')
    flow = load("contoh", *split({**base(), "flow.yaml": text}))
    found = [finding for finding in check(explore(flow, most=400)) if finding.code == "not-all-seen"]
    assert len(found) == 1 and found[0].severity == "error"
    assert "'jenis' multiplies them most" in found[0].way_out and "fewer values" in found[0].way_out
    assert text.splitlines()[found[0].line - 1].strip() == "branch: jenis"


def test_the_shortest_way_is_told_with_what_must_be_true_meanwhile() -> None:
    seen = explore(service())
    assert str(seen.entered["tutup/tawaran"]) == "(closed) 0"
    assert str(seen.entered["data_ucap"]) == "1 4 <nik> <date6> (proved) (found)"


def test_a_flow_that_is_capped_claims_nothing_by_halves() -> None:
    seen = explore(replace(service(), everywhere={}), most=20)
    assert [finding.code for finding in check(seen) if finding.severity == "error"] == ["not-all-seen"]


def test_the_generated_service_of_the_measurement_is_sound_and_of_its_size() -> None:
    flow = load("generated", {"flow.yaml": generated(60)})
    seen = explore(flow)
    assert 60 <= len(flow.steps) < 70
    assert not seen.capped and told(seen) == set()
