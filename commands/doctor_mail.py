"""What doctor looks at for mail: can what agents' acts send go out, and may the systems be asked that they need?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from commands.doctor_finding import FAULT, OK, WARNING, Finding
from commands.publishing_checks import checked
from commands.worker import post_of
from desk.acts import Act
from engine.flow import Flow
from sessions import services
from sessions.desk import desk_acts
from settings import Settings


def mail(settings: Settings) -> Iterator[Finding]:
    """The mail server is greeted, as the worker would, and sent nothing."""
    acts = list(_acts(settings))
    post = post_of(settings)
    if post is None:
        if acts:
            flow, act = acts[0]
            text = f"{flow.id}: the act {act.name} sends mail, and no mail server is set"
            yield Finding("mail", FAULT, text, "set SMTP_HOST and MAIL_FROM: docs/runbook.md, Mail")
        return
    where = f"{post.host}, {post.security}, from {post.sender}"
    fault = post.probe()
    if fault:
        way_out = "SMTP_HOST, SMTP_PORT, SMTP_SECURITY, SMTP_USER: docs/runbook.md, Mail"
        yield Finding("mail", FAULT, f"{where}: {fault}", way_out)
    else:
        here = "" if settings.smtp_host else " (the emulator's mailbox: nothing leaves this machine)"
        yield Finding("mail", OK, f"{where} lets us in{here}")
    if not settings.emulated:
        yield from _unlisted(settings, acts)


def _acts(settings: Settings) -> Iterator[tuple[Flow, Act]]:
    folders = services.read_folders(settings.flows)
    flows, _ = checked(folders)
    files = {folder.id: folder.files for folder in folders}
    for flow in flows:
        for act in desk_acts.declared(files[flow.id], flow).acts.values():
            yield flow, act


def _unlisted(settings: Settings, acts: list[tuple[Flow, Act]]) -> Iterator[Finding]:
    for flow, act in acts:
        host = urlsplit(flow.sources[act.asks].url).netloc
        if host not in settings.lookup_hosts:
            text = f"{flow.id}: the act {act.name} asks {host}, which is not in LOOKUP_HOSTS"
            yield Finding(
                "mail", WARNING, text, f"add {host} to LOOKUP_HOSTS, or mend `sources:` of the flow"
            )


CHECKS: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (("mail", mail),)
