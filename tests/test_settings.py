"""Settings: what an operator who made mistakes reads, and what production refuses."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

import settings

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "canary-token-0123456789"
KEY = "canary-key-" + "k" * 32
PRODUCTION = {
    "ENV": "production",
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "SECRET_KEY": KEY,
    "VAULT_KEY": "ca9a" * 16,
    "PUBLIC_URL": "https://ivr.example.go.id/sambung/",
    "CONSOLE_URL": "https://konsol.example.go.id",
}

MAIL = {"SMTP_HOST": "mail.example.go.id", "MAIL_FROM": "kami@example.go.id"}


def faults(environ: dict[str, str], root: Path) -> list[str]:
    with pytest.raises(settings.WrongSettings) as refused:
        settings.load(environ, root)
    return refused.value.faults


def test_an_empty_environment_is_development_on_this_machine(tmp_path):
    found = settings.load({}, tmp_path)
    assert (found.env, found.production, found.port, found.emulator_port) == (
        "development",
        False,
        8000,
        8010,
    )
    assert found.public_url == "http://127.0.0.1:8000"
    assert found.carrier_api_url == "http://127.0.0.1:8010" and found.emulated
    assert found.database == tmp_path / "instance" / "gateway.db"
    assert (found.dial_prefixes, found.dial_denied, found.dial_time_limit) == (("+62",), ("+62809",), 3600)


def test_production_names_everything_that_is_missing_at_once(tmp_path):
    told = faults({"ENV": "production"}, tmp_path)
    names = [fault.split()[0] for fault in told]
    assert names == [
        *("PUBLIC_URL", "CONSOLE_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "SECRET_KEY", "VAULT_KEY"),
    ]


def test_the_refusal_says_where_every_variable_is_explained(tmp_path):
    with pytest.raises(settings.WrongSettings, match=re.escape("docs/runbook.md")):
        settings.load({"ENV": "production"}, tmp_path)


def test_a_whole_production_environment_is_accepted(tmp_path):
    found = settings.load(PRODUCTION, tmp_path)
    assert found.public_url == "https://ivr.example.go.id/sambung"
    assert found.account_sids == (ACCOUNT,)
    assert found.carrier_api_url == "https://api.twilio.com"
    assert not found.emulated


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ENV": "staging"}, "ENV is 'staging'; it should be: development or production"),
        (
            {"PUBLIC_URL": "http://ivr.example.go.id"},
            "PUBLIC_URL is 'http://ivr.example.go.id': in production",
        ),
        ({"PUBLIC_URL": "https://ivr.example.go.id/?a=1"}, "query, a fragment or a password"),
        ({"PUBLIC_URL": "https://user:pass@ivr.example.go.id"}, "query, a fragment or a password"),
        ({"PUBLIC_URL": "https://ivr.example.go.id:abc"}, "no address"),
        ({"PUBLIC_URL": "ivr.example.go.id"}, "no address"),
        ({"CONSOLE_URL": "http://konsol.example.go.id"}, "https only"),
        (
            {"CONSOLE_URL": "https://example.go.id/konsol"},
            "CONSOLE_URL is 'https://example.go.id/konsol': it has a path",
        ),
        (
            {"CARRIER_API_URL": "http://127.0.0.1:8010"},
            "CARRIER_API_URL is 'http://127.0.0.1:8010': in production",
        ),
        ({"TWILIO_ACCOUNT_SID": "AC123"}, "TWILIO_ACCOUNT_SID is 'AC123'"),
        ({"TWILIO_AUTH_TOKEN": "short"}, "TWILIO_AUTH_TOKEN has 5 characters"),
        ({"SECRET_KEY": "k" * 31}, "SECRET_KEY has 31 characters"),
        ({"VAULT_KEY": "0" * 63}, "VAULT_KEY has 63 characters"),
        ({"VAULT_OLD_KEYS": "0" * 64 + ",no"}, "VAULT_OLD_KEYS has an entry (number 2)"),
        ({"DELETE_AT_CARRIER": "ja"}, "DELETE_AT_CARRIER is 'ja'"),
        ({"TWILIO_OLD_TOKENS": "0123456789abcdef0@2026-13-01"}, "TWILIO_OLD_TOKENS has an entry (number 1)"),
        ({"TWILIO_OLD_TOKENS": "0123456789abcdef0@20261231"}, "TWILIO_OLD_TOKENS has an entry (number 1)"),
        ({"TWILIO_OLD_TOKENS": "0123456789abcdef0"}, "token@2026-12-31"),
        ({"ACCOUNT_SIDS": ACCOUNT + ",nobody"}, "ACCOUNT_SIDS names 'nobody'"),
        ({"FORWARDED_ALLOW_IPS": "*"}, "FORWARDED_ALLOW_IPS is *, which believes anybody"),
        ({"PORT": "80800"}, "PORT is '80800'; it should be: a whole number from 1 to 65535"),
        ({"PORT": "٨٠٠٠"}, "PORT is"),
        ({"WORKERS": "0"}, "WORKERS is '0'"),
        ({"THREADS": "many"}, "THREADS is 'many'"),
        ({"DIAL_TIME_LIMIT": "14401"}, "DIAL_TIME_LIMIT is '14401'"),
        ({"DIAL_PREFIXES": "62"}, "DIAL_PREFIXES names '62'; it should be: a prefix such as +62"),
        ({"EMERGENCY_AGENTS": "0811-555-0101"}, "EMERGENCY_AGENTS names '0811-555-0101'"),
        ({"LOOKUP_HOSTS": "https://data.example.go.id"}, "LOOKUP_HOSTS names"),
        ({"LOG_LEVEL": "chatty"}, "LOG_LEVEL is 'chatty'; it should be: DEBUG or INFO"),
        ({"BIND": "0.0.0.0; rm"}, "BIND is"),
        (
            {"VOSK_MODELS": "/srv/models/ko"},
            "VOSK_MODELS names '/srv/models/ko'; it should be: language=folder",
        ),
        ({"VOSK_MODELS": "ko=/srv/a, ko=/srv/b"}, "VOSK_MODELS names ko twice"),
        ({"MENU_SPEECH": "yes"}, "MENU_SPEECH is 'yes'; it should be: no or offline or carrier"),
        ({"MENU_SPEECH": "offline", "SPEECH": "no"}, "MENU_SPEECH is offline while SPEECH is no"),
        ({"SMTP_HOST": "mail.example.go.id"}, "MAIL_FROM"),
        ({**MAIL, "SMTP_HOST": "mail.example.go.id:25"}, "SMTP_HOST is 'mail.example.go.id:25'"),
        ({**MAIL, "SMTP_SECURITY": "none"}, "mail would be sent in the clear"),
        ({**MAIL, "SMTP_USER": "kami"}, "SMTP_PASSWORD and SMTP_USER belong together"),
        ({**MAIL, "MAIL_FROM": "Kami <kami@example.go.id>"}, "MAIL_FROM is"),
        ({"CARRIER_SPEECH": "yes"}, "MENU_SPEECH has taken the place of CARRIER_SPEECH"),
    ],
)
def test_a_wrong_variable_is_named_with_its_fault_and_the_way_out(tmp_path, change, says):
    told = faults(PRODUCTION | change, tmp_path)
    assert len(told) == 1 and says in told[0] and "it should be: " in told[0]


def test_what_is_wrong_never_repeats_a_secret(tmp_path):
    told = faults(
        {**PRODUCTION, "TWILIO_AUTH_TOKEN": "canary 1", "TWILIO_OLD_TOKENS": "canary-2@never"}, tmp_path
    )
    assert len(told) == 2 and "canary" not in str(told)
    assert "canary" not in repr(settings.load(PRODUCTION, tmp_path))


@pytest.mark.parametrize(
    "name", sorted({variable.name for variable in settings.VARIABLES} - {"INSTANCE", "FLOWS", "AUDIO"})
)
def test_every_variable_is_read_and_checked(tmp_path, name):
    # INSTANCE, FLOWS and AUDIO are left out: any name will do for a folder.
    assert name in faults({**PRODUCTION, name: "\x00"}, tmp_path)[0]


def test_folders_of_speech_models_stand_in_the_root_unless_they_are_absolute(tmp_path):
    found = settings.load(
        {**PRODUCTION, "SPEECH_MODEL_DIR": "small", "VOSK_MODELS": "ko=/srv/ko,vi=vi-0.4"}, tmp_path
    )
    assert found.speech_model_dir == tmp_path / "small"
    assert found.vosk_models == (("ko", Path("/srv/ko")), ("vi", tmp_path / "vi-0.4"))
    assert settings.load(PRODUCTION, tmp_path).speech_model_dir is None


def test_mail_needs_a_server_but_in_development_the_emulators_mailbox_takes_it(tmp_path):
    assert not settings.load(PRODUCTION, tmp_path).mails
    found = settings.load(PRODUCTION | MAIL | {"SMTP_USER": "kami", "SMTP_PASSWORD": "canary-mail"}, tmp_path)
    assert found.mails and (found.smtp_port, found.smtp_security) == (587, "starttls")
    assert "canary-mail" in found.secrets() and "canary-mail" not in repr(found)
    assert settings.load({}, tmp_path).mails


@pytest.mark.parametrize(
    "name", ["TWILIO_AUTH_TOKEN", "SECRET_KEY", "TWILIO_OLD_TOKENS", "VAULT_KEY", "VAULT_OLD_KEYS"]
)
def test_a_secret_may_stand_in_a_file_that_only_we_may_read(tmp_path, name):
    secret = "fedcba9876543210" * 4
    file = tmp_path / "secret"
    file.write_text((f"{secret}@2027-01-31" if name == "TWILIO_OLD_TOKENS" else secret) + "\n")
    environ = {key: value for key, value in PRODUCTION.items() if key != name} | {f"{name}_FILE": str(file)}

    file.chmod(0o640)
    assert "mode 0640" in faults(environ, tmp_path)[0]
    file.chmod(0o600)
    assert secret in settings.load(environ, tmp_path).secrets()
    assert "one of the two" in faults({**environ, name: f"{secret}@2027-01-31"}, tmp_path)[0]
    file.unlink()
    assert "cannot be read" in faults(environ, tmp_path)[0]


def test_an_old_token_counts_until_the_end_of_its_day(tmp_path):
    old = "old-token-0123456789"
    found = settings.load({**PRODUCTION, "TWILIO_OLD_TOKENS": f"{old}@2026-12-31"}, tmp_path)
    assert found.tokens_on(date(2026, 12, 31)) == (TOKEN, old)
    assert found.tokens_on(date(2027, 1, 1)) == (TOKEN,)


def test_development_makes_its_credentials_once_and_every_process_reads_the_same(tmp_path):
    made = settings.load({}, tmp_path, make_credentials=True)
    again = settings.load({}, tmp_path, make_credentials=True)
    reader = settings.load({}, tmp_path)
    assert made.account_sid.startswith("AC") and made.auth_token and made.secret_key
    assert made == again == reader
    assert (tmp_path / "instance" / "development.json").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "instance").iterdir()] == ["development.json"]


def test_development_keeps_the_key_of_recordings_beside_them_and_never_with_them(tmp_path):
    assert settings.load({}, tmp_path).vault_key == ""
    made = settings.load({"INSTANCE": "here/ours"}, tmp_path, make_credentials=True)
    file = tmp_path / "here" / "ours.key"
    assert file.read_text().strip() == made.vault_key and file.stat().st_mode & 0o777 == 0o600
    assert made.vault_key in made.secrets() and made.vault_key not in repr(made)
    assert settings.load({"INSTANCE": "here/ours"}, tmp_path, make_credentials=True) == made
    file.chmod(0o644)
    assert "chmod 600" in faults({"INSTANCE": "here/ours"}, tmp_path)[0]
    file.chmod(0o600)
    file.write_text("short")
    assert "stands damaged" in faults({"INSTANCE": "here/ours"}, tmp_path)[0]


def test_a_key_that_would_be_copied_with_what_it_opens_is_refused(tmp_path):
    inside = tmp_path / "instance" / "vault-key"
    inside.parent.mkdir()
    inside.write_text(PRODUCTION["VAULT_KEY"])
    inside.chmod(0o600)
    environ = {name: value for name, value in PRODUCTION.items() if name != "VAULT_KEY"}
    assert "inside INSTANCE" in faults({**environ, "VAULT_KEY_FILE": str(inside)}, tmp_path)[0]
    outside = tmp_path / "vault-key"
    inside.rename(outside)
    assert settings.load({**environ, "VAULT_KEY_FILE": str(outside)}, tmp_path).vault_key == "ca9a" * 16


def test_development_credentials_that_others_may_read_or_that_are_damaged_are_refused(tmp_path):
    settings.load({}, tmp_path, make_credentials=True)
    file = tmp_path / "instance" / "development.json"
    file.chmod(0o644)
    assert "chmod 600" in faults({}, tmp_path)[0]
    file.chmod(0o600)
    file.write_text("{")
    assert "damaged" in faults({}, tmp_path)[0]
    file.write_text(json.dumps(["TWILIO_ACCOUNT_SID"]))
    assert "damaged" in faults({}, tmp_path)[0]


def test_without_credentials_whoever_needs_them_is_told_to_start_the_gateway(tmp_path):
    with pytest.raises(settings.WrongSettings, match="make run"):
        settings.require_account(settings.load({}, tmp_path))


def test_an_account_given_by_half_is_refused_in_development_too(tmp_path):
    assert [fault.split()[0] for fault in faults({"TWILIO_ACCOUNT_SID": ACCOUNT}, tmp_path)] == [
        "TWILIO_AUTH_TOKEN"
    ]


def test_a_real_account_in_development_is_not_emulated(tmp_path):
    environ = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    found = settings.load(environ, tmp_path, make_credentials=True)
    assert not found.emulated and found.carrier_api_url == "https://api.twilio.com"
    assert found.account_sid == ACCOUNT and len(found.secret_key) == 64


def test_the_two_ports_must_differ(tmp_path):
    assert "like PORT" in faults({"PORT": "8010"}, tmp_path)[0]


@pytest.mark.parametrize("where", ["a file", "nowhere"])
def test_an_instance_folder_that_cannot_be_made_is_a_fault_and_no_traceback(tmp_path, where):
    (tmp_path / "file").write_text("")
    instance = {"a file": tmp_path / "file", "nowhere": "/proc/none/such"}[where]
    with pytest.raises(settings.WrongSettings, match=r"INSTANCE is .* cannot be written"):
        settings.load({"INSTANCE": str(instance)}, tmp_path, make_credentials=True)


def test_a_moment_goes_on_from_where_the_running_service_began_with_it(tmp_path):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "clock").write_text("2026-03-11T10:15+07:00 -22000000\n")
    same = settings.load({"CLOCK": "2026-03-11T10:15+07:00"}, tmp_path)
    other = settings.load({"CLOCK": "2026-03-11T10:16+07:00"}, tmp_path)
    assert same.clock_offset == -22_000_000 and other.clock_offset != -22_000_000
