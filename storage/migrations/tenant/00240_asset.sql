-- +goose Up
-- What the organisation runs and keeps data in: applications, databases, buckets, networks, services of others.
-- Where a word is empty nobody has said, which is not the same as no.
CREATE TABLE asset (
	id                   TEXT PRIMARY KEY,
	ref                  TEXT NOT NULL,                      -- AST-0001
	name                 TEXT NOT NULL,
	kind                 TEXT NOT NULL DEFAULT 'other',      -- application, database, bucket ...
	identifier           TEXT NOT NULL DEFAULT '',           -- what its provider or its network calls it: an ARN, a host name
	provider             TEXT NOT NULL DEFAULT '',
	account_id           TEXT NOT NULL DEFAULT '',
	region               TEXT NOT NULL DEFAULT '',
	environment          TEXT NOT NULL DEFAULT '',           -- production, staging, development, corporate
	description          TEXT NOT NULL DEFAULT '',
	owner                TEXT NOT NULL DEFAULT '',
	custodian            TEXT NOT NULL DEFAULT '',           -- the team that runs it
	status               TEXT NOT NULL DEFAULT 'active',     -- planned, active, retiring, retired
	criticality          TEXT NOT NULL DEFAULT '',           -- critical, high, medium, low
	rto                  TEXT NOT NULL DEFAULT '',           -- within what time it is back: le_1h ... gt_7d
	stores_data          TEXT NOT NULL DEFAULT '',           -- yes, no
	classification       TEXT NOT NULL DEFAULT '',           -- public, internal, confidential, restricted
	data_types           TEXT NOT NULL DEFAULT '[]',
	encrypted_at_rest    TEXT NOT NULL DEFAULT '',           -- yes, no
	encrypted_in_transit TEXT NOT NULL DEFAULT '',           -- yes, no
	backup               TEXT NOT NULL DEFAULT '',           -- continuous, hourly, daily, weekly, monthly, never
	backup_tested_on     TEXT NOT NULL DEFAULT '',           -- when it was last restored from
	retention            TEXT NOT NULL DEFAULT '',
	seen_on              TEXT NOT NULL DEFAULT '',           -- when somebody or something last saw it
	review_on            TEXT NOT NULL DEFAULT '',           -- when it is looked at again
	created_at           TEXT NOT NULL,
	updated_at           TEXT NOT NULL,
	version              INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX asset_ref ON asset (ref);
CREATE INDEX asset_name ON asset (name COLLATE NOCASE, id);
CREATE INDEX asset_owner ON asset (owner, name COLLATE NOCASE);
CREATE INDEX asset_environment ON asset (environment, kind);
CREATE INDEX asset_updated ON asset (updated_at, id);

CREATE VIEW searchable_asset (id, ref, title, body) AS
SELECT id, ref, name, identifier || char(30) || description || char(30) || provider || char(30) || account_id || char(30) || custodian FROM asset;

-- +goose StatementBegin
CREATE TRIGGER asset_version AFTER UPDATE ON asset WHEN NEW.version = OLD.version BEGIN
	UPDATE asset SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
