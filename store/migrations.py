"""The schema, as steps that are each applied once, in a transaction with the record that they were.

A step that has been released is never edited: a change is a new step at the end. Times are text in UTC
(``store.times``), JSON is text, flags are 0 or 1. Standard SQL but for WITHOUT ROWID, which only says how
SQLite lays the table out.
"""

from collections.abc import Callable

from sqlite_utils import Database, Migrations

from store.agent_acts import SCHEMA as AGENT_ACTS
from store.console_schema import API_TOKENS, CONSOLE, DRAFTS, OVERRIDES, TRAVELLED, WALL_SCREENS
from store.recording_pauses import SCHEMA as RECORDING_PAUSES

migrations = Migrations("sambung")

KNOWN: list[str] = []


def _step(name: str, *statements: str) -> None:
    def run(db: Database) -> None:
        for statement in statements:
            db.conn.execute(statement)

    _register(name, run)


def _register(name: str, run: Callable[[Database], None]) -> None:
    KNOWN.append(name)
    migrations(name=name)(run)


_step(
    "001_sessions",
    """CREATE TABLE sessions (
        id TEXT NOT NULL PRIMARY KEY, service TEXT NOT NULL, version TEXT NOT NULL,
        channel TEXT NOT NULL, contact TEXT NOT NULL, called TEXT NOT NULL, language TEXT NOT NULL,
        turn INTEGER NOT NULL, state TEXT NOT NULL, started_at TEXT NOT NULL,
        updated_at TEXT NOT NULL, ended_at TEXT, outcome TEXT
    )""",
    # Only those that go on: stays small however many sessions are kept, and the sweep for stuck ones reads it
    # whole.
    "CREATE INDEX sessions_live ON sessions (service, channel, contact) WHERE ended_at IS NULL",
    """CREATE TABLE turns (
        session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, n INTEGER NOT NULL,
        event TEXT NOT NULL, step TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (session_id, n)
    ) WITHOUT ROWID""",
)

_step(
    "002_inbox",
    """CREATE TABLE inbox (
        account TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, received_at TEXT NOT NULL,
        fields TEXT NOT NULL, answer TEXT NOT NULL, retries INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (account, key)
    ) WITHOUT ROWID""",
    "CREATE INDEX inbox_received ON inbox (received_at)",
)

_step(
    "003_calls_and_messages",
    """CREATE TABLE calls (
        sid TEXT NOT NULL PRIMARY KEY, session_id TEXT, direction TEXT, status TEXT,
        rank INTEGER NOT NULL DEFAULT -1, sequence INTEGER, duration INTEGER, parent_sid TEXT,
        from_key TEXT, to_key TEXT, updated_at TEXT NOT NULL, final_at TEXT
    )""",
    "CREATE INDEX calls_parent ON calls (parent_sid) WHERE parent_sid IS NOT NULL",
    "CREATE INDEX calls_unfinished ON calls (updated_at) WHERE final_at IS NULL",
    """CREATE TABLE call_events (
        sid TEXT NOT NULL, status TEXT NOT NULL, sequence INTEGER NOT NULL, at TEXT NOT NULL,
        fields TEXT NOT NULL, PRIMARY KEY (sid, status, sequence)
    ) WITHOUT ROWID""",
    """CREATE TABLE messages (
        sid TEXT NOT NULL PRIMARY KEY, session_id TEXT, direction TEXT, outbox_id TEXT,
        service TEXT, from_number TEXT, to_number TEXT, body TEXT, status TEXT,
        rank INTEGER NOT NULL DEFAULT -1, error_code TEXT, segments INTEGER,
        updated_at TEXT NOT NULL, final_at TEXT
    )""",
    "CREATE INDEX messages_outbox ON messages (outbox_id) WHERE outbox_id IS NOT NULL",
    "CREATE INDEX messages_unfinished ON messages (updated_at) WHERE final_at IS NULL",
    """CREATE TABLE message_events (
        sid TEXT NOT NULL, status TEXT NOT NULL, error_code TEXT NOT NULL, at TEXT NOT NULL,
        fields TEXT NOT NULL, PRIMARY KEY (sid, status, error_code)
    ) WITHOUT ROWID""",
)

