"""The services that a command is about: `flows/`, `flows/ bicara131`, or `flows/bicara131`, which the shell completes."""

from __future__ import annotations

from pathlib import Path

from sessions.services import Folder, read_folders


def chosen(flows: Path, services: list[str]) -> tuple[Path, list[Folder]]:
    """The folder of all services, and those that were named (all without names).

    Raises LookupError when there are none, or not all that were named; OSError when a file cannot be read.
    """
    if (flows / "flow.yaml").is_file():
        flows, services = flows.parent, [flows.name, *services]
    folders = read_folders(flows)
    if not folders:
        raise LookupError(
            f"{flows}: no service here. A service is a folder with a flow.yaml; see docs/flows.md."
        )
    known = {folder.id for folder in folders}
    for service in services:
        if service not in known:
            raise LookupError(
                f"{service}: no such service in {flows}. There are: {', '.join(sorted(known))}."
            )
    return flows, [folder for folder in folders if not services or folder.id in services]
