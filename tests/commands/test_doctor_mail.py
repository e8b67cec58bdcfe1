"""doctor on mail: what agents' acts need, and whether it is there."""

from __future__ import annotations

import dataclasses

import pytest

import settings
from carrier.emulator.mailbox import Mailbox
from commands.doctor_finding import FAULT, OK, WARNING
from commands.doctor_mail import mail
from tests.acts.conftest import DESK, FLOW
from tests.house import ROOT


@pytest.fixture
def installed(tmp_path):
    """Settings of an installation whose service has an act."""
    flows = tmp_path / "flows" / "contoh"
    flows.mkdir(parents=True)
    (flows / "flow.yaml").write_text(FLOW)
    (flows / "desk.yaml").write_text(DESK)
    environ = {"INSTANCE": str(tmp_path / "instance"), "FLOWS": str(tmp_path / "flows")}
    return settings.load(environ, ROOT, make_credentials=True)


def told(installed, **fields):
    changed = dataclasses.replace(installed, **fields)
    return [(finding.level, finding.text, finding.way_out) for finding in mail(changed)]


def test_an_act_without_a_mail_server_is_a_fault(installed):
    ((level, text, way_out),) = told(installed, emulated=False)
    assert level == FAULT and "contoh: the act kirim sends mail" in text and "SMTP_HOST" in way_out


def test_without_acts_nobody_needs_one(installed, tmp_path):
    (tmp_path / "flows" / "contoh" / "desk.yaml").unlink()
    (tmp_path / "flows" / "contoh" / "flow.yaml").write_text(FLOW.replace("handover: pemilik, ", ""))
    assert told(installed, emulated=False) == []


def test_the_emulators_mailbox_lets_us_in_once_it_is_there(installed):
    ((level, text, _),) = told(installed)
    assert level == FAULT and "FileNotFoundError" in text
    installed.mailbox.parent.mkdir(parents=True)
    Mailbox().start(installed.mailbox.parent)
    ((level, text, _),) = told(installed)
    assert level == OK and "nothing leaves this machine" in text


def test_a_server_that_does_not_answer_is_named_and_so_is_a_system_that_may_not_be_asked(installed):
    found = told(
        installed,
        emulated=False,
        smtp_host="127.0.0.1",
        smtp_port=9,
        smtp_security="none",
        mail_from="kami@contoh.id",
    )
    assert [level for level, _, _ in found] == [FAULT, WARNING]
    assert "ConnectionRefusedError" in found[0][1] and "kode.contoh.go.id" in found[1][1]
