"""Anchors of the audit outside the database, and the commands that follow its chain (security line 31)."""

from __future__ import annotations

import json

from sessions.console import auditing
from store import audit
from tests.gateways import NOW
from tests.house import command
from tests.sessions.caseflow import FLOW


def spoil(gateway, statement: str) -> None:
    with gateway.store.write() as db:
        db.execute(statement)


def test_a_tail_that_was_cut_off_and_a_chain_that_was_written_anew_are_found_by_the_anchors(gateway_of):
    gateway = gateway_of(FLOW)
    with gateway.store.write() as db:
        for place in range(4):
            audit.write(db, at=NOW, who="sinta", action=f"did_{place}", subject="x")
    auditing.anchor(gateway)
    assert auditing.verify(gateway, "test").faults == ()
    spoil(gateway, "DELETE FROM audit WHERE n > 2")
    assert "which stood there" in auditing.verify(gateway, "test").faults[0]
    spoil(gateway, "DELETE FROM audit")
    with gateway.store.write() as db:
        for _ in range(9):
            audit.write(db, at=NOW, who="thief", action="nothing_happened", subject="x")
    (fault,) = auditing.verify(gateway, "test").faults
    assert "is another than on" in fault


def test_an_anchor_that_was_changed_is_found(gateway_of):
    gateway = gateway_of(FLOW)
    with gateway.store.write() as db:
        audit.write(db, at=NOW, who="sinta", action="did", subject="x")
    auditing.anchor(gateway)
    file = gateway.settings.audit_anchors
    told = json.loads(file.read_text())
    file.write_text(json.dumps({**told, "n": 7}) + "\nnonsense\n")
    assert len(auditing.verify(gateway, "test").faults) == 2
    assert auditing.last_anchor(gateway).n == 7 and file.stat().st_mode & 0o077 == 0


def test_an_hour_has_one_anchor(gateway_of):
    gateway = gateway_of(FLOW)
    with gateway.store.write() as db:
        audit.write(db, at=NOW, who="sinta", action="did", subject="x")
    for _ in range(3):
        auditing.anchor_hourly(gateway)
    assert len(gateway.settings.audit_anchors.read_text().splitlines()) == 1


def test_the_command_ends_with_1_when_a_line_was_changed(gateway_of, tmp_path):
    gateway = gateway_of(FLOW)
    environ = {"INSTANCE": str(tmp_path / "instance")}
    assert "adi" in command(environ, "users", "add", "adi", "--name", "Adi")
    assert "login: Somebody has this user name" in command(
        environ, "users", "add", "adi", "--name", "Adi", code=1
    )
    assert "user_added" in command(environ, "audit", "--action", "user_")
    assert "anchored in" in command(environ, "audit", "anchor")
    assert command(environ, "audit", "verify").startswith("whole: 2 lines, 1 anchors")
    spoil(gateway, "UPDATE audit SET detail = '{}' WHERE n = 2")
    assert "line 2: changed" in command(environ, "audit", "verify", code=1)
