"""Operations: a dead letter that nobody needs, and hostile texts in dead letters."""

from store import outbox
from store.times import text

LETTER = "01EXAMPLELETTER"


def letter(
    console,
    id: str = LETTER,
    why: str = "the carrier refused it",
    target: str = "+6281377770002",
    payload: str = "{}",
) -> str:
    """A text that was given up."""
    with console.gateway.store.write() as db:
        if outbox.load(db, id) is None:
            outbox.put(
                db, kind="sms", target=target, payload=payload, now=text(console.gateway.clock()), id=id
            )
        db.execute("UPDATE outbox SET state = 'dead', last_error = ? WHERE id = ?", (why, id))
    return id


VALUES = {"id": letter, "act": "drop"}


def plant(console, payloads: list[str]) -> None:
    """As causes and as numbers of dead letters."""
    for place, payload in enumerate(payloads[:60]):
        letter(console, f"01HOSTILE{place}", payload, payload)