_step(
    "004_recordings",
    """CREATE TABLE recordings (
        sid TEXT NOT NULL PRIMARY KEY, session_id TEXT, call_sid TEXT, url TEXT, duration INTEGER,
        channels INTEGER, status TEXT, rank INTEGER NOT NULL DEFAULT -1, step TEXT, consent TEXT,
        created_at TEXT NOT NULL, updated_at TEXT NOT NULL, fetched_at TEXT
    )""",
    "CREATE INDEX recordings_unfetched ON recordings (created_at) WHERE fetched_at IS NULL",
    "CREATE INDEX recordings_session ON recordings (session_id) WHERE session_id IS NOT NULL",
)

_step(
    "005_outbox",
    """CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, target TEXT NOT NULL,
        payload TEXT NOT NULL, order_key TEXT, not_before TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, lease_until TEXT, lease_owner TEXT,
        state TEXT NOT NULL DEFAULT 'queued', carrier_sid TEXT, last_error TEXT, cause TEXT,
        created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
        CHECK (state IN ('queued', 'sending', 'sent', 'uncertain', 'dead', 'cancelled'))
    )""",
    "CREATE INDEX outbox_open ON outbox (state, not_before)"
    " WHERE state IN ('queued', 'sending', 'uncertain')",
    """CREATE INDEX outbox_order ON outbox (order_key, seq)
        WHERE order_key IS NOT NULL AND state IN ('queued', 'sending', 'uncertain')""",
    "CREATE INDEX outbox_cause ON outbox (cause) WHERE cause IS NOT NULL",
    "CREATE INDEX outbox_carrier ON outbox (carrier_sid) WHERE carrier_sid IS NOT NULL",
    "CREATE INDEX outbox_dead ON outbox (updated_at) WHERE state = 'dead'",
)

_step(
    "006_timers_and_lookups",
    """CREATE TABLE timers (
        id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
        payload TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', lease_until TEXT,
        lease_owner TEXT, attempts INTEGER NOT NULL DEFAULT 0, last_error TEXT,
        UNIQUE (kind, subject), CHECK (state IN ('waiting', 'claimed', 'dead'))
    )""",
    "CREATE INDEX timers_due ON timers (at) WHERE state <> 'dead'",
    """CREATE TABLE lookups (
        id TEXT NOT NULL PRIMARY KEY, session_id TEXT NOT NULL, turn INTEGER NOT NULL,
        source TEXT NOT NULL, query TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
        result TEXT, created_at TEXT NOT NULL, finished_at TEXT,
        CHECK (state IN ('waiting', 'done', 'failed'))
    )""",
    "CREATE INDEX lookups_session ON lookups (session_id, turn)",
)

_step(
    "007_cases",
    """CREATE TABLE cases (
        ticket TEXT NOT NULL PRIMARY KEY, service TEXT NOT NULL, day TEXT NOT NULL,
        number INTEGER NOT NULL, channel TEXT, contact TEXT, language TEXT, function TEXT,
        topic TEXT, subtopic TEXT, classification TEXT, tier INTEGER, unit TEXT, skill TEXT,
        priority INTEGER, status TEXT NOT NULL, auth_level TEXT, fields TEXT NOT NULL, note TEXT,
        session_id TEXT, opened_at TEXT NOT NULL, updated_at TEXT NOT NULL, due_at TEXT,
        UNIQUE (service, day, number)
    )""",
    "CREATE INDEX cases_contact ON cases (service, contact, opened_at)",
    "CREATE INDEX cases_session ON cases (session_id) WHERE session_id IS NOT NULL",
    "CREATE INDEX cases_status ON cases (service, status, due_at)",
    """CREATE TABLE ticket_counters (
        prefix TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (prefix, day)
    ) WITHOUT ROWID""",
    """CREATE TABLE case_events (
        id TEXT NOT NULL PRIMARY KEY,
        ticket TEXT NOT NULL REFERENCES cases (ticket) ON DELETE CASCADE, at TEXT NOT NULL,
        who TEXT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL
    )""",
    "CREATE INDEX case_events_ticket ON case_events (ticket, id)",
)

