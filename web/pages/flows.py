"""Services on pages: the drawn flow, its files in an editor, check, tests, what would change, publication, versions.

Whatever is done goes through the functions of the commands (web.flow_tools.FlowTools). A file is saved as its text, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from difflib import unified_diff
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.check import ERROR, Finding
from engine.drawing import svg
from engine.flow import Flow
from engine.load import FlowFaults
from sessions import services
from sessions.gateway import Gateway
from sessions.publishing import flow_files, publishing
from sessions.publishing.flow_files import PIECE, TABLE, Changed, File, NotWritten
from sessions.publishing.impact import under_way
from sessions.services import COMMON, Folder
from sessions.translations import finding_in, in_language
from store import flows as rows
from store.times import instant
from store.times import text as stamp
from web import flow_traffic
from web.accounts import visits
from web.flow_tools import FlowTools, Outcome, Refused
from web.tables import grid
from web.tools import Tools
from web.words import language

Page = str | tuple[str, int] | AnyResponse
SHORT = 8  # hex digits of a version that people read
_VERSIONS = ("version", "before", "content")
BEGUN = {"table": ("data/", ".csv"), "piece": (COMMON, ".yaml"), "test": ("tests/", ".yaml")}
SCHEMAS = {"flow.yaml": "flow", "texts.yaml": "texts", "promises.yaml": "promises", "desk.yaml": "desk"}


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/flows: every service; /flows/NAME: one; /flows/NAME/files/…: the editor."""
    routes = Blueprint("flows", __name__, url_prefix="/flows")
    shown = Shown(gateway, tools.flows)

    @routes.get("", endpoint="flows")
    def everything() -> Page:
        return render_template("flows/flows.html", services=shown.all())

    @routes.get("/<service>", endpoint="service")
    def service(service: str) -> Page:
        return shown.service(service)

    @routes.get("/<service>/drawing.svg")
    def drawing(service: str) -> Response:
        """Drawn as the files stand, findings marked; as it is published where they cannot be read."""
        folder = shown.known(service)
        found = tools.flows.findings(service, {})
        try:
            flow: Flow | None = folder.load()
        except FlowFaults:
            flow = gateway.services.current(service)
        drawn = svg(flow, found) if flow else None
        return Response(drawn, content_type="image/svg+xml") if drawn else abort(404)

    @routes.get("/<service>/travelled.svg", endpoint="travelled")
    def travelled(service: str) -> Response:
        """As it is published, with the ways that contacts took."""
        shown.known(service)
        flow = gateway.services.current(service) or abort(404)
        drawn = svg(flow, [], flow_traffic.asked(gateway, flow).for_drawing())
        return Response(drawn, content_type="image/svg+xml")

    @routes.get("/<service>/findings", endpoint="findings")
    def findings(service: str) -> str:
        """All findings of the files as they stand, as a piece of a page: it takes a walk."""
        shown.known(service)
        return render_template("flows/findings.html", findings=tools.flows.findings(service, {}))

    @routes.get("/schema/<name>.json")
    def schema(name: str) -> Response:
        found = tools.flows.schema(name)
        return jsonify(found) if found else abort(404)

    _add_editing(routes, gateway, tools.flows, shown)
    _add_publishing(routes, tools.flows, shown)
    return routes


# --- files ---


