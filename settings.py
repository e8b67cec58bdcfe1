"""The environment, read once into one frozen Settings; every missing or wrong variable is named at once.

Nothing else reads the environment. A secret may stand in a file of mode 0600 instead, named by NAME_FILE:
TWILIO_AUTH_TOKEN_FILE=/etc/sambung/token. In development without an account `python app.py run`
makes an account, its token and a secret key once, in INSTANCE/development.json, where all find them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import credentials
from credentials import DEVELOPMENT_FILE
from environment import OldToken, Reader, WrongSettings
from variables import VARIABLES

__all__ = ["VARIABLES", "OldToken", "Settings", "WrongSettings", "load", "require_account"]

TWILIO_API = "https://api.twilio.com"
CLOCK_FILE = "clock"  # what `run` has made of CLOCK, for commands beside it

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_PREFIX = re.compile(r"\+[1-9][0-9]{0,13}")
_PUBLISH = re.compile(r"on_save|by_command")
_FOLDER = re.compile(r"[^\x00-\x1f]+")
_VOSK_MODEL = re.compile(r"[a-z]{2,3}=[^\x00-\x1f]+")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
_MAIL_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ADDRESS = re.compile(r"[A-Za-z0-9.:-]+")
_ADDRESSES = re.compile(r"\*|[A-Za-z0-9.:/, -]+")


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations. Made by load(); repr() hides secrets."""

    env: str
    root: Path
    bind: str
    port: int
    emulator_port: int
    instance: Path
    flows: Path
    publish_persons: int  # 2: a second person has to publish the same
    publish_on_save: bool  # `run` publishes what was edited; else `python app.py publish` does
    audio: Path
    public_url: str
    console: bool
    console_bind: str
    console_port: int
    console_url: str  # an origin: scheme, host and port, no path
    account_sid: str
    auth_token: str = field(repr=False)
    old_tokens: tuple[OldToken, ...] = field(repr=False)
    account_sids: tuple[str, ...]
    carrier_api_url: str
    secret_key: str = field(repr=False)
    vault_key: str = field(repr=False)
    vault_old_keys: tuple[str, ...] = field(repr=False)
    metrics_token: str = field(repr=False)
    delete_at_carrier: bool
    media_hosts: tuple[str, ...]
    emergency_agents: tuple[str, ...]
    dial_prefixes: tuple[str, ...]
    dial_denied: tuple[str, ...]
    dial_cap_per_hour: int
    dial_cap_per_day: int
    dial_time_limit: int
    speech: bool
    menu_speech: str  # no, offline (the process of SPEECH) or carrier
    speech_model_dir: Path | None
    speech_second_ear: bool
    vosk_models: tuple[tuple[str, Path], ...]  # language, folder
    clock_offset: int
    sms_per_hour: int
    sms_per_day: int
    sms_prefix_per_hour: int
    api_per_minute: int
    lookup_hosts: tuple[str, ...]
    smtp_host: str  # '' without an account: the emulator's mailbox
    smtp_port: int
    smtp_security: str  # starttls, tls or none
    smtp_user: str
    smtp_password: str = field(repr=False)
    mail_from: str
    audit_anchors: Path
    forwarded_allow_ips: str
    workers: int
    threads: int
    log_level: str
    emulated: bool  # no account was given: `run` starts the emulator, and the account is development.json's

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def database(self) -> Path:
        return self.instance / "gateway.db"

    @property
    def spool(self) -> Path:
        """Where a webhook waits, fsynced, while the database cannot be written."""
        return self.instance / "spool"

    @property
    def recordings(self) -> Path:
        return self.instance / "recordings"

    @property
    def mails(self) -> bool:
        """Can anything be sent by mail?"""
        return bool(self.smtp_host) or self.emulated

    @property
    def mailbox(self) -> Path:
        """Where the emulator says at which port its mailbox takes mail."""
        return self.instance / "emulator" / "mailbox.port"

    @property
    def models(self) -> Path:
        """Speech models that were joined or installed here."""
        return self.instance / "models"

    def tokens_on(self, day: date) -> tuple[str, ...]:
        """Tokens that may have signed on this day (UTC): the current one, then old ones not yet expired."""
        return (self.auth_token, *(old.token for old in self.old_tokens if day <= old.until))

    def secrets(self) -> tuple[str, ...]:
        """Every value that must never be seen in a log, an error or a page."""
        values = (
            *(self.auth_token, self.secret_key, self.vault_key, self.metrics_token, self.smtp_password),
            *(old.token for old in self.old_tokens),
            *self.vault_old_keys,
        )
        return tuple(value for value in values if value)


