"""Work: the inbox, a case, a text dialogue, and one's own desk. One blueprint; its addresses stand in web/work/."""

from flask import Blueprint

from sessions.gateway import Gateway
from web.tools import Tools
from web.work import acts, case, desk, dialogue, inbox, typing
from web.work import recordings as sound


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    """All addresses under /work."""
    routes = Blueprint("work", __name__, url_prefix="/work")
    for part in (inbox, case, acts, dialogue, desk, typing, sound):
        part.register(routes, gateway, tools)
    return routes
