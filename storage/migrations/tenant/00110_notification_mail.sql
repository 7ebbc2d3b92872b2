-- +goose Up
-- Notifications leave by mail together. batch is the id of the mail they travel in, given before it is queued, so
-- that it is queued once whatever happens between the two files. mail is '', due, sent, or dropped for who may
-- no longer be told; mailed_at is when it was handed over.
ALTER TABLE notification ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE notification ADD COLUMN mailed_at TEXT NOT NULL DEFAULT '';
CREATE INDEX notification_mailed ON notification (person, mailed_at) WHERE mailed_at <> '';
CREATE INDEX notification_at ON notification (at);