def load(environ: Mapping[str, str], root: Path, *, make_credentials: bool = False) -> Settings:
    """Settings from ``environ``; relative folders stand in ``root``. Raises WrongSettings with every fault.

    With ``make_credentials`` (only `run` asks for it) missing development credentials are made. Without it
    and without their file, account, token and key are empty: see require_account().
    """
    read = Reader(environ, VARIABLES)
    env = read.choice("ENV", ("development", "production"))
    production = env == "production"
    instance = root / read.text("INSTANCE")
    port = read.number("PORT", 1, 65535)
    emulator_port = read.number("EMULATOR_PORT", 1, 65535)
    account = credentials.account(read, production, instance, make_credentials)
    if account.emulated and port == emulator_port:
        read.fault("EMULATOR_PORT", f"is {port}, like PORT", "another free port")
    carrier = f"http://127.0.0.1:{emulator_port}" if account.emulated else TWILIO_API
    more_accounts = read.many("ACCOUNT_SIDS", credentials.ACCOUNT, "AC and 32 hexadecimal digits, comma list")
    settings = Settings(
        env=env,
        root=root,
        bind=read.one("BIND", _ADDRESS, "an address such as 127.0.0.1 or 0.0.0.0"),
        port=port,
        emulator_port=emulator_port,
        instance=instance,
        flows=root / read.text("FLOWS"),
        publish_persons=read.number("PUBLISH_PERSONS", 1, 2),
        publish_on_save=_publish_on_save(read, account.emulated),
        audio=root / read.text("AUDIO"),
        public_url=read.url("PUBLIC_URL", "" if production else f"http://127.0.0.1:{port}", https=production),
        console=read.choice("CONSOLE", ("yes", "no")) == "yes",
        console_bind=read.one("CONSOLE_BIND", _ADDRESS, "an address such as 127.0.0.1 or 0.0.0.0"),
        console_port=read.number("CONSOLE_PORT", 1, 65535),
        console_url=_console_url(read, production),
        account_sid=account.sid,
        auth_token=account.token,
        old_tokens=read.old_tokens("TWILIO_OLD_TOKENS"),
        account_sids=tuple(sid for sid in (account.sid, *more_accounts) if sid),
        carrier_api_url=read.url("CARRIER_API_URL", carrier, https=production),
        secret_key=account.secret_key,
        vault_key=credentials.vault_key(read, production, instance, make_credentials),
        vault_old_keys=read.secrets("VAULT_OLD_KEYS", credentials.VAULT_KEY, credentials.VAULT_KEY_FORM),
        metrics_token=read.secret("METRICS_TOKEN", at_least=16),
        delete_at_carrier=read.choice("DELETE_AT_CARRIER", ("no", "yes")) == "yes",
        media_hosts=read.many("MEDIA_HOSTS", _HOST, "a host such as media.example.go.id or host:9000"),
        emergency_agents=read.many("EMERGENCY_AGENTS", _E164, "a number such as +628115550101"),
        dial_prefixes=read.many("DIAL_PREFIXES", _PREFIX, "a prefix such as +62"),
        dial_denied=read.many("DIAL_DENIED", _PREFIX, "a prefix such as +62809"),
        dial_cap_per_hour=read.number("DIAL_CAP_PER_HOUR", 0, 1_000_000),
        dial_cap_per_day=read.number("DIAL_CAP_PER_DAY", 0, 10_000_000),
        # The carrier ends any call after four hours: twilio.com/docs/voice/twiml/dial#timelimit
        dial_time_limit=read.number("DIAL_TIME_LIMIT", 60, 14_400),
        speech=read.choice("SPEECH", ("yes", "no")) == "yes",
        menu_speech=_menu_speech(read),
        speech_model_dir=_folder(read, root, "SPEECH_MODEL_DIR"),
        speech_second_ear=read.choice("SPEECH_SECOND_EAR", ("yes", "no")) == "yes",
        vosk_models=_vosk_models(read, root),
        clock_offset=read.clock("CLOCK", instance / CLOCK_FILE, allowed=not production),
        sms_per_hour=read.number("SMS_PER_HOUR", 0, 100_000),
        sms_per_day=read.number("SMS_PER_DAY", 0, 1_000_000),
        sms_prefix_per_hour=read.number("SMS_PREFIX_PER_HOUR", 0, 1_000_000),
        api_per_minute=read.number("API_PER_MINUTE", 1, 1_000_000),
        lookup_hosts=read.many("LOOKUP_HOSTS", _HOST, "a host such as data.example.go.id or host:8443"),
        smtp_host=read.one("SMTP_HOST", _MAIL_HOST, "a host such as mail.example.go.id"),
        smtp_port=read.number("SMTP_PORT", 1, 65535),
        smtp_security=_smtp_security(read, production),
        smtp_user=read.text("SMTP_USER"),
        smtp_password=read.secret("SMTP_PASSWORD", at_least=6),
        mail_from=_mail_from(read, account.emulated),
        audit_anchors=_anchors(read, root, instance),
        forwarded_allow_ips=_forwarded(read, production),
        workers=read.number("WORKERS", 1, 64),
        threads=read.number("THREADS", 1, 256),
        log_level=read.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
        emulated=account.emulated,
    )
    if read.faults():
        raise WrongSettings(read.faults())
    return settings