def _add_editing(routes: Blueprint, gateway: Gateway, flows: FlowTools, shown: Shown) -> None:
    @routes.get("/<service>/files/<path:name>", endpoint="edit")
    def edit(service: str, name: str) -> Page:
        return shown.editor(service, shown.file(service, name), saved="saved" in request.args)

    @routes.post("/<service>/files/<path:name>", endpoint="save")
    def save(service: str, name: str) -> Page:
        typed, seen = request.form.get("text", ""), request.form.get("seen", "")
        shown.file(service, name)
        try:
            flow_files.save(gateway, gateway.settings.flows, service, name, typed, seen, visits.me().login)
        except Changed as other:
            return shown.editor(service, other.now, typed=typed, changed=True), 409
        except NotWritten as fault:
            mine = File(name, typed, seen)
            return shown.editor(service, mine, fault=str(fault)), 422
        return redirect(url_for("flows.edit", service=service, name=name, saved=1), 303)

    @routes.get("/<service>/begin", endpoint="begin")
    def begin(service: str) -> Page:
        """A file that is not there yet, in the editor: it is there once it is saved."""
        place, end = BEGUN.get(request.args.get("kind", ""), ("", ""))
        if not place:
            return redirect(url_for("flows.service", service=service), 303)
        name = f"{place}{request.args.get('name', '').strip()}{end}"
        shown.file(service, name)
        return redirect(url_for("flows.edit", service=service, name=name), 303)

    @routes.post("/<service>/check")
    def check(service: str) -> Response:
        """What `check` says of a text while it is typed."""
        shown.known(service)
        name, typed = request.form.get("file", ""), request.form.get("text", "").replace("\r\n", "\n")
        shown.file(service, name)
        walk = request.form.get("walk") != "no"
        found = flows.findings(service, {name: typed}, walk=walk, asker=visits.me().login)
        mine = _told_as(service, name)
        rows = grid(typed, (each for each in found if each.file == mine)) if TABLE.match(name) else None
        return jsonify(
            grid=rows and rows._asdict(),
            findings=[asdict(finding_in(each, language())) for each in found if each.file == mine],
            elsewhere=[
                in_language(str(each), language())
                for each in found
                if each.file != mine and each.severity == ERROR
            ],
        )


# --- publication ---


def _add_publishing(routes: Blueprint, flows: FlowTools, shown: Shown) -> None:
    @routes.get("/<service>/tests", endpoint="tests")
    def tests(service: str) -> Page:
        shown.known(service)
        return render_template("flows/tests.html", service=service, played=flows.played(service))

    @routes.get("/<service>/publish", endpoint="offer")
    def offer(service: str) -> Page:
        """What would change for callers, and whether anything speaks against it."""
        shown.known(service)
        content = flows.content(service)
        return render_template(
            "flows/offer.html", service=service, offer=flows.offered(service), content=content
        )

    @routes.post("/<service>/publish", endpoint="publish")
    def publish(service: str) -> Page:
        shown.known(service)
        return shown.done(
            service, "published", lambda who: flows.publish(service, request.form.get("content", ""), who)
        )

    @routes.post("/<service>/rollback", endpoint="roll_back")
    def roll_back(service: str) -> Page:
        version, why = request.form.get("version", ""), request.form.get("why", "").strip()
        if not why:
            return shown.service(service, fault=("why", "")), 422
        return shown.done(service, "rolled_back", lambda who: flows.roll_back(service, version, who, why))

    @routes.post("/<service>/draft", endpoint="draft")
    def draft(service: str) -> Page:
        shown.known(service)
        if request.form.get("end"):
            flows.end_draft(service, visits.me().login)
            return redirect(url_for("flows.service", service=service, done="draft_ended"), 303)
        numbers = request.form.get("numbers", "").split()
        return shown.done(
            service, "draft_open", lambda who: flows.open_draft(service, numbers, who), field="numbers"
        )


def _kind(name: str) -> str:
    """What an editor completes from: a schema (docs/schema), or nothing for a table."""
    if TABLE.match(name):
        return "table"
    return "piece" if PIECE.match(name) else SCHEMAS.get(name, "tests")


def _told_as(service: str, name: str) -> str:
    """The file as findings name it."""
    return name if PIECE.match(name) else f"{service}/{name}"


def _detail(written: str) -> str:
    """What an audit line says more, short enough for a cell: 'version 631582fa, why uji'."""
    try:
        told = json.loads(written)
    except ValueError:
        return written
    if not isinstance(told, dict):
        return written
    return ", ".join(
        f"{name} {str(value)[:SHORT] if name in _VERSIONS else value}"
        for name, value in told.items()
        if value
    )


