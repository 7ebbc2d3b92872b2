-- +goose Up
-- The day by which what is being written shall be in force. Publishing keeps the promise, and takes the day away.
ALTER TABLE policy ADD COLUMN planned_on TEXT NOT NULL DEFAULT '';
CREATE INDEX policy_planned ON policy (planned_on) WHERE planned_on <> '';
