-- +goose Up
CREATE TABLE installation (
	id         TEXT PRIMARY KEY CHECK (id = 'installation'),
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE tenant (
	id         TEXT PRIMARY KEY,
	slug       TEXT NOT NULL,
	name       TEXT NOT NULL,
	status     TEXT NOT NULL DEFAULT 'active',
	auth_days  INTEGER NOT NULL DEFAULT 365,     -- how long its sign-ins are kept
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX tenant_slug ON tenant (slug);

-- Hints that the engine keeps and doctor can rebuild: when the tenant's next job is due, and the last
-- signed checkpoint of its audit log, so that a file swapped for an older copy is noticed.
CREATE TABLE tenant_hint (
	tenant     TEXT PRIMARY KEY,
	next_due   TEXT NOT NULL DEFAULT '',
	checkpoint TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_hint_due ON tenant_hint (next_due) WHERE next_due <> '';

CREATE TABLE account (
	id             TEXT PRIMARY KEY,
	email          TEXT NOT NULL,                -- lower case
	name           TEXT NOT NULL DEFAULT '',
	password       TEXT NOT NULL DEFAULT '',     -- argon2id; '' until a person chose one
	password_at    TEXT NOT NULL DEFAULT '',
	password_long  INTEGER NOT NULL DEFAULT 0,   -- long enough to be all that is asked
	totp           TEXT NOT NULL DEFAULT '',     -- sealed seed; '' when off
	totp_pending   TEXT NOT NULL DEFAULT '',
	preferences    TEXT NOT NULL DEFAULT '{}',
	created_at     TEXT NOT NULL,
	updated_at     TEXT NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX account_email ON account (email);

CREATE TABLE recovery_code (
	id      TEXT PRIMARY KEY,
	account TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	hash    TEXT NOT NULL,
	used_at TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX recovery_code_account ON recovery_code (account);

CREATE TABLE membership (
	id         TEXT PRIMARY KEY,
	tenant     TEXT NOT NULL REFERENCES tenant (id),
	account    TEXT NOT NULL REFERENCES account (id),
	person     TEXT NOT NULL,                    -- in the tenant's file
	role       TEXT NOT NULL,
	title      TEXT NOT NULL DEFAULT '',
	department TEXT NOT NULL DEFAULT '',
	status     TEXT NOT NULL DEFAULT 'pending',  -- pending, active, disabled
	invited_by TEXT NOT NULL DEFAULT '',
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX membership_pair ON membership (tenant, account);
CREATE INDEX membership_account ON membership (account);

-- What a mailed link may do: set-up, invitation, password reset. Only the token's hash is kept.
CREATE TABLE link (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,
	hash       TEXT NOT NULL,
	account    TEXT NOT NULL DEFAULT '',
	membership TEXT NOT NULL DEFAULT '',
	tenant     TEXT NOT NULL DEFAULT '',
	created_at TEXT NOT NULL,
	expires_at TEXT NOT NULL,
	used_at    TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX link_hash ON link (hash);
CREATE INDEX link_account ON link (account, kind);

CREATE TABLE token (
	id         TEXT PRIMARY KEY,
	account    TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
	tenant     TEXT NOT NULL REFERENCES tenant (id),
	name       TEXT NOT NULL,
	hash       TEXT NOT NULL,
	role       TEXT NOT NULL,
	created_at TEXT NOT NULL,
	expires_on TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX token_hash ON token (hash);
CREATE INDEX token_account ON token (account, tenant);

-- The rest is not audited: it changes with every request and holds nothing to prove.
CREATE TABLE token_use (
	token TEXT PRIMARY KEY,
	at    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
	token   TEXT PRIMARY KEY,                    -- hash of the cookie
	data    TEXT NOT NULL,
	id      TEXT GENERATED ALWAYS AS (data ->> '$.v.id') VIRTUAL,
	account TEXT GENERATED ALWAYS AS (data ->> '$.v.account') VIRTUAL,
	tenant  TEXT GENERATED ALWAYS AS (data ->> '$.v.tenant') VIRTUAL,
	since   TEXT GENERATED ALWAYS AS (data ->> '$.v.since') VIRTUAL,
	seen    TEXT NOT NULL,
	expires TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account);
CREATE INDEX session_expires ON session (expires);

-- When an account last signed in, and the last time step of which a code was accepted.
CREATE TABLE sign_in (
	account   TEXT PRIMARY KEY,
	at        TEXT NOT NULL DEFAULT '',
	totp_step INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE throttle (
	key      TEXT PRIMARY KEY,                   -- what is counted and a digest of for whom
	failures INTEGER NOT NULL DEFAULT 0,         -- in a row
	tries    TEXT NOT NULL DEFAULT '[]',         -- instants that still count
	at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_at ON throttle (at);

CREATE TABLE auth_log (
	id      TEXT PRIMARY KEY,
	at      TEXT NOT NULL,
	event   TEXT NOT NULL,
	outcome TEXT NOT NULL,
	account TEXT NOT NULL DEFAULT '',
	tenant  TEXT NOT NULL DEFAULT '',
	email   TEXT NOT NULL DEFAULT '',
	ip      TEXT NOT NULL DEFAULT '',
	agent   TEXT NOT NULL DEFAULT '',
	detail  TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX auth_log_at ON auth_log (at, id);
CREATE INDEX auth_log_account ON auth_log (account, at);
CREATE INDEX auth_log_tenant ON auth_log (tenant, at);

-- Letters on their way. next_at says when to try (again); '' when there is nothing more to do.
CREATE TABLE mail (
	id         TEXT PRIMARY KEY,
	recipient  TEXT NOT NULL,
	kind       TEXT NOT NULL,
	tenant     TEXT NOT NULL DEFAULT '',
	body       TEXT NOT NULL DEFAULT '',         -- sealed; emptied once sent, except in the demo
	created_at TEXT NOT NULL,
	next_at    TEXT NOT NULL DEFAULT '',
	tries      INTEGER NOT NULL DEFAULT 0,
	sent_at    TEXT NOT NULL DEFAULT '',
	error      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX mail_created ON mail (created_at, id);
CREATE INDEX mail_next ON mail (next_at, id) WHERE next_at <> '';