_step(
    "008_contacts_and_limits",
    """CREATE TABLE opt_outs (
        service TEXT NOT NULL, contact TEXT NOT NULL, since TEXT NOT NULL, source TEXT NOT NULL,
        PRIMARY KEY (service, contact)
    ) WITHOUT ROWID""",
    """CREATE TABLE counters (
        bucket TEXT NOT NULL, key TEXT NOT NULL, window_start TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (bucket, key, window_start)
    ) WITHOUT ROWID""",
    "CREATE INDEX counters_window ON counters (window_start)",
    """CREATE TABLE texts_sent (
        id TEXT NOT NULL PRIMARY KEY, service TEXT NOT NULL, contact TEXT NOT NULL,
        body_hash TEXT NOT NULL, at TEXT NOT NULL
    )""",
    "CREATE INDEX texts_sent_same ON texts_sent (service, contact, body_hash, at)",
    "CREATE INDEX texts_sent_at ON texts_sent (at)",
)

_step(
    "009_verification",
    """CREATE TABLE attempts (
        id TEXT NOT NULL PRIMARY KEY, service TEXT NOT NULL, subject_hash TEXT NOT NULL,
        at TEXT NOT NULL, outcome TEXT NOT NULL, caller_hash TEXT NOT NULL,
        session_id TEXT NOT NULL, CHECK (outcome IN ('right', 'wrong', 'locked', 'limited'))
    )""",
    "CREATE INDEX attempts_subject ON attempts (service, subject_hash, at)",
    "CREATE INDEX attempts_caller ON attempts (caller_hash, at)",
    "CREATE INDEX attempts_session ON attempts (session_id)",
    """CREATE TABLE locks (
        service TEXT NOT NULL, subject_hash TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL,
        PRIMARY KEY (service, subject_hash)
    ) WITHOUT ROWID""",
    """CREATE TABLE codes (
        session_id TEXT NOT NULL, subject_hash TEXT NOT NULL, code_hash TEXT NOT NULL,
        expires_at TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (session_id, subject_hash)
    ) WITHOUT ROWID""",
    "CREATE INDEX codes_expiry ON codes (expires_at)",
)

_step(
    "010_flow_versions",
    """CREATE TABLE flow_versions (
        version TEXT NOT NULL PRIMARY KEY, service TEXT NOT NULL, files TEXT NOT NULL,
        published_at TEXT NOT NULL
    )""",
    """CREATE TABLE current_flows (
        service TEXT NOT NULL PRIMARY KEY, version TEXT NOT NULL REFERENCES flow_versions (version),
        at TEXT NOT NULL
    )""",
)

_step(
    "011_audit_waiting_meta",
    """CREATE TABLE audit (
        id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,
        subject TEXT NOT NULL, detail TEXT NOT NULL
    )""",
    "CREATE INDEX audit_subject ON audit (subject, id)",
    """CREATE TABLE waiting (
        session_id TEXT NOT NULL PRIMARY KEY, service TEXT NOT NULL, skill TEXT NOT NULL,
        level INTEGER NOT NULL, tier INTEGER NOT NULL, language TEXT NOT NULL,
        priority INTEGER NOT NULL, arrived_at TEXT NOT NULL, state TEXT NOT NULL
    )""",
    "CREATE INDEX waiting_order ON waiting (service, skill, priority, arrived_at)",
    "CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
)

_step(
    "012_contacts_and_calls",
    # The language that a contact chose last time is looked up at every first text, among all sessions kept.
    "CREATE INDEX sessions_contact ON sessions (service, contact, started_at)",
    "CREATE INDEX recordings_call ON recordings (call_sid) WHERE call_sid IS NOT NULL",
)

