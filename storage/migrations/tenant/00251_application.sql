-- +goose Up
-- What people work with, and who has access to it.
CREATE TABLE application (
	id             TEXT PRIMARY KEY,
	name           TEXT NOT NULL,
	description    TEXT NOT NULL DEFAULT '',
	owner          TEXT NOT NULL DEFAULT '',
	vendor         TEXT NOT NULL DEFAULT '',
	url            TEXT NOT NULL DEFAULT '',
	classification TEXT NOT NULL DEFAULT '',         -- public, internal, confidential, restricted
	criticality    TEXT NOT NULL DEFAULT '',         -- low, medium, high, critical
	sso            TEXT NOT NULL DEFAULT 'unknown',  -- unknown, yes, no
	mfa            TEXT NOT NULL DEFAULT 'unknown',
	review_every   TEXT NOT NULL DEFAULT '',         -- monthly, quarterly, half_yearly, yearly
	created_at     TEXT NOT NULL,
	updated_at     TEXT NOT NULL,
	version        INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX application_name ON application (name COLLATE NOCASE);
CREATE INDEX application_owner ON application (owner);

CREATE TABLE access_grant (
	id           TEXT PRIMARY KEY,
	personnel    TEXT NOT NULL REFERENCES personnel (id) ON DELETE CASCADE,
	application  TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
	level        TEXT NOT NULL DEFAULT '',           -- as the application calls it: Member, Owner, Billing
	admin        INTEGER NOT NULL DEFAULT 0,         -- it gives the rights of an administrator
	granted_on   TEXT NOT NULL DEFAULT '',
	granted_by   TEXT NOT NULL DEFAULT '',
	last_used_on TEXT NOT NULL DEFAULT '',
	status       TEXT NOT NULL DEFAULT 'active',     -- active, revoked
	revoked_at   TEXT NOT NULL DEFAULT '',
	revoked_by   TEXT NOT NULL DEFAULT '',
	note         TEXT NOT NULL DEFAULT '',
	source       TEXT NOT NULL DEFAULT 'manual',     -- manual, import
	created_at   TEXT NOT NULL,
	updated_at   TEXT NOT NULL,
	version      INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX access_grant_personnel ON access_grant (personnel, status, admin);
CREATE INDEX access_grant_application ON access_grant (application, status, admin);
CREATE INDEX access_grant_status ON access_grant (status, updated_at);
CREATE INDEX access_grant_updated ON access_grant (updated_at, id);
CREATE UNIQUE INDEX access_grant_once ON access_grant (personnel, application, level COLLATE NOCASE) WHERE status = 'active';

CREATE VIEW searchable_application (id, ref, title, body) AS
SELECT id, '', name, description || char(30) || vendor || char(30) || url FROM application;

-- +goose StatementBegin
CREATE TRIGGER application_version AFTER UPDATE ON application WHEN NEW.version = OLD.version BEGIN
	UPDATE application SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER access_grant_version AFTER UPDATE ON access_grant WHEN NEW.version = OLD.version BEGIN
	UPDATE access_grant SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
