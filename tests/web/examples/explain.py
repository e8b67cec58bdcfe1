"""Explanations: a contact that waits at the desk; one whose number, reasons and steps are hostile."""

from datetime import timedelta

from desk.routing.contacts import CALL, Contact, Need
from desk.routing.events import Arrived
from sessions.desk import desk
from store import desk as rows
from store.times import text
from tests.told import Writer

CONTACT = "CAexplained"


def contact(console) -> str:
    """A caller of `hello` who waits."""
    gateway = console.gateway
    with gateway.store.write() as db:
        if db.execute("SELECT 1 FROM sessions WHERE id = ?", (CONTACT,)).fetchone() is None:
            now = gateway.clock()
            writer = Writer(db, "hello", "umum")
            writer.session(CONTACT, now - timedelta(seconds=50), outcome=None, contact="+6281377770001")
            need = Need("hello", "umum", tier=4)
            desk.happen(
                gateway, db, Arrived(Contact(CONTACT, CALL, need, now, number="+6281377770001")), text(now)
            )
            # Nobody of the cast is asked for it: other tests look on who is rung.
            # It leaves again, and is explained by what was.
    return CONTACT


VALUES = {"id": contact}
WHO = "supervisor"  # agents read of their own contacts only


def plant(console, payloads: list[str]) -> None:
    """As reasons and agents of the desk's lines."""
    contact(console)
    with console.gateway.store.write() as db:
        for payload in payloads:
            rows.tell_contact(
                db, at=text(console.gateway.clock()), contact=CONTACT, service=payload, skill=payload, tier=1, channel="voice",
                what=payload, detail={"agent": payload, "why": payload},
            )  # fmt: skip