_step(
    "013_recordings_kept",
    # What became of fetching the sound: store/recordings.py says what each state means.
    "ALTER TABLE recordings ADD COLUMN state TEXT NOT NULL DEFAULT 'held'"
    " CHECK (state IN ('held', 'waiting', 'fetched', 'dead', 'nothing'))",
    "ALTER TABLE recordings ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE recordings ADD COLUMN cut_off INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE recordings ADD COLUMN next_try TEXT",
    "ALTER TABLE recordings ADD COLUMN lease_until TEXT",
    "ALTER TABLE recordings ADD COLUMN lease_owner TEXT",
    "ALTER TABLE recordings ADD COLUMN fault TEXT",
    "ALTER TABLE recordings ADD COLUMN file TEXT",
    "ALTER TABLE recordings ADD COLUMN bytes INTEGER",
    "ALTER TABLE recordings ADD COLUMN sha256 TEXT",
    "ALTER TABLE recordings ADD COLUMN format TEXT",
    "ALTER TABLE recordings ADD COLUMN deleted_at TEXT",
    # Those of before are fetched like new ones, oldest first.
    "UPDATE recordings SET state = 'waiting', next_try = created_at"
    " WHERE (status IS NULL OR status = 'completed') AND COALESCE(duration, 1) > 0"
    " AND sid GLOB 'RE' || REPLACE(HEX(ZEROBLOB(16)), '00', '[0-9a-f][0-9a-f]')",
    "UPDATE recordings SET state = 'nothing', fault = 'nothing was recorded'"
    " WHERE state = 'held' AND sid NOT LIKE 'unknown-%'"
    " AND (status IS NULL OR status IN ('absent', 'failed', 'completed'))",
    "DROP INDEX recordings_unfetched",
    "CREATE INDEX recordings_due ON recordings (next_try) WHERE state = 'waiting'",
    "CREATE INDEX recordings_without_file ON recordings (created_at) WHERE state IN ('held', 'waiting')",
    "CREATE INDEX recordings_fetched ON recordings (fetched_at) WHERE state = 'fetched'",
    "CREATE UNIQUE INDEX recordings_file ON recordings (file) WHERE file IS NOT NULL",
)

_step(
    "014_transcripts_and_search",
    """CREATE TABLE transcribings (
        recording TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL DEFAULT 'waiting',
        tries INTEGER NOT NULL DEFAULT 0, not_before TEXT NOT NULL, lease_until TEXT,
        lease_owner TEXT, fault TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL, CHECK (state IN ('waiting', 'done', 'empty', 'listen'))
    )""",
    "CREATE INDEX transcribings_waiting ON transcribings (not_before) WHERE state = 'waiting'",
    "CREATE INDEX transcribings_leased ON transcribings (lease_until) WHERE lease_until IS NOT NULL",
    "CREATE INDEX transcribings_suspect ON transcribings (not_before) WHERE state = 'waiting' AND tries > 0",
    "CREATE INDEX transcribings_newest ON transcribings (created_at)",
    """CREATE TABLE transcripts (
        recording TEXT NOT NULL PRIMARY KEY, ticket TEXT, service TEXT NOT NULL,
        language TEXT NOT NULL, engine TEXT NOT NULL, model_sha256 TEXT NOT NULL,
        seconds REAL NOT NULL, speech_seconds REAL NOT NULL, confidence TEXT NOT NULL,
        masked TEXT NOT NULL, lines TEXT NOT NULL, hidden TEXT NOT NULL, sealed TEXT NOT NULL,
        bleeped TEXT, corrected_at TEXT, corrected_by TEXT, created_at TEXT NOT NULL
    )""",
    "CREATE INDEX transcripts_ticket ON transcripts (ticket) WHERE ticket IS NOT NULL",
    """CREATE TABLE corrections (
        id TEXT NOT NULL PRIMARY KEY, recording TEXT NOT NULL, service TEXT NOT NULL,
        language TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, basis TEXT NOT NULL,
        sealed TEXT NOT NULL, new_words TEXT NOT NULL, CHECK (basis IN ('masked', 'original'))
    )""",
    "CREATE INDEX corrections_service ON corrections (service, language)",
    "CREATE INDEX corrections_recording ON corrections (recording, at)",
    """CREATE TABLE searchable (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, ticket TEXT,
        session_id TEXT, service TEXT, at TEXT NOT NULL, body TEXT NOT NULL,
        UNIQUE (kind, subject), CHECK (kind IN ('transcript', 'text', 'note'))
    )""",
    "CREATE INDEX searchable_session ON searchable (session_id) WHERE session_id IS NOT NULL",
    "CREATE VIRTUAL TABLE searchable_words USING fts5(body, content = 'searchable', content_rowid = 'id',"
    " tokenize = 'unicode61 remove_diacritics 2')",
    # Who writes a note or a text need not know that it is searched: what changed is listed here, and a sweep
    # masks it and puts it into the index, so that no caller waits for that.
    """CREATE TABLE unindexed (
        kind TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (kind, subject)
    ) WITHOUT ROWID""",
    "CREATE TRIGGER note_written AFTER INSERT ON cases WHEN new.note IS NOT NULL"
    " BEGIN INSERT OR IGNORE INTO unindexed VALUES ('note', new.ticket); END",
    "CREATE TRIGGER note_changed AFTER UPDATE OF note ON cases WHEN new.note IS NOT old.note"
    " BEGIN INSERT OR IGNORE INTO unindexed VALUES ('note', new.ticket); END",
    # A receipt writes its message anew, with the words that it had.
    "CREATE TRIGGER text_written AFTER INSERT ON messages WHEN new.body IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM searchable WHERE kind = 'text' AND subject = new.sid)"
    " BEGIN INSERT OR IGNORE INTO unindexed VALUES ('text', new.sid); END",
    "INSERT INTO unindexed SELECT 'note', ticket FROM cases WHERE note IS NOT NULL",
    "INSERT INTO unindexed SELECT 'text', sid FROM messages WHERE body IS NOT NULL",
)

