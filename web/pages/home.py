"""The first page: what there is to do now, and where."""

from flask import Blueprint, render_template

from sessions.gateway import Gateway
from web.tools import Tools


def blueprint(gateway: Gateway, tools: Tools) -> Blueprint:
    routes = Blueprint("home", __name__)

    @routes.get("/")
    def home() -> str:
        return render_template("home/home.html", services=gateway.services.services())

    return routes
