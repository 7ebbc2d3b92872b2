-- +goose Up
-- People are named in a comment by their ids; it is found, and shown, with their names.
CREATE VIEW searchable_comment (id, ref, title, body) AS
SELECT c.id, '', '', (
	WITH RECURSIVE said (text, n) AS (
		SELECT c.body, 0
		UNION ALL
		SELECT substr(text, 1, instr(text, '@['))
			|| coalesce((SELECT p.name FROM person p WHERE p.id = substr(text, instr(text, '@[') + 2, instr(substr(text, instr(text, '@[')), ']') - 3)), 'somebody')
			|| substr(text, instr(text, '@[') + instr(substr(text, instr(text, '@[')), ']')), n + 1
		FROM said WHERE instr(text, '@[') > 0 AND instr(substr(text, instr(text, '@[')), ']') > 0
	) SELECT text FROM said ORDER BY n DESC LIMIT 1)
FROM comment c WHERE c.deleted_at = '';

CREATE VIEW searchable_scope (id, ref, title, body) AS
SELECT id, '', name, description FROM scope WHERE kind = 'product';
