-- +goose Up
-- The score of a risk, as the list sorts by it: the same text, or SQLite does not see that it is.
CREATE INDEX risk_points ON risk (
	CASE WHEN residual_likelihood * residual_impact > 0 THEN residual_likelihood * residual_impact ELSE inherent_likelihood * inherent_impact END, id);
