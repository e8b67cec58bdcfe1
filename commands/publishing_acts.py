"""What is done to a service, at the terminal or on a page: offered, published, opened as a draft, rolled back.

Each gives what was found and what was done, in words; nothing is printed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from commands.publishing_checks import broken_tests, checked, proved
from commands.publishing_words import Place, Wrong, compared, loaded, write_emergency
from engine.claims import claimed_twice
from engine.differences import Differences
from engine.flow import Flow
from engine.load import FlowFaults
from engine.numbers import contact_key
from sessions import services
from sessions.publishing import publishing
from sessions.publishing.impact import impact, under_way
from sessions.services import Folder
from store import flows as rows


@dataclass(frozen=True)
class Offer:
    """Folders as they would be published. With ``faults`` nothing may be; ``seen``: what was current when it was looked at."""

    folders: tuple[Folder, ...]
    flows: tuple[Flow, ...]
    faults: tuple[str, ...]
    seen: dict[str, str | None]


def offer(here: Place, chosen: list[Folder], told: Callable[[str], object] | None = None) -> Offer:
    """Checked beside everything else that is served, their tests played. ``told`` hears of each piece of work."""
    flows, faults = checked(chosen)
    faults = faults or _examined(here, chosen, flows, told or (lambda name: None))
    seen = {folder.id: rows.current(here.db, folder.id) for folder in chosen}
    return Offer(tuple(chosen), tuple(flows), tuple(faults), seen)


def _examined(
    here: Place, chosen: list[Folder], flows: list[Flow], told: Callable[[str], object]
) -> list[str]:
    try:
        beside = services.current_flows(here.db, but=[folder.id for folder in chosen])
    except FlowFaults as found:
        return [f"{fault} (in a published version)" for fault in found.faults]
    faults = proved(flows, here.settings.audio / "prompts", beside=beside, told=told)
    for folder in chosen:
        told(f"{folder.id}/tests")
        faults += broken_tests(here.settings.flows, folder)
    return faults


def noticed(here: Place, folder: Folder, flow: Flow) -> list[str]:
    """What callers will notice when this is published, and who is under way; one line each."""
    found = _difference(here, folder, flow)
    sessions = under_way(here.db, folder.id)
    return [
        *(found.lines or ("nothing that contacts would notice",)),
        *impact(sessions, found.removed, found.changed, found.renamed),
    ]


def _difference(here: Place, folder: Folder, flow: Flow) -> Differences:
    """The folder against what is published; one line when nothing comparable is."""
    version = rows.current(here.db, folder.id)
    kept = services.kept_folder(here.db, folder.id, version) if version else None
    if kept is None:
        return Differences((f"new: {len(flow.steps)} steps; callers never met it",))
    try:
        return compared((kept, kept.load()), (folder, flow))
    except FlowFaults:
        return Differences(("the published version cannot be read by this program, so nothing is compared",))


def put(here: Place, offered: Offer, who: str) -> None:
    """Callers' from now on. Raises publishing.Stale when somebody else published since, or another person has to as well."""
    assert not offered.faults, "an offer with faults is never put"
    _seconded(here, offered, who)
    with here.store.write() as db:
        publishing.unchanged_since(db, offered.seen)
        for folder, flow in zip(offered.folders, offered.flows, strict=True):
            publishing.put(db, folder, flow.version, who=who, now=here.stamp)
    write_emergency(here.settings, services.current_flows(here.db))


def _seconded(here: Place, offered: Offer, who: str) -> None:
    """Raises publishing.NeedsAnother while only one person wants this. A rollback asks nobody: it must be at once."""
    if here.settings.publish_persons < 2:
        return
    versions = {flow.id: flow.version for flow in offered.flows}
    with here.store.write() as db:
        alone = publishing.second(db, versions, who=who, now=here.stamp)
    if alone:
        raise publishing.NeedsAnother(
            f"{', '.join(alone)}: written down; another person has to publish the same content within a day (PUBLISH_PERSONS=2)"
        )


def roll_back(here: Place, service: str, version: str, *, who: str, why: str) -> tuple[list[str], list[str]]:
    """(faults, what callers will notice). Raises Wrong when the version is gone, FlowFaults when this program refuses it."""
    flow = services.kept_flow(here.db, service, version)
    if flow is None:
        raise Wrong(f"{service}: {version} is not kept any more")
    claims = claimed_twice([*services.current_flows(here.db, but=[service]), flow])
    faults = [str(claim) for claim in claims]
    if faults:
        return [*faults, "not rolled back: another service has that number now"], []
    told = _noticed_back(here, service, version)
    with here.store.write() as db:
        publishing.roll_back(db, service, version, who=who, why=why, now=here.stamp)
    write_emergency(here.settings, services.current_flows(here.db))
    return [], told


def _noticed_back(here: Place, service: str, version: str) -> list[str]:
    current = rows.current(here.db, service)
    before = services.kept_folder(here.db, service, current) if current else None
    after = services.kept_folder(here.db, service, version)
    if before is None or after is None:
        return []
    found = compared(loaded(before), loaded(after))
    sessions = impact(under_way(here.db, service), found.removed, found.changed, found.renamed)
    return [*found.lines, *sessions]


def open_draft(
    here: Place, folder: Folder, numbers: Iterable[str], until: str, who: str
) -> tuple[list[str], Flow | None]:
    """(faults, the flow that these test telephones get). Its tests are for a publication."""
    flows, faults = checked([folder])
    try:
        beside = services.current_flows(here.db, but=[folder.id])
    except FlowFaults as found:
        faults += map(str, found.faults)
    faults = faults or proved(flows, here.settings.audio / "prompts", beside=beside)
    if faults:
        return faults, None
    (flow,) = flows
    with here.store.write() as db:
        publishing.open_draft(db, folder, flow.version, numbers=numbers, until=until, who=who, now=here.stamp)
    return [], flow


def contact_keys(numbers: Iterable[str]) -> set[str]:
    """Test telephones as the carrier's callers are known. Raises Wrong, with the number that is none."""
    contacts = [contact_key(number) for number in numbers]
    for contact in contacts:
        if contact.kind != "number":
            raise Wrong(f"{contact.raw}: no telephone number. Write it whole: +628115550117")
    return {contact.key for contact in contacts}
