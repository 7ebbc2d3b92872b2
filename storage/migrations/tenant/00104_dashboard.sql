-- +goose Up
-- The figures of each day, written by the nightly job; framework '' is the whole program.
CREATE TABLE readiness_day (
	day         TEXT NOT NULL,
	framework   TEXT NOT NULL,
	applicable  INTEGER NOT NULL,   -- assessable requirements that apply
	met         INTEGER NOT NULL,
	attention   INTEGER NOT NULL,
	in_progress INTEGER NOT NULL,
	controls    INTEGER NOT NULL,   -- applicable controls
	effective   INTEGER NOT NULL,
	readiness   INTEGER NOT NULL,   -- basis points, claim x proof
	evidence    INTEGER NOT NULL,   -- evidence requests that apply
	current     INTEGER NOT NULL,   -- of these, current or expiring soon
	needing     INTEGER NOT NULL DEFAULT 0, -- of the whole program: controls that need attention
	expiring    INTEGER NOT NULL DEFAULT 0, -- of the whole program: evidence that expires within 30 days
	PRIMARY KEY (day, framework)
) STRICT;
