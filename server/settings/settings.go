// Package settings is what an organisation says of itself: its profile, logo
// and colour, its time zone and currency, and how long sign-ins are kept.
package settings

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"assay/server/account"
	"assay/server/op"
	"assay/server/op/sniff"
)

// Settings is the organisation as its settings page shows it.
type Settings struct {
	Name         string `json:"name"`
	Slug         string `json:"slug" doc:"The short name in addresses"`
	Industry     string `json:"industry"`
	Website      string `json:"website"`
	Address      string `json:"address"`
	ContactEmail string `json:"contact_email"`
	Zone         string `json:"zone" doc:"IANA time zone: what today is, and when nightly work runs"`
	Currency     string `json:"currency" doc:"ISO 4217"`
	Color        string `json:"color" doc:"As #rrggbb; empty means the product's own"`
	Logo         string `json:"logo" doc:"Where the logo is; empty when there is none"`
	AuthLogDays  int    `json:"auth_log_days" doc:"How long sign-ins are kept"`
	UpdatedAt    string `json:"updated_at"`
	Version      int    `json:"version"`
}

// How long sign-ins may be kept, in days.
const (
	LeastAuthLogDays = 30
	MostAuthLogDays  = 3650
)

// Module is the part of the API about the organisation's settings.
func Module() op.Module {
	ops := op.List("auth_log", "GET /auth-log/tenant", op.Admin, authLog, op.Doc("What happened at the door with the organisation's members"))
	return op.Module{
		Name: "settings",
		Owns: []string{"organisation", "tenant"},
		Ops: append(ops,
			op.Steps("get", "GET /settings", op.Everyone, get, op.Doc("The organisation's settings")),
			op.Steps("update", "PATCH /settings", op.Admin, update, op.Unversioned("there is one organisation: If-Match is compared with its version by the function"), op.Doc("Change the organisation's settings")),
			op.Steps("rename", "POST /settings/slug", op.Admin, rename, op.Doc("Change the short name in addresses. Links with the old one stop working")),
			op.Download("logo", "GET /settings/logo", op.Everyone, logo, op.Present(), op.Doc("The organisation's logo")),
			op.Upload("set_logo", "POST /settings/logo", op.Admin, op.Limit{MB: 2, Types: []sniff.Type{sniff.PNG, sniff.JPEG}}, setLogo, op.Doc("Upload a logo, PNG or JPEG of at most 2 MB")),
			op.Write("delete_logo", "DELETE /settings/logo", op.Admin, deleteLogo, op.Doc("Go back to no logo")),
		),
	}
}

// readable says whether a colour is dark enough to be told from white: a
// contrast of 3 to 1, which WCAG asks of parts of a page. Dark pages lighten it.
func readable(color string) bool {
	l, ok := luminance(color)
	return ok && (1+0.05)/(l+0.05) >= 3
}

// luminance is that of WCAG 2, from 0 for black to 1 for white.
func luminance(color string) (float64, bool) {
	if len(color) != 7 || color[0] != '#' {
		return 0, false
	}
	n, err := strconv.ParseUint(color[1:], 16, 32)
	if err != nil {
		return 0, false
	}
	part := func(v uint64) float64 {
		c := float64(v&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n>>16) + 0.7152*part(n>>8) + 0.0722*part(n), true
}

func validZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

func validSite(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Hostname(), ".") && u.User == nil
}

// currencies are the codes of ISO 4217 that are money people pay with.
var currencies = strings.Fields(`AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER
ZAR ZMW ZWG`)

func validCurrency(code string) bool { return slices.Contains(currencies, code) }

type authFilter struct {
	op.PageIn
	Event   []string `query:"event" json:"event,omitempty" maxItems:"20"`
	Outcome string   `query:"outcome" json:"outcome,omitempty" enum:"ok,refused"`
	Account string   `query:"account" json:"account,omitempty" maxLength:"40"`
	From    string   `query:"from" json:"from,omitempty" format:"date" doc:"First day, in UTC"`
	To      string   `query:"to" json:"to,omitempty" format:"date" doc:"Last day, in UTC"`
}

// authLog lists what names this organisation, and what names none but is about
// one of its members: a wrong password names no organisation.
var authLog = op.Table[authFilter, account.Visited]{
	Control: true,
	From:    "auth_log l",
	Columns: account.EventColumns,
	Key:     "l.id",
	Scan:    account.ScanEvent,
	Where: func(w *op.Where, f authFilter) {
		t := w.Tx().Call().Tenant
		w.And("l.tenant = ? OR l.tenant = '' AND l.account <> '' AND l.account IN (SELECT account FROM membership WHERE tenant = ?)", t, t)
		w.Search(f.Q, "l.email", "l.ip", "l.agent", "l.event", "l.detail")
		w.In("l.event", f.Event)
		w.Eq("l.outcome", f.Outcome)
		w.Eq("l.account", f.Account)
		if f.From != "" {
			w.And("l.at >= ?", f.From)
		}
		if f.To != "" {
			w.And("l.at < ?", f.To+"U") // sorts after every T of that day
		}
	},
	Sort:    map[string]string{"at": "l.at"},
	Default: "-at",
	Facets:  []op.Facet{{Name: "event", SQL: "l.event"}, {Name: "outcome", SQL: "l.outcome"}},
	Export: []op.Col[account.Visited]{
		{Header: "At", Value: func(e account.Visited) any { return e.At }},
		{Header: "Event", Value: func(e account.Visited) any { return e.Event }},
		{Header: "Outcome", Value: func(e account.Visited) any { return e.Outcome }},
		{Header: "Email", Value: func(e account.Visited) any { return e.Email }},
		{Header: "IP", Value: func(e account.Visited) any { return e.IP }},
		{Header: "Agent", Value: func(e account.Visited) any { return e.Agent }},
		{Header: "Detail", Value: func(e account.Visited) any { return e.Detail }},
	},
}
