-- +goose Up
-- People of one status and risks stand by their names, so that a page of them is read in order.
DROP INDEX personnel_status;
CREATE INDEX personnel_status ON personnel (status, name COLLATE NOCASE, id);
CREATE INDEX risk_title ON risk (title COLLATE NOCASE, id);
