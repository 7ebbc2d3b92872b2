-- +goose Up
-- The digest of the catalog's words, kept when somebody changes them: it tells whether a new edition brings
-- other words than those that were changed.
ALTER TABLE requirement ADD COLUMN origin TEXT NOT NULL DEFAULT '';
