"""The tables of the console: who may sign in, who is signed in, and the chain of the audit (store/migrations.py applies them)."""

CONSOLE = (
    # People who may open the console (store/users.py). ``agent`` is an id of the roster: tier, unit and services come from there.
    """CREATE TABLE users (
        id TEXT NOT NULL PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL,
        language TEXT NOT NULL DEFAULT 'id', agent TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'active',
        password TEXT NOT NULL DEFAULT '', totp_key TEXT NOT NULL DEFAULT '', totp_step INTEGER NOT NULL DEFAULT 0,
        made_at TEXT NOT NULL, signed_in_at TEXT, CHECK (state IN ('active', 'locked'))
    )""",
    # For who has lost the telephone with the second factor: each works once.
    """CREATE TABLE recovery_codes (
        hash TEXT NOT NULL PRIMARY KEY, user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, used_at TEXT
    )""",
    # One-time tokens: choose a password. Without a user: become the first administrator.
    """CREATE TABLE invitations (
        hash TEXT NOT NULL PRIMARY KEY, user TEXT REFERENCES users (id) ON DELETE CASCADE,
        made_at TEXT NOT NULL, until TEXT NOT NULL, used_at TEXT
    )""",
    # Who is signed in (store/web_sessions.py). ``hash`` is of the token that the browser has.
    """CREATE TABLE web_sessions (
        hash TEXT NOT NULL PRIMARY KEY, user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, stage TEXT NOT NULL,
        made_at TEXT NOT NULL, seen_at TEXT NOT NULL, until TEXT NOT NULL, ended_at TEXT,
        address TEXT NOT NULL, browser TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
        CHECK (stage IN ('second', 'enrol', 'full'))
    )""",
    "CREATE INDEX web_sessions_user ON web_sessions (user) WHERE ended_at IS NULL",
    # Each line of the audit is bound to the one before it by a keyed hash (store/audit.py).
    "ALTER TABLE audit ADD COLUMN n INTEGER",
    "ALTER TABLE audit ADD COLUMN mac TEXT",
    "UPDATE audit SET n = numbered.n FROM (SELECT id AS of, row_number() OVER (ORDER BY id) AS n FROM audit) AS numbered"
    " WHERE numbered.of = audit.id",
    "CREATE UNIQUE INDEX audit_n ON audit (n)",
)

# What somebody has begun to write and not sent yet (store/drafts.py).
DRAFTS = """CREATE TABLE drafts (
        user TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (user, subject)
    ) WITHOUT ROWID"""

# What programs come with to the API (store/api_tokens.py): ``hash`` is of the token itself, which is shown once.
API_TOKENS = (
    """CREATE TABLE api_tokens (
        id TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL UNIQUE, user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        name TEXT NOT NULL, scopes TEXT NOT NULL, made_at TEXT NOT NULL, until TEXT NOT NULL,
        used_at TEXT, revoked_at TEXT, revoked_by TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE INDEX api_tokens_user ON api_tokens (user)",
)

# What people decided otherwise than the calendar, for a while (store/overrides.py).
OVERRIDES = (
    """CREATE TABLE overrides (
        id TEXT NOT NULL PRIMARY KEY, service TEXT NOT NULL, hours TEXT NOT NULL, state TEXT NOT NULL, begin TEXT NOT NULL,
        until TEXT NOT NULL, ended_at TEXT, ended_by TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL, words TEXT NOT NULL,
        CHECK (state IN ('open', 'closed', 'emergency'))
    ) WITHOUT ROWID""",
    "CREATE INDEX overrides_until ON overrides (until)",
)

# How often contacts took which way between steps, by hour (store/travelled.py).
TRAVELLED = """CREATE TABLE travelled (
    service TEXT NOT NULL, hour TEXT NOT NULL, channel TEXT NOT NULL, start TEXT NOT NULL, way TEXT NOT NULL,
    n INTEGER NOT NULL, PRIMARY KEY (service, hour, channel, start, way)
) WITHOUT ROWID"""

# Screens on a wall, known by the hash of what they were opened with (store/wall_screens.py).
WALL_SCREENS = """CREATE TABLE wall_screens (
    id TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL UNIQUE, user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL, service TEXT NOT NULL, language TEXT NOT NULL, made_at TEXT NOT NULL, until TEXT NOT NULL,
    seen_at TEXT, revoked_at TEXT, revoked_by TEXT NOT NULL DEFAULT ''
)"""
