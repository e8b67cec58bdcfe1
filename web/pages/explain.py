"""Why a contact is where it is: looked for by ticket, SID or the end of a number, told as a timeline."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from desk.redaction import mask
from sessions.agents import staff
from sessions.console import accounts, explaining
from sessions.console.accounts import AGENT
from sessions.console.explaining import Who
from sessions.gateway import Gateway
from store.times import text
from web import words
from web.accounts import visits
from web.fresh import fragment
from web.policy import POLICY
from web.tools import Tools
from web.work import facts

Page = str | tuple[str, int] | Response
MOST_AGENTS = 200


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """/explain with its search, and /explain/CONTACT."""
    routes = Blueprint("explain", __name__, url_prefix="/explain")

    @routes.get("", endpoint="search")
    def search() -> Page:
        said = request.args.get("q", "").strip()[:80]
        who = who_asks(gateway)
        found = explaining.find(gateway, who, said) if said else explaining.at_desk(gateway, who)
        if said and len(found) == 1:
            return redirect(url_for("explain.contact", id=found[0].contact), 303)
        page = render_template("explain/search.html", said=said, found=found)
        return (page, 404) if said and not found else page

    @routes.get("/<id>", endpoint="contact")
    def contact(id: str) -> Page:
        return render_template("explain/contact.html", **_told(gateway, id))

    @routes.get("/<id>/now", endpoint="now")
    def now(id: str) -> Response:
        return fragment(render_template("explain/now.html", **_told(gateway, id)))

    return routes


def who_asks(gateway: Gateway) -> Who:
    """Agents read of their own contacts; supervisors and administrators of all that they may see."""
    user = visits.me()
    asker = accounts.asker_of(gateway, user)
    if user.role != AGENT:
        return Who(asker)
    return Who(asker, user.agent or "-")


def _told(gateway: Gateway, id: str) -> dict[str, object]:
    found = explaining.story(gateway, who_asks(gateway), id, words.language())
    if found is None:
        abort(404)
    agents = {one.agent.id: one.agent.name for one in staff.standings(gateway)}
    may_work = visits.me().role in POLICY["work.case"].may if "work.case" in POLICY else False
    return {
        "story": found,
        "named": lambda agent: agents.get(agent, agent),
        "mask": mask,
        "coming": [(text(at), name, owes) for at, name, owes in found.coming],
        "most_agents": MOST_AGENTS,
        "may_work": may_work,
        "desk_word": desk_word,
        "told": facts.told,
        "short": facts.short,
    }


def desk_word(what: str) -> str:
    """What happened at the desk, in words; its own name for what has none here."""
    key = f"explain.what_{what}"
    return words.t(key) if key in words.words() else what
