package risk

import (
	"database/sql"
	"errors"
	"fmt"

	"assay/server/money"
	"assay/server/op"
	"assay/server/risk/loss"
	"assay/storage"
)

// RiskLoss is what a risk costs: what was said, and what that amounts to.
type RiskLoss struct {
	Said     bool         `json:"said" doc:"Whether the risk is said in money at all"`
	Currency string       `json:"currency" doc:"Of the amounts, by ISO 4217"`
	Digits   int          `json:"digits" doc:"How many digits of an amount stand behind the point"`
	Inherent *LossSaid    `json:"inherent,omitempty" doc:"Before anything is done; absent while nobody has said"`
	Residual *LossSaid    `json:"residual,omitempty" doc:"As it is today; absent while nobody has said"`
	Figures  LossStates   `json:"figures"`
	Curve    []LossPoint  `json:"curve" doc:"How likely a year costs more than an amount, the smallest amount first"`
	Appetite RiskAppetite `json:"appetite"`
	How      string       `json:"how" doc:"How the figures are made, for the hover"`
	Version  int          `json:"version" doc:"That of the risk"`
}

// LossStates are the figures of both states, as far as they are known.
type LossStates struct {
	Inherent *LossFigures `json:"inherent,omitempty"`
	Residual *LossFigures `json:"residual,omitempty"`
}

// lossRow is what is written of a risk.
type lossRow struct {
	risk, currency     string
	inherent, residual *LossSaid
}

const lossColumns = `l.risk, l.currency, l.inherent_unit, l.inherent_often_low, l.inherent_often_likely, l.inherent_often_high, l.inherent_cost_low, l.inherent_cost_likely,
	l.inherent_cost_high, l.residual_unit, l.residual_often_low, l.residual_often_likely, l.residual_often_high, l.residual_cost_low, l.residual_cost_likely, l.residual_cost_high`

func scanLoss(r op.Row) (l lossRow, err error) {
	var a, b LossSaid
	err = r.Scan(&l.risk, &l.currency, &a.Often.Unit, &a.Often.Low, &a.Often.Likely, &a.Often.High, &a.Cost.Low, &a.Cost.Likely, &a.Cost.High,
		&b.Often.Unit, &b.Often.Low, &b.Often.Likely, &b.Often.High, &b.Cost.Low, &b.Cost.Likely, &b.Cost.High)
	if a.Often.Unit != "" {
		l.inherent = &a
	}
	if b.Often.Unit != "" {
		l.residual = &b
	}
	return l, err
}

// today is the risk as it is: the residual state where that was said, else the inherent one, as with scores.
func (l lossRow) today() LossSaid {
	if l.residual != nil {
		return *l.residual
	}
	return *l.inherent
}

// before is the risk before anything was done. What only today is known of counts as it is: nothing was gained.
func (l lossRow) before() LossSaid {
	if l.inherent != nil {
		return *l.inherent
	}
	return *l.residual
}

// expectedLoss is the mean loss of a year as it is today; lists sort by it.
func (l lossRow) expectedLoss() int64 { return amount(l.today().scenario().Expected()) }

func lossOf(tx *storage.ReadTx, in op.ByID) (RiskLoss, error) {
	l, err := scanLoss(tx.QueryRow("SELECT "+lossColumns+" FROM risk_loss l WHERE l.risk = ?", in.ID))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return RiskLoss{}, fmt.Errorf("read loss: %w", err)
	}
	l.risk = in.ID
	return l.reckoned(tx)
}

// reckoned is what is written of a risk with all that it amounts to. Nothing of that is kept: it is made of the ranges
// at every read.
func (l lossRow) reckoned(tx *storage.ReadTx) (out RiskLoss, err error) {
	if err := tx.QueryRow("SELECT version FROM risk WHERE id = ?", l.risk).Scan(&out.Version); err != nil {
		return out, err
	}
	if out.Appetite, err = appetiteOf(tx, struct{}{}); err != nil {
		return out, err
	}
	out.Said, out.Currency, out.How = l.inherent != nil || l.residual != nil, l.currency, lossHow
	if l.currency == "" {
		out.Currency = out.Appetite.Currency
	}
	out.Digits = money.Digits(out.Currency)
	out.Inherent, out.Residual = l.inherent, l.residual
	var bears int64
	if out.Currency == out.Appetite.Currency {
		bears = out.Appetite.Amount
	}
	var drawn [2]loss.Distribution
	for i, said := range []*LossSaid{l.inherent, l.residual} {
		if said == nil {
			continue
		}
		years := make(loss.Years, loss.Simulated)
		years.Add(l.risk, said.scenario())
		drawn[i] = years.Sorted()
		f := lossFigures(said.scenario().Expected(), drawn[i], bears)
		if i == 0 {
			out.Figures.Inherent = f
		} else {
			out.Figures.Residual = f
		}
	}
	out.Curve = lossCurve(drawn[0], drawn[1], bears)
	return out, nil
}

// LossDraft is what a person says of a risk in money. A state that is absent is not known.
type LossDraft struct {
	Currency string    `json:"currency" minLength:"3" maxLength:"3" doc:"Of the amounts: that of the organisation"`
	Inherent *LossSaid `json:"inherent,omitempty"`
	Residual *LossSaid `json:"residual,omitempty"`
}

