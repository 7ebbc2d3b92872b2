-- +goose Up
-- People whose personal data was erased from an organisation, or is being erased: the steps that are still to be done
-- go on at the next start. record is the number of the first state of its backup that has nothing of them.
CREATE TABLE person_erasure (
	id       TEXT PRIMARY KEY,
	tenant   TEXT NOT NULL,
	person   TEXT NOT NULL,
	account  TEXT NOT NULL DEFAULT '',            -- '' when they never had one
	asked_at TEXT NOT NULL,
	asked_by TEXT NOT NULL,                       -- person id
	record   INTEGER NOT NULL DEFAULT 0,
	ended_at TEXT NOT NULL DEFAULT '',
	version  INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX person_erasure_open ON person_erasure (tenant, person) WHERE ended_at = '';
