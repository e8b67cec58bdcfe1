"""The mailbox beside the telephones: what would have been sent by mail. It is the emulator's, and delivers nothing."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, abort, render_template

from carrier.phone import Unreachable
from web.phone_line import PhoneLine
from web.work.inbox import fragment

NEWEST = 20


def register(routes: Blueprint, line: PhoneLine) -> None:
    """Addresses below /phone/mails."""

    @routes.get("/mails", endpoint="mails")
    def mails() -> Response:
        try:
            found = line.mails()
        except Unreachable:  # asked for again and again: no failure of this page, which says it in words
            return fragment(render_template("phone/mails.html", mails=None))
        return fragment(render_template("phone/mails.html", mails=found[::-1][:NEWEST]))

    @routes.get("/mails/<int:position>.pdf", endpoint="letter")
    def letter(position: int) -> Response:
        """The first file of a mail, as it was attached."""
        for mail in line.mails():
            if mail["position"] == position and mail["files"]:
                file = mail["files"][0]
                head = {"Content-Disposition": f'attachment; filename="{position}.pdf"'}
                return Response(
                    base64.b64decode(file["base64"]), content_type="application/pdf", headers=head
                )
        abort(404)
