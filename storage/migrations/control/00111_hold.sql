-- +goose Up
-- Since when an organisation's mails wait for a person to release them, after it went back to an earlier state.
ALTER TABLE tenant ADD COLUMN held_at TEXT NOT NULL DEFAULT '';
