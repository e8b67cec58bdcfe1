"""Error pages: what happened, in words, and where to go from there. No stack trace, no version.

Programs get web/api/problems.py.
"""

from __future__ import annotations

import logging

from flask import Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from store import NotStored
from web.api import problems

log = logging.getLogger(__name__)

KNOWN = (400, 403, 404, 405, 413, 415, 429, 500, 503)


def install(app: Flask) -> None:
    """One page for all errors; its words by status, or by what the guard refused."""

    @app.errorhandler(HTTPException)
    def known(problem: HTTPException) -> Response:
        status = problem.code if problem.code in KNOWN else 500
        if of_programs():
            allowed = dict(problem.get_headers()).get("Allow") if status == 405 else None
            return problems.of_status(status, g.get("refused", ""), {"Allow": allowed} if allowed else None)
        return page(status)

    @app.errorhandler(problems.Problem)
    def for_a_program(problem: problems.Problem) -> Response:
        return problems.answer(problem)

    @app.errorhandler(NotStored)
    def not_stored(problem: NotStored) -> Response:
        log.error("a page could not reach the database", extra={"path": request.path, "error": str(problem)})
        return page(503)

    @app.errorhandler(Exception)
    def unknown(problem: Exception) -> Response:
        log.exception("a page failed", extra={"path": request.path, "method": request.method})
        return page(500)


def of_programs() -> bool:
    """Was it a program that asked?"""
    return request.path.startswith("/api/")


def page(status: int | None) -> Response:
    """The page of a status; for programs what they can read."""
    what = g.get("refused") or f"status_{status}"
    if of_programs():
        return problems.of_status(status)
    who = [f"people.role_{role}" for role in g.get("who_may", ()) if role != "halfway"]
    return make_response(render_template("error.html", status=status, what=what, who=who), status or 500)
