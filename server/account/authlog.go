package account

import (
	"strings"
	"unicode"

	"assay/server/op"
	"assay/storage"
)

// Visited is one row of the auth log: what happened at the door. It is kept for
// as long as the organisation says, a year unless told otherwise.
type Visited struct {
	ID      string `json:"id"`
	At      string `json:"at"`
	Event   string `json:"event" doc:"sign_in, sign_out, password_changed, ..."`
	Outcome string `json:"outcome" enum:"ok,refused"`
	Account string `json:"account,omitempty"`
	Email   string `json:"email" doc:"As it was typed, when nobody with this address is known"`
	IP      string `json:"ip"`
	Agent   string `json:"agent" doc:"The browser or program"`
	Detail  string `json:"detail" doc:"wrong_password, waiting, wrong_code, ..."`
}

// EventColumns and ScanEvent read rows of auth_log l.
const EventColumns = "l.id, l.at, l.event, l.outcome, l.account, l.email, l.ip, l.agent, l.detail"

// ScanEvent reads one row.
func ScanEvent(r op.Row) (e Visited, err error) {
	return e, r.Scan(&e.ID, &e.At, &e.Event, &e.Outcome, &e.Account, &e.Email, &e.IP, &e.Agent, &e.Detail)
}

// note is an entry on its way into the auth log.
type note struct {
	event, outcome, account, tenant, email, detail string
}

const (
	ok      = "ok"
	refused = "refused"
)

// note writes an entry of the auth log.
func (d *Door) note(tx *storage.WriteTx, v *op.Visit, n note) error { return enter(tx, v, n) }

func enter(tx *storage.WriteTx, v *op.Visit, n note) error {
	n.email = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?' // whoever reads the log in a terminal sees what was typed, not what it does
		}
		return r
	}, n.email)
	return tx.Exec("INSERT INTO auth_log (id, at, event, outcome, account, tenant, email, ip, agent, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		tx.NewID(), tx.Stamp(), n.event, n.outcome, n.account, n.tenant, n.email, v.IP(), v.UserAgent(), n.detail)
}

type eventPage struct {
	Page  int `query:"page" minimum:"1" maximum:"1000000"`
	Limit int `query:"limit" minimum:"1" maximum:"100"`
}

func (d *Door) ownAuthLog(sc *op.Scope, in eventPage) (p op.Page[Visited], err error) {
	at := op.PageIn{Page: in.Page, Limit: in.Limit}
	p.Page, p.Limit = at.Number(), at.Size()
	account := sc.Caller().Account
	err = sc.ReadControl(func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT "+EventColumns+" FROM auth_log l WHERE l.account = ? ORDER BY l.at DESC, l.id LIMIT ? OFFSET ?", account, at.Size(), at.Offset())
		if err != nil {
			return err
		}
		if p.Items, err = op.Scan(rows, ScanEvent); err != nil {
			return err
		}
		return tx.QueryRow("SELECT count(*) FROM auth_log WHERE account = ?", account).Scan(&p.Total)
	})
	return p, err
}

// Note writes an entry for a module that acts on somebody else's account.
func Note(tx *storage.WriteTx, v *op.Visit, event, account, tenant, email, detail string) error {
	return enter(tx, v, note{event: event, outcome: ok, account: account, tenant: tenant, email: email, detail: detail})
}