// row judges what was said.
func (d LossDraft) row(tx *storage.ReadTx, id string) (l lossRow, err error) {
	own, err := appetiteOf(tx, struct{}{})
	if err != nil {
		return l, err
	}
	var c op.Check
	c.That(d.Currency == own.Currency, "currency", "Give amounts in "+own.Currency+", the currency of the organisation.")
	c.That(d.Inherent != nil || d.Residual != nil, "inherent", "Say how often it happens and what it costs, before controls or as it is today.")
	if d.Inherent != nil {
		d.Inherent.check(&c, "inherent", own.Currency)
	}
	if d.Residual != nil {
		d.Residual.check(&c, "residual", own.Currency)
	}
	return lossRow{id, d.Currency, d.Inherent, d.Residual}, c.Err()
}

type setLossIn struct {
	ID   string `path:"id" maxLength:"26"`
	Body LossDraft
}

func setLoss(tx *storage.WriteTx, in setLossIn) (RiskLoss, error) {
	l, err := in.Body.row(&tx.ReadTx, in.ID)
	if err != nil {
		return RiskLoss{}, err
	}
	if err := l.write(tx); err != nil {
		return RiskLoss{}, fmt.Errorf("write loss: %w", err)
	}
	return lossOf(&tx.ReadTx, op.ByID{ID: in.ID})
}

// write makes what is kept of a risk in money what is said now. It is a change of the risk, whose version it carries.
func (l lossRow) write(tx *storage.WriteTx) error {
	was, err := scanLoss(tx.QueryRow("SELECT "+lossColumns+" FROM risk_loss l WHERE l.risk = ?", l.risk))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = tx.Exec("INSERT INTO risk_loss (id, risk, currency, expected_loss, updated_at) VALUES (?, ?, ?, 0, ?)", tx.NewID(), l.risk, l.currency, tx.Stamp())
	case err == nil && was.same(l):
		return nil
	}
	if err != nil {
		return err
	}
	var a, b LossSaid
	if l.inherent != nil {
		a = *l.inherent
	}
	if l.residual != nil {
		b = *l.residual
	}
	err = tx.ExecOne(`UPDATE risk_loss SET currency = ?, inherent_unit = ?, inherent_often_low = ?, inherent_often_likely = ?, inherent_often_high = ?,
		inherent_cost_low = ?, inherent_cost_likely = ?, inherent_cost_high = ?, residual_unit = ?, residual_often_low = ?, residual_often_likely = ?,
		residual_often_high = ?, residual_cost_low = ?, residual_cost_likely = ?, residual_cost_high = ?, expected_loss = ?, updated_at = ? WHERE risk = ?`,
		l.currency, a.Often.Unit, a.Often.Low, a.Often.Likely, a.Often.High, a.Cost.Low, a.Cost.Likely, a.Cost.High,
		b.Often.Unit, b.Often.Low, b.Often.Likely, b.Often.High, b.Cost.Low, b.Cost.Likely, b.Cost.High, l.expectedLoss(), tx.Stamp(), l.risk)
	if err != nil {
		return err
	}
	return touch(tx, l.risk)
}

func (l lossRow) same(o lossRow) bool {
	equal := func(a, b *LossSaid) bool { return a == b || a != nil && b != nil && *a == *b }
	return l.currency == o.currency && equal(l.inherent, o.inherent) && equal(l.residual, o.residual)
}

// touch makes a new version of a risk of which a part changed.
func touch(tx *storage.WriteTx, id string) error {
	return tx.ExecOne("UPDATE risk SET updated_at = ? WHERE id = ?", tx.Stamp(), id)
}

func removeLoss(tx *storage.WriteTx, in op.ByID) (struct{}, error) {
	if err := tx.ExecOne("DELETE FROM risk_loss WHERE risk = ?", in.ID); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, touch(tx, in.ID)
}

type previewIn struct {
	ID           string  `path:"id" maxLength:"26"`
	Currency     string  `query:"currency" minLength:"3" maxLength:"3" doc:"Of the amounts: that of the organisation"`
	InherentUnit string  `query:"inherent_unit" enum:"a_year,once_in"`
	Inherent     []int64 `query:"inherent" maxItems:"6" doc:"How often in ten-thousandths, low, likely and high, then what it costs, low, likely and high; nothing while it is not known"`
	ResidualUnit string  `query:"residual_unit" enum:"a_year,once_in"`
	Residual     []int64 `query:"residual" maxItems:"6" doc:"The same as it is today"`
}

// previewLoss reckons what is being said and writes nothing.
func previewLoss(tx *storage.ReadTx, in previewIn) (RiskLoss, error) {
	said := func(unit string, n []int64) *LossSaid {
		if len(n) != 6 {
			return nil
		}
		return &LossSaid{LossOften{unit, n[0], n[1], n[2]}, LossCost{n[3], n[4], n[5]}}
	}
	l, err := LossDraft{in.Currency, said(in.InherentUnit, in.Inherent), said(in.ResidualUnit, in.Residual)}.row(tx, in.ID)
	if err != nil {
		return RiskLoss{}, err
	}
	return l.reckoned(tx)
}
