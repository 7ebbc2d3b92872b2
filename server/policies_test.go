package server

import (
	"encoding/json"
	"fmt"
)

// The policies of an organisation, each as an operation needs it. Their versions stand under the same numbers.
const (
	policyPublished = iota // with a request to everybody
	policyDocument         // published, an uploaded document, with another
	policyDraft
	policyDiscarded
	policyWithdrawn
	policyApproved
	policyRejected
	policyRatified
	policyDeleted
	policyEmpty
	policyArchived
)

// words is a text of one paragraph as the editor makes it.
func words(text string) m {
	return m{"type": "doc", "content": []m{{"type": "paragraph", "content": []m{{"type": "text", "text": text}}}}}
}

// digestOf is what is sent with a decision about a version.
func digestOf(n int) func(*house, *org, caller) any {
	return func(h *house, o *org, _ caller) any {
		return m{"digest": h.text(o, "SELECT coalesce(max(digest), printf('%064d', 0)) FROM policy_version WHERE id = ?", o.ids["policy_version"][n]), "comment": "Seen"}
	}
}

// policies gives an organisation policies in every state.
func (h *house) policies(o *org, word string) {
	h.tb.Helper()
	admin, user := o.callers["admin"], o.callers["user"]
	id := func(a answer) string {
		var r struct{ ID string }
		h.must(json.Unmarshal(a.body, &r))
		return r.ID
	}
	for n := policyPublished; n <= policyArchived; n++ {
		p := id(h.do(user, "POST", "/policies", m{"title": fmt.Sprint(word, " policy ", n), "summary": word, "category": word, "owner": user.person, "controls": o.ids["control"][:1]}, nil))
		o.ids["policy"] = append(o.ids["policy"], p)
		switch n {
		case policyEmpty:
			continue
		case policyArchived:
			h.do(user, "POST", "/policies/"+p+"/archive", nil, nil)
			continue
		}
		v := id(h.do(user, "POST", "/policies/"+p+"/versions", m{"change_summary": word}, nil))
		o.ids["policy_version"] = append(o.ids["policy_version"], v)
		if n == policyDocument {
			h.want(user, asFile("/policy-versions/"+v+"/document", word+".txt", []byte(word+" shuts its windows.\n")), nil)
		} else {
			h.do(user, "PATCH", "/policy-versions/"+v, m{"content": words(word + " locks its doors.")}, nil, version(h.text(o, "SELECT version FROM policy_version WHERE id = ?", v)))
		}
		if n == policyDraft || n == policyDiscarded {
			continue
		}
		h.do(user, "POST", "/policy-versions/"+v+"/submit", m{"approvers": []string{admin.person}}, nil)
		if n == policyWithdrawn || n == policyApproved || n == policyRejected {
			continue
		}
		h.do(admin, "POST", "/policy-versions/"+v+"/approve", m{"digest": h.text(o, "SELECT digest FROM policy_version WHERE id = ?", v), "comment": word}, nil)
		if n > policyDocument {
			continue
		}
		h.do(user, "POST", "/policy-versions/"+v+"/publish", nil, nil)
		o.ids["policy_request"] = append(o.ids["policy_request"], id(h.do(user, "POST", "/policies/"+p+"/requests", m{"audience": "all", "message": word, "due_on": "2026-12-31"}, nil)))
	}
	for i := range 5 {
		o.ids["policy_exception"] = append(o.ids["policy_exception"], id(h.do(user, "POST", "/policies/"+o.ids["policy"][0]+"/exceptions",
			m{"subject": fmt.Sprint(word, i), "what": word, "reason": word, "compensation": word, "expires_on": "2026-12-31"}, nil)))
	}
}
