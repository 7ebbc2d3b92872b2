package mail

import (
	"encoding/json"
	"html/template"
	"net/http"
	"strings"

	"assay/storage"
)

// Kept is a mail as the demo's outbox shows it.
type Kept struct {
	ID        string `json:"id"`
	To        string `json:"to"`
	Kind      string `json:"kind"`
	Subject   string `json:"subject"`
	Text      string `json:"text"`
	HTML      string `json:"html"`
	CreatedAt string `json:"created_at"`
	SentAt    string `json:"sent_at"`
}

// Outbox shows every mail, newest first: a page at /demo/outbox, each mail as
// it looks at /demo/outbox/{id}, and all of them as JSON at /demo/outbox.json.
// It opens every link that was ever mailed, so only the demo may mount it, and
// only a Post made with keep has anything to show.
func (p *Post) Outbox() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /demo/outbox.json", func(w http.ResponseWriter, r *http.Request) {
		all, err := p.all(r)
		if err != nil {
			http.Error(w, "The outbox could not be read.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		json.NewEncoder(w).Encode(map[string]any{"items": all})
	})
	mux.HandleFunc("GET /demo/outbox", func(w http.ResponseWriter, r *http.Request) {
		all, err := p.all(r)
		if err != nil {
			http.Error(w, "The outbox could not be read.", http.StatusInternalServerError)
			return
		}
		var b strings.Builder
		if err := outbox.Execute(&b, all); err != nil {
			http.Error(w, "The outbox could not be shown.", http.StatusInternalServerError)
			return
		}
		show(w, b.String())
	})
	mux.HandleFunc("GET /demo/outbox/{id}", func(w http.ResponseWriter, r *http.Request) {
		all, err := p.all(r)
		if err != nil {
			http.Error(w, "The outbox could not be read.", http.StatusInternalServerError)
			return
		}
		for _, m := range all {
			if m.ID == r.PathValue("id") {
				show(w, m.HTML)
				return
			}
		}
		http.NotFound(w, r)
	})
	return mux
}

// show sends a page that runs no script and loads nothing. Its styles stand in
// it, as mail programs want them.
func show(w http.ResponseWriter, page string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	w.Write([]byte(page))
}

func (p *Post) all(r *http.Request) ([]Kept, error) {
	all := []Kept{}
	err := p.store.Control().Read(r.Context(), postCall, func(tx *storage.ReadTx) error {
		rows, err := tx.Query("SELECT id, recipient, kind, body, created_at, sent_at FROM mail WHERE body <> '' ORDER BY created_at DESC, rowid DESC LIMIT 200")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var l Kept
			var body string
			if err := rows.Scan(&l.ID, &l.To, &l.Kind, &body, &l.CreatedAt, &l.SentAt); err != nil {
				return err
			}
			m := Message{ID: l.ID}
			if err := open(tx, body, &m); err != nil {
				return err
			}
			l.Subject, l.Text, l.HTML = m.Subject, m.Text, m.HTML
			all = append(all, l)
		}
		return rows.Err()
	})
	return all, err
}

var outbox = template.Must(template.New("outbox").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Outbox</title>
<style>
:root { color-scheme: light dark; --ink: light-dark(#1b2126, #e6e9ec); --soft: light-dark(#5c666e, #a9b1b9); --card: light-dark(#fff, #1d2125); --page: light-dark(#f4f5f3, #14171a); --line: light-dark(#dfe3e0, #343a40); --link: light-dark(#0f5c4d, #6fd0bb); }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 720px; margin: 0 auto; padding: 32px 16px; }
h1 { font-size: 24px; margin: 0 0 4px; }
p { margin: 0 0 24px; color: var(--soft); }
ol { list-style: none; margin: 0; padding: 0; }
li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px; margin-bottom: 10px; }
a { color: var(--link); font-weight: 600; }
small { display: block; color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>Outbox</h1>
<p>This demo sends no mail. What it would have sent is kept here, newest first.</p>
{{if not .}}<p>There is no mail yet.</p>{{end}}
<ol>
{{range .}}<li><a href="/demo/outbox/{{.ID}}">{{.Subject}}</a><small>to {{.To}}, <time datetime="{{.CreatedAt}}">{{.CreatedAt}}</time></small></li>
{{end}}</ol>
</main>
</body>
</html>
`))
