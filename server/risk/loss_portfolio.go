package risk

import (
	"fmt"

	"assay/server/money"
	"assay/server/op"
	"assay/server/risk/loss"
	"assay/storage"
)

// RiskAppetite is the loss of a year that the organisation is ready to bear.
type RiskAppetite struct {
	Amount   int64  `json:"amount" doc:"In minor units; 0 while nobody has said"`
	Currency string `json:"currency" doc:"That of the organisation"`
	Digits   int    `json:"digits" doc:"How many digits of an amount stand behind the point"`
	Version  int    `json:"version"`
}

// appetiteOf is the appetite as it was said in the currency that the organisation has now: one in another is none.
func appetiteOf(tx *storage.ReadTx, _ struct{}) (a RiskAppetite, err error) {
	err = tx.QueryRow("SELECT iif(a.currency = o.currency, a.amount, 0), o.currency, a.version FROM risk_appetite a CROSS JOIN organisation o").Scan(&a.Amount, &a.Currency, &a.Version)
	a.Digits = money.Digits(a.Currency)
	return a, err
}

type appetiteIn struct {
	IfMatch string `header:"If-Match" maxLength:"24" doc:"The version that was read"`
	Body    struct {
		Amount int64 `json:"amount" minimum:"0" maximum:"10000000000000" doc:"In minor units of the organisation's currency; 0 for none"`
	}
}

func updateAppetite(tx *storage.WriteTx, in appetiteIn) (RiskAppetite, error) {
	was, err := appetiteOf(&tx.ReadTx, struct{}{})
	if err != nil {
		return was, err
	}
	if err := op.Matches(in.IfMatch, was.Version); err != nil || was.Amount == in.Body.Amount {
		return was, err
	}
	if err := tx.ExecOne("UPDATE risk_appetite SET amount = ?, currency = ?, updated_at = ?", in.Body.Amount, was.Currency, tx.Stamp()); err != nil {
		return was, err
	}
	return appetiteOf(&tx.ReadTx, struct{}{})
}

// RiskPortfolio is what all risks that are said in money cost together. It names no risk and no person.
type RiskPortfolio struct {
	Said     int          `json:"said" doc:"Risks that are not closed and said in money: the figures are theirs"`
	Unsaid   int          `json:"unsaid" doc:"Risks that are not closed and not said in money: they are not in the figures"`
	Foreign  int          `json:"foreign" doc:"Of the unsaid, those whose amounts are in another currency than the organisation's"`
	Currency string       `json:"currency"`
	Digits   int          `json:"digits"`
	Figures  LossStates   `json:"figures" doc:"Inherent: as if nothing were done. Residual: as it is today. A risk of which one state is known counts with it in both"`
	Curve    []LossPoint  `json:"curve"`
	Appetite RiskAppetite `json:"appetite"`
	How      string       `json:"how" doc:"How the figures are made, for the hover"`
}

const portfolioHow = lossHow + " Of all risks that are not closed, the losses of each year are added up; the risks are taken to be independent. " +
	"A risk of which only one state is known counts with it in both."

// counted are the risks that are said in money and count, in an order that never changes.
const counted = ` FROM risk_loss l JOIN risk r ON r.id = l.risk CROSS JOIN organisation o WHERE r.status <> 'closed' AND l.currency = o.currency`

// portfolio adds up the risks, year by year.
func portfolio(tx *storage.ReadTx, _ struct{}) (out RiskPortfolio, err error) {
	if out.Appetite, err = appetiteOf(tx, struct{}{}); err != nil {
		return out, err
	}
	out.Currency, out.Digits, out.How, out.Curve = out.Appetite.Currency, out.Appetite.Digits, portfolioHow, []LossPoint{}
	rows, err := tx.Query("SELECT " + lossColumns + counted + " ORDER BY l.risk")
	if err != nil {
		return out, err
	}
	all, err := op.Scan(rows, scanLoss)
	if err != nil {
		return out, err
	}
	out.Said = len(all)
	err = tx.QueryRow(`SELECT count(*), count(l.id) FROM risk r CROSS JOIN organisation o LEFT JOIN risk_loss l ON l.risk = r.id
		WHERE r.status <> 'closed' AND l.currency IS NOT o.currency`).Scan(&out.Unsaid, &out.Foreign)
	if err != nil || len(all) == 0 {
		return out, err
	}
	var expected [2]float64
	var drawn [2]loss.Distribution
	for i, of := range []func(lossRow) LossSaid{lossRow.before, lossRow.today} {
		years := make(loss.Years, loss.Simulated)
		for _, l := range all {
			s := of(l).scenario()
			expected[i] += s.Expected()
			years.Add(l.risk, s)
		}
		drawn[i] = years.Sorted()
	}
	out.Figures.Inherent = lossFigures(expected[0], drawn[0], out.Appetite.Amount)
	out.Figures.Residual = lossFigures(expected[1], drawn[1], out.Appetite.Amount)
	out.Curve = lossCurve(drawn[0], drawn[1], out.Appetite.Amount)
	return out, nil
}

// LossPart is what one risk adds to the expected loss of all.
type LossPart struct {
	ID       string `json:"id"`
	Ref      string `json:"ref"`
	Title    string `json:"title"`
	Inherent int64  `json:"inherent" doc:"Its expected loss in a year before controls"`
	Residual int64  `json:"residual" doc:"Its expected loss in a year as it is today"`
	Share    int    `json:"share" doc:"Of the expected loss of all as it is today, in basis points"`
}

// LossTop are the risks that cost most.
type LossTop struct {
	Items    []LossPart `json:"items" doc:"At most ten, the most expensive first"`
	Currency string     `json:"currency"`
	Digits   int        `json:"digits"`
}

const most = 10

func topLosses(tx *storage.ReadTx, _ struct{}) (out LossTop, err error) {
	a, err := appetiteOf(tx, struct{}{})
	if err != nil {
		return out, err
	}
	out = LossTop{[]LossPart{}, a.Currency, a.Digits}
	var total float64
	if err := tx.QueryRow("SELECT coalesce(sum(CAST(l.expected_loss AS REAL)), 0)" + counted).Scan(&total); err != nil {
		return out, err
	}
	rows, err := tx.Query("SELECT r.ref, r.title, l.expected_loss, "+lossColumns+counted+" ORDER BY l.expected_loss DESC, r.ref LIMIT ?", most)
	if err != nil {
		return out, err
	}
	out.Items, err = op.Scan(rows, func(row op.Row) (p LossPart, err error) {
		var kept int64
		l, err := scanLoss(ahead{row, []any{&p.Ref, &p.Title, &kept}})
		if err != nil {
			return p, fmt.Errorf("read loss: %w", err)
		}
		p.ID, p.Inherent, p.Residual = l.risk, amount(l.before().scenario().Expected()), l.expectedLoss()
		if p.Residual-kept > 1 || kept-p.Residual > 1 {
			return p, fmt.Errorf("risk %s: the ranges say %d, kept is %d", l.risk, p.Residual, kept)
		}
		if total > 0 {
			p.Share = int(10_000*float64(p.Residual)/total + 0.5)
		}
		return p, nil
	})
	return out, err
}

// ahead is a row that has columns before those of another scan.
type ahead struct {
	op.Row
	first []any
}

func (a ahead) Scan(dest ...any) error { return a.Row.Scan(append(a.first, dest...)...) }