_step(
    "015_desk",
    # Who waits is at the desk, and nowhere else (store/desk.py).
    "DROP TABLE waiting",
    "CREATE TABLE agents (id TEXT NOT NULL PRIMARY KEY, data TEXT NOT NULL)",
    "CREATE TABLE posts (agent TEXT NOT NULL PRIMARY KEY, data TEXT NOT NULL)",
    "CREATE TABLE desk_contacts (id TEXT NOT NULL PRIMARY KEY, service TEXT NOT NULL, data TEXT NOT NULL)",
    "CREATE TABLE desk_meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE agent_events (
        id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, agent TEXT NOT NULL, what TEXT NOT NULL,
        contact TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '{}'
    )""",
    "CREATE INDEX agent_events_at ON agent_events (at)",
    "CREATE INDEX agent_events_agent ON agent_events (agent, at)",
    """CREATE TABLE contact_events (
        id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, contact TEXT NOT NULL, service TEXT NOT NULL,
        skill TEXT NOT NULL, tier INTEGER NOT NULL, channel TEXT NOT NULL, what TEXT NOT NULL,
        detail TEXT NOT NULL DEFAULT '{}'
    )""",
    "CREATE INDEX contact_events_at ON contact_events (at)",
    "CREATE INDEX contact_events_contact ON contact_events (contact, id)",
    # A telephone that is rung for an offer, or rings at who is called back (store/legs.py).
    """CREATE TABLE legs (
        id TEXT NOT NULL PRIMARY KEY, role TEXT NOT NULL, contact TEXT NOT NULL, agent TEXT NOT NULL,
        offer TEXT NOT NULL, service TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'calling',
        outbox TEXT, sid TEXT, unwanted INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL, CHECK (role IN ('agent', 'contact')),
        CHECK (state IN ('calling', 'asked', 'room', 'menu', 'hold', 'over'))
    )""",
    "CREATE INDEX legs_offer ON legs (offer, role)",
    "CREATE INDEX legs_contact ON legs (contact) WHERE state <> 'over'",
    "CREATE INDEX legs_outbox ON legs (outbox) WHERE outbox IS NOT NULL",
)

_step(
    "016_spoken_choices",
    """CREATE TABLE choices (
        recording TEXT NOT NULL PRIMARY KEY, session_id TEXT NOT NULL, language TEXT NOT NULL,
        phrases TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', outcome TEXT NOT NULL DEFAULT '',
        key TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL,
        CHECK (state IN ('waiting', 'taken', 'settled'))
    )""",
    "CREATE INDEX choices_waiting ON choices (created_at) WHERE state = 'waiting'",
    "CREATE INDEX choices_created ON choices (created_at)",
    "CREATE INDEX recordings_not_kept ON recordings (deleted_at) WHERE step = '(choice)'",
)

_step(
    "017_cases_worked_on",
    # What people do with a case, for lists and reports; `life` is the rest of what its next step needs (case_rows.py).
    "ALTER TABLE cases ADD COLUMN agent TEXT",
    "ALTER TABLE cases ADD COLUMN due_first TEXT",
    "ALTER TABLE cases ADD COLUMN due_answer TEXT",
    "ALTER TABLE cases ADD COLUMN first_at TEXT",
    "ALTER TABLE cases ADD COLUMN answered_at TEXT",
    "ALTER TABLE cases ADD COLUMN confirmed_at TEXT",
    "ALTER TABLE cases ADD COLUMN closed_at TEXT",
    "ALTER TABLE cases ADD COLUMN breached_at TEXT",
    "ALTER TABLE cases ADD COLUMN paused_since TEXT",
    "ALTER TABLE cases ADD COLUMN paused_seconds INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE cases ADD COLUMN answer_source TEXT",
    "ALTER TABLE cases ADD COLUMN life TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE case_events ADD COLUMN detail TEXT NOT NULL DEFAULT '{}'",
    "CREATE INDEX cases_open ON cases (service, due_answer) WHERE status NOT IN"
    " ('ditutup', 'dijawab_mandiri', 'ditolak_dikecualikan', 'dibatalkan')",
    "CREATE INDEX case_events_at ON case_events (at)",
    # Those of before have their first promise as their only one.
    "UPDATE cases SET due_first = due_at, due_answer = due_at WHERE due_at IS NOT NULL",
)

_step(
    "018_reports",
    # Calls that the robot had alone are counted by the day in which they began; words of a case are quoted by its ticket.
    "CREATE INDEX sessions_started ON sessions (started_at)",
    "CREATE INDEX searchable_ticket ON searchable (ticket) WHERE ticket IS NOT NULL",
    "CREATE INDEX searchable_at ON searchable (at)",
)

_step(
    "019_dialogues",
    # What an agent calls a text dialogue: a digit, kept while the agent has it and not given again at once (store/dialogues.py).
    """CREATE TABLE dialogues (
        agent TEXT NOT NULL, contact TEXT NOT NULL, number INTEGER NOT NULL, given_at TEXT NOT NULL, ended_at TEXT,
        PRIMARY KEY (agent, contact)
    )""",
    "CREATE INDEX messages_session ON messages (session_id) WHERE session_id IS NOT NULL",
)

_step(
    "020_voicemails",
    # Messages that somebody has to hear, or has seen to (store/voicemails.py).
    """CREATE TABLE voicemails (
        recording TEXT PRIMARY KEY, ticket TEXT NOT NULL, at TEXT NOT NULL, seen_by TEXT, seen_at TEXT
    )""",
    "CREATE INDEX voicemails_waiting ON voicemails (ticket) WHERE seen_at IS NULL",
)

_step(
    "021_publishing",
    # Who published; services that a rollback holds where they are; versions for listed test numbers only (store/flows.py).
    "ALTER TABLE flow_versions ADD COLUMN published_by TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE flow_holds (service TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL)",
    """CREATE TABLE flow_drafts (
        service TEXT NOT NULL PRIMARY KEY, version TEXT NOT NULL REFERENCES flow_versions (version),
        numbers TEXT NOT NULL, until TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL
    )""",
)

_step(
    "022_away",
    # An agent's telephone left the room while the contact was still in it: a lost line, or a menu of which nothing was heard yet.
    "ALTER TABLE legs ADD COLUMN away INTEGER NOT NULL DEFAULT 0",
)

_step("023_console", *CONSOLE)

_step("025_drafts", DRAFTS)

_step("029_travelled", TRAVELLED)

_step("028_overrides", *OVERRIDES)

_step("026_agent_acts", *AGENT_ACTS)
_step("027_api_tokens", *API_TOKENS)

_step("029_wall_screens", WALL_SCREENS)

_step("030_recording_pauses", *RECORDING_PAUSES)
