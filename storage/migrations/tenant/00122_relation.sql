-- +goose Up
-- A set of relations between two frameworks, as it came. It may arrive before its frameworks: the pairs are
-- kept as [from, to, kind, strength or null, rationale], with refs in small letters, and become relations when both are here.
CREATE TABLE relation_set (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	source     TEXT NOT NULL DEFAULT 'import',    -- catalog, import
	source_key TEXT NOT NULL DEFAULT '',          -- URN of the set, or the catalog's key
	from_key   TEXT NOT NULL,                     -- key or URN of a framework
	to_key     TEXT NOT NULL,
	pairs      TEXT NOT NULL DEFAULT '[]',
	total      INTEGER NOT NULL DEFAULT 0,        -- pairs in it
	report     TEXT NOT NULL DEFAULT '[]',        -- sentences about what was left out
	sha256     TEXT NOT NULL DEFAULT '',
	created_at TEXT NOT NULL,
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX relation_set_source ON relation_set (source_key) WHERE source_key <> '';

-- How one requirement stands to another: from_requirement is kind of to_requirement. A pair stands once.
CREATE TABLE relation (
	id               TEXT PRIMARY KEY,
	from_requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	to_requirement   TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	kind             TEXT NOT NULL,                    -- equal, subset, superset, intersects
	strength         INTEGER,                          -- 0 to 100; NULL when nobody said
	rationale        TEXT NOT NULL DEFAULT '',
	source           TEXT NOT NULL DEFAULT 'person',   -- catalog, import, person
	relation_set     TEXT REFERENCES relation_set (id) ON DELETE CASCADE,
	created_at       TEXT NOT NULL,
	updated_at       TEXT NOT NULL,
	version          INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX relation_pair ON relation (from_requirement, to_requirement);
CREATE INDEX relation_to ON relation (to_requirement, from_requirement);
CREATE INDEX relation_of_set ON relation (relation_set) WHERE relation_set IS NOT NULL;

-- A suggestion that somebody does not want to see again. A control that is deleted leaves it behind, without harm:
-- undoing the deletion finds it as it was.
CREATE TABLE dismissal (
	id          TEXT PRIMARY KEY,
	requirement TEXT NOT NULL REFERENCES requirement (id) ON DELETE CASCADE,
	control     TEXT NOT NULL,
	created_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX dismissal_pair ON dismissal (requirement, control);
