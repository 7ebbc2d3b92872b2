-- What the engine itself keeps in every file, tenants' and the installation's alike.
-- +goose Up
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a call that changed rows, or a read that matters. record is the Merkle leaf; the columns
-- beside it repeat what lists filter by, and verify compares them.
CREATE TABLE audit (
	seq        INTEGER PRIMARY KEY,
	at         TEXT NOT NULL,
	kind       TEXT NOT NULL,
	actor_kind TEXT NOT NULL,
	actor      TEXT NOT NULL,
	action     TEXT NOT NULL,
	tenant     TEXT NOT NULL,
	rows       INTEGER NOT NULL,
	record     TEXT NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at, seq);
CREATE INDEX audit_actor ON audit (actor, seq);
CREATE INDEX audit_action ON audit (action, seq);
CREATE INDEX audit_tenant ON audit (tenant, seq) WHERE tenant <> '';

-- Which records touched a row: its history.
CREATE TABLE audit_row (
	tbl TEXT NOT NULL,
	pk  TEXT NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (tbl, pk, seq)
) STRICT, WITHOUT ROWID;

-- The Merkle tree over audit.record, stored as golang.org/x/mod/sumdb/tlog numbers it.
CREATE TABLE audit_hash (
	i    INTEGER PRIMARY KEY,
	hash BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoint (
	size INTEGER PRIMARY KEY,
	at   TEXT NOT NULL,
	note TEXT NOT NULL
) STRICT;

CREATE TABLE job (
	id       TEXT PRIMARY KEY,
	name     TEXT NOT NULL,
	args     TEXT NOT NULL,
	key      TEXT NOT NULL DEFAULT '',
	due      TEXT NOT NULL,
	attempt  INTEGER NOT NULL DEFAULT 0,
	state    TEXT NOT NULL DEFAULT 'ready',
	leased   TEXT NOT NULL DEFAULT '',
	cause    TEXT NOT NULL DEFAULT '',
	error    TEXT NOT NULL DEFAULT '',
	ended_at TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX job_key ON job (name, key) WHERE key <> '' AND state IN ('ready', 'running');
CREATE INDEX job_due ON job (due) WHERE state IN ('ready', 'running');

CREATE TABLE idempotency (
	key    TEXT PRIMARY KEY,
	digest TEXT NOT NULL,
	at     TEXT NOT NULL,
	status INTEGER NOT NULL,
	body   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);
