-- +goose Up
-- char(30) stands between the fields of a body: what is shown of a hit is from one of them.
CREATE VIEW searchable_control (id, ref, title, body) AS
SELECT id, ref, title, description || char(30) || test || char(30) || domain FROM control;

CREATE VIEW searchable_requirement (id, ref, title, body) AS
SELECT id, ref, title, body || char(30) || guidance FROM requirement;

CREATE VIEW searchable_framework (id, ref, title, body) AS
SELECT id, short, name, edition || char(30) || publisher || char(30) || description FROM framework;

CREATE VIEW searchable_evidence (id, ref, title, body) AS
SELECT id, '', name, description || char(30) || guidance || char(30) || category FROM evidence;

CREATE VIEW searchable_file (id, ref, title, body) AS
SELECT f.id, '', f.name, CASE WHEN f.note = '' THEN '' ELSE f.note || char(30) END || coalesce(t.text, '')
FROM file f LEFT JOIN object_text t ON t.object = f.object;

CREATE VIEW searchable_person (id, ref, title, body) AS
SELECT id, '', name, email || char(30) || title || char(30) || department FROM person;

CREATE VIEW readable_file (id, object, name, type, size, sha256) AS
SELECT id, object, name, type, size, sha256 FROM file;
