-- +goose Up
-- The figures of each family and each owner, of a scope, on the days they changed: between two rows they stood
-- still. A group that has no controls any more has a last row of zeros.
CREATE TABLE readiness_part (
	scope     TEXT NOT NULL,
	kind      TEXT NOT NULL,        -- family, owner
	part      TEXT NOT NULL,        -- a family's name or a person's id; empty for none
	day       TEXT NOT NULL,
	controls  INTEGER NOT NULL,     -- controls that apply
	effective INTEGER NOT NULL,
	needing   INTEGER NOT NULL,
	readiness INTEGER NOT NULL,     -- basis points, claim x proof
	PRIMARY KEY (scope, kind, part, day)
) STRICT;
