-- +goose Up
-- What was deleted rests for 30 days: the audit record of the deletion holds its rows, and trash_value what of
-- them is too long for the log.
CREATE TABLE trash (
	seq   INTEGER PRIMARY KEY,      -- of the audit record
	until TEXT NOT NULL             -- the instant from which it can no longer be brought back
) STRICT;
CREATE INDEX trash_until ON trash (until);
CREATE TABLE trash_value (
	seq   INTEGER NOT NULL REFERENCES trash (seq) ON DELETE CASCADE,
	tbl   TEXT NOT NULL,
	pk    TEXT NOT NULL,
	col   TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (seq, tbl, pk, col)
) STRICT;
