"""Every flow in broken/ has one fault, made as administrators make them. Its first line says which, and where."""

from pathlib import Path

import pytest

from engine.load import FlowFaults, load

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(path.parent.name for path in BROKEN.glob("*/flow.yaml"))


def _read(folder: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    common = {
        name.removeprefix("common/"): data for name, data in files.items() if name.startswith("common/")
    }
    return {name: data for name, data in files.items() if not name.startswith("common/")}, common


def _expected(case: str, flow: bytes) -> tuple[str, str, int]:
    """(code, file, line) of the header '# expect: code line' or '# expect: code file:line'."""
    _, _, code, where = flow.decode().splitlines()[0].split(" ")
    file, _, line = where.rpartition(":")
    file = file or "flow.yaml"
    return code, file if file.startswith("common/") else f"{case}/{file}", int(line)


@pytest.mark.parametrize("case", CASES)
def test_a_broken_flow_is_refused_with_exactly_its_fault_at_its_line(case: str) -> None:
    files, common = _read(BROKEN / case)
    with pytest.raises(FlowFaults) as refused:
        load(case, files, common)
    found = [(fault.code, fault.file, fault.line) for fault in refused.value.faults]
    assert found == [_expected(case, files["flow.yaml"])], str(refused.value)


@pytest.mark.parametrize("case", CASES)
def test_every_fault_says_the_way_out(case: str) -> None:
    files, common = _read(BROKEN / case)
    with pytest.raises(FlowFaults) as refused:
        load(case, files, common)
    assert all(fault.what and fault.way_out for fault in refused.value.faults)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(CASES) >= 60
