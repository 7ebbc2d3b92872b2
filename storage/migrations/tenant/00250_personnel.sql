-- +goose Up
-- Where people work and as what. A record of a person names one of each.
CREATE TABLE department (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	head        TEXT NOT NULL DEFAULT '',        -- of personnel
	color       TEXT NOT NULL DEFAULT 'grey',    -- in the chart: grey, violet, green, blue, amber, red
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX department_name ON department (name COLLATE NOCASE);

CREATE TABLE job_role (
	id          TEXT PRIMARY KEY,
	name        TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	owner       TEXT NOT NULL DEFAULT '',        -- who answers for what the role may do: a person of the product
	created_at  TEXT NOT NULL,
	updated_at  TEXT NOT NULL,
	version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX job_role_name ON job_role (name COLLATE NOCASE);

-- Everybody who works for the organisation, also who never signs in here. Whoever does is a row of person, too: the two
-- are one human being where they have the same address. Erasing the person clears both.
CREATE TABLE personnel (
	id            TEXT PRIMARY KEY,
	name          TEXT NOT NULL,
	email         TEXT NOT NULL DEFAULT '',
	employee_id   TEXT NOT NULL DEFAULT '',      -- as the payroll has it
	phone         TEXT NOT NULL DEFAULT '',
	employment    TEXT NOT NULL DEFAULT 'employee', -- employee, contractor, intern, vendor_staff
	department    TEXT NOT NULL DEFAULT '',
	job_role      TEXT NOT NULL DEFAULT '',
	manager       TEXT NOT NULL DEFAULT '',      -- of personnel; never in a circle
	status        TEXT NOT NULL DEFAULT 'active', -- active, inactive, on_leave, terminated
	started_on    TEXT NOT NULL DEFAULT '',
	ended_on      TEXT NOT NULL DEFAULT '',      -- the last day of work
	location      TEXT NOT NULL DEFAULT '',
	background    TEXT NOT NULL DEFAULT 'unknown', -- unknown, not_done, pending, passed, failed
	background_on TEXT NOT NULL DEFAULT '',
	nda           TEXT NOT NULL DEFAULT 'unknown', -- unknown, not_signed, signed
	nda_on        TEXT NOT NULL DEFAULT '',
	training      TEXT NOT NULL DEFAULT 'unknown', -- unknown, never, done
	training_on   TEXT NOT NULL DEFAULT '',      -- last completed
	mfa           TEXT NOT NULL DEFAULT 'unknown', -- unknown, yes, no
	admin_rights  TEXT NOT NULL DEFAULT 'unknown', -- unknown, yes, no
	notes         TEXT NOT NULL DEFAULT '',
	source        TEXT NOT NULL DEFAULT 'manual', -- manual, import
	created_at    TEXT NOT NULL,
	updated_at    TEXT NOT NULL,
	version       INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX personnel_email ON personnel (email COLLATE NOCASE) WHERE email <> '';
CREATE UNIQUE INDEX personnel_employee ON personnel (employee_id COLLATE NOCASE) WHERE employee_id <> '';
CREATE INDEX personnel_name ON personnel (name COLLATE NOCASE, id);
CREATE INDEX personnel_department ON personnel (department, status);
CREATE INDEX personnel_job_role ON personnel (job_role);
CREATE INDEX personnel_manager ON personnel (manager, status);
CREATE INDEX personnel_status ON personnel (status);
CREATE INDEX personnel_updated ON personnel (updated_at, id);

-- Which flags the organisation wants to see, and how long a training counts.
CREATE TABLE personnel_rule (
	id                     TEXT PRIMARY KEY CHECK (id = 'personnel_rule'),
	no_nda                 INTEGER NOT NULL DEFAULT 1,
	training_overdue       INTEGER NOT NULL DEFAULT 1,
	no_background          INTEGER NOT NULL DEFAULT 1,
	terminated_with_access INTEGER NOT NULL DEFAULT 1,
	no_mfa                 INTEGER NOT NULL DEFAULT 1,
	admin_rights           INTEGER NOT NULL DEFAULT 1,
	no_manager             INTEGER NOT NULL DEFAULT 1,
	training_months        INTEGER NOT NULL DEFAULT 12,
	updated_at             TEXT NOT NULL DEFAULT '',
	version                INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO personnel_rule (id) VALUES ('personnel_rule');

-- How many people had a flag at the end of a day.
CREATE TABLE personnel_day (
	day     TEXT NOT NULL,
	flag    TEXT NOT NULL,
	raised  INTEGER NOT NULL,
	unknown INTEGER NOT NULL,
	of      INTEGER NOT NULL,                    -- people whom the flag is about
	PRIMARY KEY (day, flag)
) STRICT;

-- What has to be done whenever somebody leaves.
CREATE TABLE leaver_step (
	id       TEXT PRIMARY KEY,
	position INTEGER NOT NULL,
	title    TEXT NOT NULL,
	owner    TEXT NOT NULL DEFAULT '',
	days     INTEGER NOT NULL DEFAULT 0,         -- after the last day
	version  INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO leaver_step (id, position, title, days) VALUES
	('step-1', 1, 'Close the account for single sign-on and e-mail', 0),
	('step-2', 2, 'Take back laptop, phone and badge', 3),
	('step-3', 3, 'Take them off shared mailboxes, groups and on-call plans', 1),
	('step-4', 4, 'Change passwords that they shared with others', 3),
	('step-5', 5, 'Remind them in writing that secrecy goes on', 5);

-- Somebody leaves. Its items are tasks about the person whose keys begin with leaver/ and its id.
CREATE TABLE leaving (
	id         TEXT PRIMARY KEY,
	personnel  TEXT NOT NULL REFERENCES personnel (id) ON DELETE CASCADE,
	started_at TEXT NOT NULL,
	started_by TEXT NOT NULL DEFAULT '',
	ended_on   TEXT NOT NULL DEFAULT '',         -- their last day, as it was then
	returned_at TEXT NOT NULL DEFAULT ''         -- they came back, and what was open was cancelled
) STRICT;
CREATE INDEX leaving_personnel ON leaving (personnel, returned_at);

CREATE VIEW searchable_personnel (id, ref, title, body) AS SELECT id, employee_id, name, location || char(30) || notes FROM personnel;
CREATE VIEW searchable_department (id, ref, title, body) AS SELECT id, '', name, description FROM department;

-- +goose StatementBegin
CREATE TRIGGER department_version AFTER UPDATE ON department WHEN NEW.version = OLD.version BEGIN
	UPDATE department SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER job_role_version AFTER UPDATE ON job_role WHEN NEW.version = OLD.version BEGIN
	UPDATE job_role SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER personnel_version AFTER UPDATE ON personnel WHEN NEW.version = OLD.version BEGIN
	UPDATE personnel SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER personnel_rule_version AFTER UPDATE ON personnel_rule WHEN NEW.version = OLD.version BEGIN
	UPDATE personnel_rule SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
