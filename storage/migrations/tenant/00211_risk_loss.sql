-- +goose Up
-- What a risk costs, for those that say it in money: how often it happens and what it costs each time, as three numbers
-- that somebody is nine times out of ten right with. All six of a state are 0 while nobody has said. How often is in
-- ten-thousandths, in the unit that it was said in; costs are in minor units of the currency.
CREATE TABLE risk_loss (
	id                    TEXT PRIMARY KEY,
	risk                  TEXT NOT NULL UNIQUE REFERENCES risk (id) ON DELETE CASCADE,
	currency              TEXT NOT NULL,
	inherent_unit         TEXT NOT NULL DEFAULT '',        -- a_year, or once_in: so many years
	inherent_often_low    INTEGER NOT NULL DEFAULT 0,
	inherent_often_likely INTEGER NOT NULL DEFAULT 0,
	inherent_often_high   INTEGER NOT NULL DEFAULT 0,
	inherent_cost_low     INTEGER NOT NULL DEFAULT 0,
	inherent_cost_likely  INTEGER NOT NULL DEFAULT 0,
	inherent_cost_high    INTEGER NOT NULL DEFAULT 0,
	residual_unit         TEXT NOT NULL DEFAULT '',
	residual_often_low    INTEGER NOT NULL DEFAULT 0,
	residual_often_likely INTEGER NOT NULL DEFAULT 0,
	residual_often_high   INTEGER NOT NULL DEFAULT 0,
	residual_cost_low     INTEGER NOT NULL DEFAULT 0,
	residual_cost_likely  INTEGER NOT NULL DEFAULT 0,
	residual_cost_high    INTEGER NOT NULL DEFAULT 0,
	expected_loss         INTEGER NOT NULL,                -- mean loss of a year, as it is today: made of the above, to sort by
	updated_at            TEXT NOT NULL
) STRICT;

-- The loss of a year that the organisation is ready to bear; 0 while nobody has said.
CREATE TABLE risk_appetite (
	id         TEXT PRIMARY KEY CHECK (id = 'risk_appetite'),
	amount     INTEGER NOT NULL DEFAULT 0,
	currency   TEXT NOT NULL DEFAULT '',
	updated_at TEXT NOT NULL DEFAULT '',
	version    INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO risk_appetite (id) VALUES ('risk_appetite');

-- +goose StatementBegin
CREATE TRIGGER risk_appetite_version AFTER UPDATE ON risk_appetite WHEN NEW.version = OLD.version BEGIN
	UPDATE risk_appetite SET version = OLD.version + 1 WHERE id = NEW.id;
END;
-- +goose StatementEnd
