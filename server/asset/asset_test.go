package asset

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/server/imports"
	"assay/server/link"
	"assay/server/notification"
	"assay/server/number"
	"assay/server/op"
	"assay/server/optest"
	"assay/server/tag"
)

type m = map[string]any

func open(t *testing.T) *optest.API {
	return optest.New(t, Module, number.Module, notification.Module, link.Module, tag.Module, imports.Module(&Sheet))
}

func add(api *optest.API, body m) (d AssetDetail) {
	api.Must("POST", "/assets", body, &d)
	return d
}

// refs are the numbers of the assets that a query finds.
func refs(api *optest.API, query string) string {
	var p op.Page[Asset]
	api.Must("GET", "/assets?sort=ref&"+query, nil, &p)
	var all []string
	for _, r := range p.Items {
		all = append(all, r.Ref[len("AST-000"):])
	}
	return strings.Join(all, " ")
}

func needs(api *optest.API, a, b AssetDetail) {
	api.Must("POST", "/records/asset/"+a.ID+"/links", m{"type": "depends_on", "kind": "asset", "record": b.ID}, nil)
}

// What is missing of a data store is said by one rule; of what stores nothing, and of what is retired, nothing is missing.
func TestGaps(t *testing.T) {
	all := []Gap{NoClass, NoEncryption, NoBackup, NoOwner}
	known := AssetSaid{StoresData: Yes, Classification: Internal, EncryptedAtRest: Yes, EncryptedInTransit: No, Backup: "daily", Owner: "x"}
	but := func(change func(*AssetSaid)) AssetSaid { a := known; change(&a); return a }
	for _, c := range []struct {
		what  string
		asset AssetSaid
		want  []Gap
	}{
		{"a database of which nobody has said anything", AssetSaid{Kind: Database}, all},
		{"a bucket", AssetSaid{Kind: Bucket}, all},
		{"a server", AssetSaid{Kind: "server"}, nil},
		{"a server that stores data", AssetSaid{Kind: "server", StoresData: Yes}, all},
		{"a database that does not", AssetSaid{Kind: Database, StoresData: No}, nil},
		{"a retired database", AssetSaid{Kind: Database, Status: Retired}, nil},
		{"all known, unencrypted in transit", known, nil},
		{"encryption half known", but(func(a *AssetSaid) { a.EncryptedInTransit = "" }), []Gap{NoEncryption}},
		{"never backed up", but(func(a *AssetSaid) { a.Backup = Never }), []Gap{NoBackup}},
		{"nobody's", but(func(a *AssetSaid) { a.Owner = "" }), []Gap{NoOwner}},
		{"no classification", but(func(a *AssetSaid) { a.Classification = "" }), []Gap{NoClass}},
	} {
		if got := c.asset.Gaps(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

func TestRecovery(t *testing.T) {
	if !Day.After(Shift) || Shift.After(Day) || Day.After(Day) || Recovery("").After(Hour) || Longer.After("") {
		t.Error("which comes back later")
	}
}

// Lists narrow by every filter; what the figures count, the list finds; executives see figures alone.
func TestList(t *testing.T) {
	api := open(t)
	add(api, m{"name": "Orders", "kind": "database", "environment": "production", "owner": "user", "classification": "restricted", "data_types": []string{"personal", "payment"},
		"encrypted_at_rest": "yes", "encrypted_in_transit": "yes", "backup": "daily", "provider": "AWS"})
	add(api, m{"name": "Uploads", "kind": "bucket", "environment": "production", "data_types": []string{"personal"}, "identifier": "arn:aws:s3:::uploads"})
	add(api, m{"name": "Shop", "kind": "application", "environment": "staging", "review_on": "2026-01-01"})
	old := add(api, m{"name": "Archive", "kind": "bucket", "status": "retired", "review_on": "2026-01-01"})
	if old.Gaps == nil || len(old.Gaps) != 0 || old.Overdue || !old.Store || old.Ref != "AST-0004" {
		t.Errorf("%+v", old)
	}
	for query, want := range map[string]string{
		"": "1 2 3 4", "store=true": "1 2 4", "gap=owner": "2", "gap=owner,backup": "2", "classification=none": "2 3 4", "classification=none,restricted": "1 2 3 4", "classification=restricted": "1",
		"environment=production": "1 2", "environment=none": "4", "kind=bucket&status=active": "2", "data_types=payment": "1", "data_types=payment,personal": "1 2", "owner=none": "2 3 4",
		"encrypted_at_rest=none": "2 3 4", "encrypted_at_rest=yes": "1", "overdue=true": "3", "provider=AWS": "1", "provider=none": "2 3 4", "q=s3:::up": "2", "backup=daily,weekly": "1",
	} {
		if got := refs(api, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	var f AssetFigures
	api.As(op.Executive).Must("GET", "/assets/figures", nil, &f)
	if f.Total != 3 || f.Stores != 2 || f.Gapped != 1 || f.Gaps[NoOwner] != 1 || f.Gaps[NoClass] != 1 || f.Classes[""] != 1 || f.Classes[Restricted] != 1 ||
		f.Nobodys != 2 || f.Overdue != 1 || f.Kinds[Bucket] != 1 || f.Environments["production"] != 2 {
		t.Errorf("%+v", f)
	}
	if api.As(op.Executive).Do("GET", "/assets", nil, nil) != 403 || api.As(op.Executive).Do("GET", "/assets/graph", nil, nil) != 403 {
		t.Error("an executive read records")
	}
	for _, status := range []int{api.As(op.Auditor).Do("POST", "/assets", m{"name": "x"}, nil), api.As(op.User).Do("DELETE", "/assets/"+old.ID, nil, nil)} {
		if status != 403 {
			t.Error(status)
		}
	}
	for field, body := range map[string]m{"name": {"name": " "}, "backup_tested_on": {"name": "x", "backup_tested_on": "2030-01-01"}, "kind": {"name": "x", "kind": "ship"}, "owner": {"name": "x", "owner": "nobody"}} {
		if api.Do("POST", "/assets", body, nil) != 422 || api.FieldError(field) == "" {
			t.Errorf("%v: %s", body, api.Body())
		}
	}
	api.Do("POST", "/assets", m{"name": "x", "classification": "secret"}, nil)
	if want := "Choose one of these, or leave it empty: public, internal, confidential, restricted."; api.FieldError("classification") != want {
		t.Errorf("%q, want %q", api.FieldError("classification"), want)
	}
	if api.Count("SELECT count(*) FROM notification WHERE person = 'user' AND event = 'asset_changed'") != 1 {
		t.Error("the owner was not told")
	}
}

// What falls with an asset is followed over any number of steps, also where the dependencies form a circle.
func TestReach(t *testing.T) {
	api := open(t)
	web, shop, db, other := add(api, m{"name": "Web"}), add(api, m{"name": "Shop"}), add(api, m{"name": "Orders", "kind": "database"}), add(api, m{"name": "Alone"})
	needs(api, web, shop)
	needs(api, shop, db)
	reach := func(of AssetDetail, direction string) string {
		var r link.Reach
		api.Must("GET", "/records/asset/"+of.ID+"/reach?direction="+direction, nil, &r)
		var all []string
		for _, x := range r.Items {
			all = append(all, fmt.Sprint(x.Title, x.Distance, x.Through))
		}
		return strings.Join(all, ", ")
	}
	if got := reach(db, "needed_by"); got != "Shop1, Web2AST-0002 Shop" {
		t.Error(got)
	}
	needs(api, db, web) // a circle
	if got := reach(db, "needed_by"); got != "Shop1, Web2AST-0002 Shop" {
		t.Error(got)
	}
	if got := reach(web, "needs"); got != "Shop1, Orders2AST-0002 Shop" {
		t.Error(got)
	}
	var g AssetGraph
	api.Must("GET", "/assets/graph", nil, &g)
	if len(g.Nodes) != 3 || len(g.Edges) != 3 || g.Alone != 1 || g.More != 0 || g.Nodes[0].NeededBy != 1 || g.Nodes[0].Path == "" {
		t.Errorf("%+v", g)
	}
	api.Must("GET", "/assets/graph?kind=database", nil, &g)
	if len(g.Nodes) != 0 || g.Alone != 1 {
		t.Errorf("%+v", g)
	}
	var d AssetDetail
	api.Must("GET", "/assets/"+shop.ID, nil, &d)
	if d.Needs != 1 || d.NeededBy != 1 {
		t.Errorf("%+v", d)
	}
	api.Must("DELETE", "/assets/"+shop.ID, nil, nil) // what held them together is gone
	if got := reach(web, "needs"); got != "" {
		t.Error(got)
	}
	if reach(other, "needs") != "" || api.Do("GET", "/records/asset/none/reach", nil, nil) != 404 {
		t.Error("what nothing is linked to")
	}
}

// An inventory comes in under the headings and the words that other tools use, and what goes out comes in unchanged.
func TestSheet(t *testing.T) {
	api := open(t)
	run := func(csv string) int {
		var made struct {
			ID      string
			Mapping any
		}
		if api.Upload("/imports?target=assets", "assets.csv", []byte(csv), &made) != 200 {
			t.Fatal(api.Body())
		}
		api.Must("POST", "/imports/"+made.ID+"/check", m{"mapping": made.Mapping}, nil)
		return api.Do("POST", "/imports/"+made.ID+"/run", nil, nil)
	}
	imported := run("resourceName,resourceType,ARN,accountId,awsRegion,Tag: Environment,Encrypted,Data\n" +
		"uploads,AWS::S3::Bucket,arn:aws:s3:::uploads,111122223333,eu-west-1,prod,true,\"PII; phi\"\n" +
		"api-1,AWS::EC2::Instance,i-0abc,111122223333,eu-west-1,stage,,\n" +
		"ghost,AWS::Ghost::Thing,g-1,111122223333,eu-west-1,prod,,\n" +
		"orders,AWS::RDS::DBInstance,arn:aws:rds:eu-west-1:111122223333:db:orders,111122223333,eu-west-1,prod,false,starlight\n")
	if got := refs(api, ""); imported != 200 || got != "1 2" {
		t.Errorf("%d %q: %s", imported, got, api.Body())
	}
	var p op.Page[Asset]
	api.Must("GET", "/assets?kind=bucket&environment=production&encrypted_at_rest=yes", nil, &p)
	if len(p.Items) != 1 || p.Items[0].AccountID != "111122223333" || p.Items[0].Region != "eu-west-1" || !slices.Equal(p.Items[0].DataTypes, []string{"health", "personal"}) || p.Items[0].EncryptedInTransit != "" {
		t.Errorf("%+v", p.Items)
	}
	before := api.Count("SELECT sum(version) FROM asset")
	api.Must("GET", "/assets/export", nil, nil)
	if run(api.Body()) != 409 || refs(api, "") != "1 2" || api.Count("SELECT sum(version) FROM asset") != before {
		t.Error("what went out and came in again changed something")
	}
}
