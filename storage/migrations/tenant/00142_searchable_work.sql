-- +goose Up
CREATE VIEW searchable_activity (id, ref, title, body) AS
SELECT id, '', name, description || char(30) || policy || char(30) || notes FROM activity;

CREATE VIEW searchable_task (id, ref, title, body) AS
SELECT id, '', title, description || char(30) || outcome FROM task;
