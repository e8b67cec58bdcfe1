"""Every variable of the environment that Sambung reads, in the order of the runbook's list (settings.py reads them)."""

from environment import Variable

VARIABLES = (
    Variable("ENV", "development", "development or production; production refuses what development forgives"),
    Variable("BIND", "127.0.0.1", "address that the webhook workers listen on"),
    Variable("PORT", "8000", "port that the webhook workers listen on"),
    Variable("EMULATOR_PORT", "8010", "port of the carrier emulator (development without an account)"),
    Variable("INSTANCE", "instance", "folder of database, recordings, spool and development credentials"),
    Variable("FLOWS", "flows", "folder of the services' flows"),
    Variable("PUBLISH", "", "edited flows reach callers on_save or by_command (with an account by_command)"),
    Variable("PUBLISH_PERSONS", "1", "how many persons have to publish the same content: 1 or 2"),
    Variable("AUDIO", "audio", "folder of recorded prompts: prompts/SERVICE/LANGUAGE/STEP.wav"),
    Variable(
        "PUBLIC_URL", "", "https address under which the carrier reaches us (development: this machine)"
    ),
    Variable("CONSOLE", "yes", "are the pages for people served? no starts no process for them"),
    Variable("CONSOLE_BIND", "127.0.0.1", "address that the console listens on"),
    Variable("CONSOLE_PORT", "8020", "port that the console listens on"),
    Variable("CONSOLE_URL", "", "https address under which people open it (development: this machine)"),
    Variable("TWILIO_ACCOUNT_SID", "", "our account at the carrier: AC and 32 hexadecimal digits"),
    Variable(
        "TWILIO_AUTH_TOKEN", "", "its token, which signs webhooks and opens the REST interface", secret=True
    ),
    Variable(
        "TWILIO_OLD_TOKENS", "", "tokens still accepted after a rotation: token@2026-12-31,...", secret=True
    ),
    Variable("ACCOUNT_SIDS", "", "further accounts whose webhooks are accepted, comma list"),
    Variable(
        "CARRIER_API_URL", "", "the carrier's REST interface (Twilio's; without an account the emulator's)"
    ),
    Variable(
        "SECRET_KEY",
        "",
        "32 characters or more: signs turn addresses, keys the hashes of numbers",
        secret=True,
    ),
    Variable(
        "VAULT_KEY",
        "",
        "32 bytes as base64 or as 64 hexadecimal digits: seals recordings; kept elsewhere than they are",
        secret=True,
    ),
    Variable(
        "METRICS_TOKEN", "", "who sends it as a bearer may read /metrics; else this machine only", secret=True
    ),
    Variable("VAULT_OLD_KEYS", "", "keys of before a rotation, which only open, comma list", secret=True),
    Variable(
        "DELETE_AT_CARRIER", "no", "delete the carrier's copy of a recording that is safe here? yes or no"
    ),
    Variable(
        "MEDIA_HOSTS",
        "",
        "hosts inside, to which the carrier may redirect for a recording, host or host:port",
    ),
    Variable("EMERGENCY_AGENTS", "", "numbers rung when something inside fails, comma list of +62..."),
    Variable("DIAL_PREFIXES", "+62", "what may be dialled or texted at all, comma list of prefixes"),
    Variable("DIAL_DENIED", "+62809", "what is refused nevertheless, comma list of prefixes"),
    Variable("DIAL_CAP_PER_HOUR", "300", "calls that we place at most in an hour"),
    Variable("DIAL_CAP_PER_DAY", "3000", "calls that we place at most in a day"),
    Variable("DIAL_TIME_LIMIT", "3600", "longest call that we place, in seconds"),
    Variable("SPEECH", "yes", "are recorded messages written down here? no starts no process for it"),
    Variable(
        "MENU_SPEECH", "no", "who hears menu choices that are spoken: no (keys only), offline or carrier"
    ),
    Variable(
        "SPEECH_MODEL_DIR",
        "",
        "folder of another Whisper model (CTranslate2) in place of the one that came along",
    ),
    Variable(
        "SPEECH_SECOND_EAR", "yes", "is English heard by two models that vote? no saves a gigabyte of memory"
    ),
    Variable("VOSK_MODELS", "", "Vosk models by language, comma list: ko=/srv/models/ko"),
    Variable(
        "CLOCK",
        "",
        "development only: the moment the service believes it is, 2026-03-11T10:15+07:00, or +seconds",
    ),
    Variable("SMS_PER_HOUR", "5", "automatic texts to one number in an hour"),
    Variable("SMS_PER_DAY", "20", "automatic texts to one number in a day"),
    Variable(
        "SMS_PREFIX_PER_HOUR", "50", "automatic texts in an hour to numbers alike but for the last 4 digits"
    ),
    Variable("API_PER_MINUTE", "240", "requests of one API token in a minute"),
    Variable("LOOKUP_HOSTS", "", "hosts that look-ups over HTTP may reach, comma list, host or host:port"),
    Variable(
        "SMTP_HOST", "", "our mail server (without an account the emulator's mailbox); empty: no mail is sent"
    ),
    Variable("SMTP_PORT", "587", "its port"),
    Variable("SMTP_SECURITY", "starttls", "starttls, tls (from the first byte) or none (development only)"),
    Variable("SMTP_USER", "", "who we are to it; empty where it asks nobody"),
    Variable("SMTP_PASSWORD", "", "the password of SMTP_USER", secret=True),
    Variable("MAIL_FROM", "", "address that mails come from: layanan@example.go.id"),
    Variable(
        "AUDIT_ANCHORS",
        "",
        "file for the hourly anchors of the audit (beside INSTANCE); best on another disk",
    ),
    Variable("FORWARDED_ALLOW_IPS", "127.0.0.1", "proxies whose X-Forwarded headers gunicorn believes"),
    Variable("WORKERS", "2", "webhook processes"),
    Variable("THREADS", "8", "threads in each webhook process"),
    Variable("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
)
