-- +goose Up
-- The figures of each day are kept for every scope; what was kept so far is the organisation's.
ALTER TABLE readiness_day RENAME TO readiness_day_old;
CREATE TABLE readiness_day (
	day         TEXT NOT NULL,
	framework   TEXT NOT NULL,
	scope       TEXT NOT NULL DEFAULT 'organisation',
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
	PRIMARY KEY (day, framework, scope)
) STRICT;
INSERT INTO readiness_day (day, framework, applicable, met, attention, in_progress, controls, effective, readiness, evidence, current, needing, expiring)
SELECT day, framework, applicable, met, attention, in_progress, controls, effective, readiness, evidence, current, needing, expiring FROM readiness_day_old;
DROP TABLE readiness_day_old;
CREATE INDEX readiness_day_scope ON readiness_day (scope, framework, day);
