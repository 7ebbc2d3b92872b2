-- +goose Up
-- What can be searched. A module says it with a view searchable_<table> (id, ref, title, body) over its table:
-- the engine keeps one document for each of its rows. All tables here are the engine's, can be rebuilt from the
-- rows, and are not audited.
CREATE TABLE search_kind (
	kind   TEXT PRIMARY KEY,              -- the table
	number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE search_doc (
	id     INTEGER PRIMARY KEY,           -- the kind's number * 2^40 + a running number: a kind is a range
	kind   TEXT NOT NULL,
	record TEXT NOT NULL,
	ref    TEXT NOT NULL DEFAULT '',      -- "AC-02 (9)" as "ac.2.9": however it is typed
	head   TEXT NOT NULL DEFAULT '',      -- how the title begins, without capitals and accents
	digest INTEGER NOT NULL               -- of the whole text: a row that reads as before is not indexed again
) STRICT;
CREATE UNIQUE INDEX search_doc_record ON search_doc (kind, record);
CREATE INDEX search_doc_ref ON search_doc (kind, ref) WHERE ref <> '';
CREATE INDEX search_doc_head ON search_doc (kind, head);

-- The words alone: the text stays where it is, in the rows. rowid is search_doc.id.
CREATE VIRTUAL TABLE search_text USING fts5 (ref, title, body,
	content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');

-- The text inside files. A module says which of its rows have one with a view readable_<table>
-- (id, object, name, type, size, sha256).
CREATE TABLE object_text (
	object TEXT PRIMARY KEY,
	state  TEXT NOT NULL,                 -- ok, empty, unreadable, too_large, none
	reason TEXT NOT NULL DEFAULT '',      -- a sentence for people
	text   TEXT NOT NULL DEFAULT '',
	at     TEXT NOT NULL
) STRICT;
