"""`python app.py users tokens`: whose tokens there are, and the end of one."""

import pytest

import app
from sessions.console import accounts, api_tokens
from store import api_tokens as rows
from store import audit
from store.times import text
from tests.gateways import gateway_of
from tests.sessions.caseflow import FLOW

__all__ = ["gateway_of"]


@pytest.fixture
def run(gateway_of, monkeypatch, capsys):
    """A function: runs the command on an installation with one token of sinta's, and gives code, output and complaints."""
    gateway = gateway_of(FLOW)
    monkeypatch.setenv("INSTANCE", str(gateway.settings.instance))
    monkeypatch.setenv("CLOCK", "2026-03-11T10:15+07:00")
    user, _ = accounts.add(gateway, "test", login="sinta", name="Sinta", role="supervisor")
    with gateway.store.write() as db:
        token, secret = api_tokens.make(
            gateway, db, user, name="CRM", scopes=["read"], days="90", may=["read"]
        )

    def command(*words: str):
        code = app.main(["users", "tokens", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    command.gateway, command.token, command.secret = gateway, token, secret
    return command


def test_it_lists_whose_until_when_and_never_the_secret(run):
    code, out, _ = run()
    assert code == 0 and run.token.id in out and "sinta" in out and "lives" in out and "CRM" in out
    assert run.secret not in out and run.token.hash not in out
    assert run("SINTA")[1] == out
    code, _, err = run("nobody")
    assert code == 1 and "Nobody is called nobody" in err


def test_it_ends_one_at_once_and_says_who_did(run):
    code, out, _ = run("--revoke", run.token.id)
    assert code == 0 and out == f"{run.token.id} opens nothing any more.\n"
    gateway = run.gateway
    assert not rows.load(gateway.store.read(), run.token.id).lives(text(gateway.clock()))
    assert audit.latest(gateway.store.read(), 1)[0].action == "token_revoked"
    assert "revoked" in run()[1]
    code, _, err = run("--revoke", run.token.id)
    assert code == 1 and "lists them" in err