class Shown:
    """What the pages show of services: folders, versions, who did what."""

    def __init__(self, gateway: Gateway, flows: FlowTools) -> None:
        self._gateway, self._flows = gateway, flows

    def folders(self) -> dict[str, Folder]:
        return {folder.id: folder for folder in services.read_folders(self._gateway.settings.flows)}

    def known(self, service: str) -> Folder:
        """The service's folder; 404 when there is none."""
        return self.folders().get(service) or abort(404)

    def file(self, service: str, name: str) -> File:
        try:
            return flow_files.read(self._gateway.settings.flows, service, name) or abort(404)
        except UnicodeDecodeError:
            abort(415)

    def all(self) -> list[dict[str, Any]]:
        return [self.state(name, folder) for name, folder in self.folders().items()]

    def state(self, name: str, folder: Folder) -> dict[str, Any]:
        """Where a service stands: its flow, versions, hold and draft."""
        db, now = self._gateway.store.read(), stamp(self._gateway.clock())
        flow = self._gateway.services.current(name)
        current = rows.current(db, name)
        published = next((row for row in rows.versions(db, name) if row.version == current), None)
        return {
            "id": name,
            "flow": flow,
            "current": current,
            "published": published,
            "held": rows.held(db).get(name),
            "draft": rows.drafts(db, now).get(name),
            "differs": services.differs(db, folder),
        }

    def versions(self, service: str) -> list[tuple[rows.VersionRow, int]]:
        """Every version that is kept, with how many contacts are on it now."""
        db = self._gateway.store.read()
        sessions = under_way(db, service)
        return [
            (row, sum(1 for each in sessions if each.version == row.version))
            for row in rows.versions(db, service)
        ]

    def service(
        self, service: str, *, outcome: Outcome | None = None, fault: tuple[str, str] | None = None
    ) -> str:
        folder = self.known(service)
        db = self._gateway.store.read()
        return render_template(
            "flows/service.html",
            service=self.state(service, folder),
            files=flow_files.names(self._gateway.settings.flows, service),
            pieces=flow_files.pieces(self._gateway.settings.flows),
            new_files=[name for name in flow_files.NAMES if name not in folder.files],
            findings=self._flows.findings(service, {}, walk=False),
            versions=self.versions(service),
            history=[(row, _detail(row.detail)) for row in publishing.history(db, service)[:20]],
            outcome=outcome,
            traffic=flow_traffic.for_page(self._gateway, service),
            fault=fault,
            given=request.form,
            done=request.args.get("done", ""),
            short=SHORT,
            instant=instant,
        )

    def done(self, service: str, what: str, act: Callable[[str], Outcome], field: str = "") -> Page:
        """Does it in the name of whoever is signed in; says why it was refused, or what callers notice."""
        try:
            outcome = act(visits.me().login)
        except Refused as refused:
            return self.service(service, fault=(field, str(refused))), 409
        if outcome.faults:
            return self.service(service, outcome=outcome), 422
        return redirect(url_for("flows.service", service=service, done=what), 303)

    def _runners(self, name: str) -> list[str]:
        """The services as they are published that run this piece; [] for a file of one service."""
        if not PIECE.match(name):
            return []
        steps = name.removeprefix(COMMON).removesuffix(".yaml") + "/"
        flows = self._gateway.services.services()
        return sorted(flow.id for flow in flows if any(step.startswith(steps) for step in flow.steps))

    def editor(
        self,
        service: str,
        file: File,
        *,
        typed: str | None = None,
        changed: bool = False,
        fault: str = "",
        saved: bool = False,
    ) -> str:
        """``changed``: somebody else saved; what was typed stays in the editor, and what differs is told."""
        text = (file.text if typed is None else typed).replace("\r\n", "\n")
        found: list[Finding] = self._flows.findings(service, {file.name: text}, walk=False)
        mine = _told_as(service, file.name)
        own = [each for each in found if each.file == mine]
        theirs = file.text.replace("\r\n", "\n")
        return render_template(
            "flows/edit.html",
            service=service,
            file=file,
            text=text,
            kind=_kind(file.name),
            files=flow_files.names(self._gateway.settings.flows, service),
            pieces=flow_files.pieces(self._gateway.settings.flows),
            runners=self._runners(file.name),
            grid=grid(text, own) if TABLE.match(file.name) else None,
            findings=own,
            changed=list(unified_diff(theirs.splitlines(), text.splitlines(), n=1, lineterm=""))[2:]
            if changed
            else None,
            fault=fault,
            saved=saved,
        )
