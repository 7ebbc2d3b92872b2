-- +goose Up
-- What everybody hears of who has not chosen, where the organisation wants it otherwise than the program.
CREATE TABLE notification_default (
	event  TEXT PRIMARY KEY,
	active INTEGER NOT NULL DEFAULT 1,            -- 0: nobody is told, whatever they chose
	inbox  INTEGER NOT NULL DEFAULT 1,
	mail   INTEGER NOT NULL DEFAULT 0
) STRICT;
