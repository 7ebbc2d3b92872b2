-- What the engine itself keeps in every file, tenants' and the installation's alike.
-- +goose Up
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a call that changed rows, or a read that matters. record is the leaf of a Merkle tree; hashes are
-- those that golang.org/x/mod/sumdb/tlog stores for it: its own, then one for each subtree it completes,
-- 32 bytes each. The columns beside repeat what lists filter by, and verify compares them.
CREATE TABLE audit (
	seq        INTEGER PRIMARY KEY,
	at         TEXT NOT NULL,
	kind       TEXT NOT NULL,
	actor_kind TEXT NOT NULL,
	actor      TEXT NOT NULL,
	action     TEXT NOT NULL,
	tenant     TEXT NOT NULL,
	rows       INTEGER NOT NULL,
	record     TEXT NOT NULL,
	hashes     BLOB NOT NULL
) STRICT;
-- One index for every list: each more would cost every write a page. It holds all that lists filter by.
CREATE INDEX audit_list ON audit (at, seq, actor, action, kind, tenant, rows);
CREATE INDEX audit_tenant ON audit (tenant, seq) WHERE tenant <> '';

-- Which records touched a row: its history.
CREATE TABLE audit_row (
	tbl TEXT NOT NULL,
	pk  TEXT NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (tbl, pk, seq)
) STRICT, WITHOUT ROWID;

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