def _console_url(read: Reader, production: bool) -> str:
    """Where people open the console: needed in production, where its cookie travels over https only."""
    if read.text("CONSOLE") == "no":
        return ""
    default = "" if production else f"http://127.0.0.1:{read.text('CONSOLE_PORT')}"
    url = read.url("CONSOLE_URL", default, https=production)
    if url.count("/") > 2:
        # A cookie named __Host- belongs to a whole host (datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis).
        read.fault("CONSOLE_URL", f"is {url!r}: it has a path", "https://host[:port] and nothing more")
    return url


def require_account(settings: Settings) -> Settings:
    """The same settings, for who signs or checks. Raises WrongSettings when there is no account."""
    if settings.account_sid and settings.auth_token and settings.secret_key:
        return settings
    made_in = settings.instance / DEVELOPMENT_FILE
    raise WrongSettings(
        [
            f"TWILIO_ACCOUNT_SID is not set and there is no {made_in}: start the gateway once with "
            "`make run`, or set INSTANCE to the folder of the one that runs"
        ]
    )


def _publish_on_save(read: Reader, emulated: bool) -> bool:
    """Whoever tries things out saves and calls; whoever serves callers publishes on purpose."""
    when = read.one("PUBLISH", _PUBLISH, "on_save or by_command")
    on_save = when == "on_save" if when else emulated
    if on_save and read.text("PUBLISH_PERSONS") == "2":
        read.fault(
            "PUBLISH_PERSONS", "is 2, and whoever saves a file publishes", "used with PUBLISH=by_command"
        )
    return on_save


def _menu_speech(read: Reader) -> str:
    """Who hears menu choices. CARRIER_SPEECH=yes said what MENU_SPEECH=carrier says."""
    if read.is_set("CARRIER_SPEECH"):
        read.fault(
            "MENU_SPEECH", "has taken the place of CARRIER_SPEECH, which is set", "carrier for its yes"
        )
    who = read.choice("MENU_SPEECH", ("no", "offline", "carrier"))
    if who == "offline" and read.text("SPEECH") == "no":
        read.fault("MENU_SPEECH", "is offline while SPEECH is no", "offline with SPEECH=yes, or no")
    return who


def _smtp_security(read: Reader, production: bool) -> str:
    """A password or somebody's address never travels in the clear from a production machine."""
    security = read.choice("SMTP_SECURITY", ("starttls", "tls", "none"))
    if security == "none" and production and read.is_set("SMTP_HOST"):
        read.fault("SMTP_SECURITY", "is none, and mail would be sent in the clear", "starttls or tls")
    if read.is_set("SMTP_USER") != read.is_set("SMTP_PASSWORD"):
        read.fault("SMTP_PASSWORD", "and SMTP_USER belong together", "both, or neither of them")
    return security


def _mail_from(read: Reader, emulated: bool) -> str:
    address = read.one("MAIL_FROM", _MAIL, "an address such as layanan@example.go.id")
    if read.is_set("SMTP_HOST") and not address:
        read.missing("MAIL_FROM")
    return address or ("layanan@sambung.example" if emulated else "")


def _folder(read: Reader, root: Path, name: str) -> Path | None:
    folder = read.one(name, _FOLDER, "the path of a folder")
    return root / folder if folder else None


def _vosk_models(read: Reader, root: Path) -> tuple[tuple[str, Path], ...]:
    """Each language with its folder. That a folder holds a model is not looked at here: speech may be off."""
    entries = read.many("VOSK_MODELS", _VOSK_MODEL, "language=folder, comma list: ko=/srv/models/ko")
    pairs = [entry.partition("=") for entry in entries]
    languages = [language for language, _, _ in pairs]
    for language in sorted({each for each in languages if languages.count(each) > 1}):
        read.fault("VOSK_MODELS", f"names {language} twice", "one folder for each language")
    return tuple((language, root / folder) for language, _, folder in pairs)


def _anchors(read: Reader, root: Path, instance: Path) -> Path:
    """Beside the instance unless told: whoever rewrites the database must not rewrite the anchors with it."""
    given = read.one("AUDIT_ANCHORS", _FOLDER, "the path of a file")
    return root / given if given else instance.with_name(f"{instance.name}.anchors")


def _forwarded(read: Reader, production: bool) -> str:
    addresses = read.one("FORWARDED_ALLOW_IPS", _ADDRESSES, "addresses or networks, comma list")
    if production and "*" in addresses:
        read.fault("FORWARDED_ALLOW_IPS", "is *, which believes anybody", "the addresses of our own proxies")
    return addresses
