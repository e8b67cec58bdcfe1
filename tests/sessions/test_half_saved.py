"""A service whose flow.yaml is gone or leads nowhere is a fault that is named, and no service that was withdrawn."""

from pathlib import Path

import pytest

from engine.load import FlowFaults
from sessions.services import read_folders


@pytest.mark.parametrize("left", ["nothing", "a link to itself", "another file"])
def test_a_flow_that_is_half_saved_withdraws_no_service(tmp_path: Path, left: str) -> None:
    service = tmp_path / "hello"
    service.mkdir()
    if left == "a link to itself":
        (service / "flow.yaml").symlink_to("flow.yaml")
    if left == "another file":
        (service / "promises.yaml").write_text("promises: []\n")
    found = read_folders(tmp_path)
    if left == "nothing":
        assert found == []  # an empty folder is no service
        return
    assert [folder.id for folder in found] == ["hello"]
    with pytest.raises(FlowFaults) as faults:
        found[0].load()
    assert [fault.code for fault in faults.value.faults] == ["missing-file"]
