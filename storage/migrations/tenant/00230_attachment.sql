-- +goose Up
-- A file that hangs at a record: a contract, a report, a certificate. What it holds lies sealed in the object store.
CREATE TABLE attachment (
	id          TEXT PRIMARY KEY,
	kind        TEXT NOT NULL,                    -- of the record it hangs at
	record      TEXT NOT NULL,
	name        TEXT NOT NULL,
	type        TEXT NOT NULL,                    -- media type, as found by looking at the content
	size        INTEGER NOT NULL,
	sha256      TEXT NOT NULL,                    -- of what is kept
	original    TEXT NOT NULL,                    -- of what was uploaded
	object      TEXT NOT NULL,
	uploaded_by TEXT NOT NULL DEFAULT '',
	uploaded_at TEXT NOT NULL
) STRICT;
CREATE INDEX attachment_record ON attachment (kind, record, uploaded_at);
CREATE INDEX attachment_object ON attachment (object);

CREATE VIEW readable_attachment (id, object, name, type, size, sha256) AS
SELECT id, object, name, type, size, sha256 FROM attachment;

CREATE VIEW searchable_attachment (id, ref, title, body) AS
SELECT a.id, '', a.name, coalesce(t.text, '')
FROM attachment a LEFT JOIN object_text t ON t.object = a.object;
