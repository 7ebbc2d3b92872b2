package storage_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"assay/storage"
)

// TestC4OnlyStorageOpensFiles reads all source of the program: no other package opens a database, imports a
// driver, or names the folder of the tenants. database/sql is allowed for its types and errors.
func TestC4OnlyStorageOpensFiles(t *testing.T) {
	set := token.NewFileSet()
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != ".." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "dist" || path == filepath.Join("..", "storage")) {
			return filepath.SkipDir
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || path == filepath.Join("..", "hold", "deps.go") {
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		files++
		sqlName := ""
		for _, im := range f.Imports {
			p, err := strconv.Unquote(im.Path.Value)
			if err != nil {
				return err
			}
			if strings.Contains(p, "sqlite") || p == "database/sql/driver" || strings.HasPrefix(p, "modernc.org/") {
				t.Errorf("%s imports %s", path, p)
			}
			if p == "database/sql" {
				sqlName = "sql"
				if im.Name != nil {
					sqlName = im.Name.Name
				}
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && sqlName != "" {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == sqlName && x.Obj == nil && (s.Sel.Name == "Open" || s.Sel.Name == "OpenDB" || s.Sel.Name == "Register") {
					t.Errorf("%s: %s.%s: only storage opens a database", set.Position(s.Pos()), sqlName, s.Sel.Name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 80 {
		t.Errorf("only %d files were read: the test looks in the wrong place", files)
	}
}

// wild are names that have led out of a folder in some program.
var wild = []string{"", ".", "..", "../control", "../../etc/passwd", "..%2f..%2fetc", "%2e%2e/", "a/b", `a\b`, `..\..\x`, "/etc/passwd", "C:\\x", "con", "nul", "NUL.db", "a\x00b", "\x00",
	"ABCDEFGHIJKLMNOPQRSTUVWXY2/", "ABCDEFGHIJKLMNOPQRSTUVWXY2.db", "abcdefghijklmnopqrstuvwxy2", "ABCDEFGHIJKLMNOPQRSTUVWXY\u0130", "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ", "ABCDEFGHIJKLMNOPQRSTUVWXY2\n",
	"ABCDEFGHIJKLMNOPQRSTUVWXY2?mode=rwc", "ABCDEFGHIJKLMNOPQRSTUVWXY2#", "file:x", "~", "$HOME", strings.Repeat("A", 5000), "control", "lock", "tenants"}

// FuzzC5TenantIDs: no id but one of our own form reaches the disk.
func FuzzC5TenantIDs(f *testing.F) {
	for _, s := range wild {
		f.Add(s)
	}
	fx := open(f)
	list := func() (names []string) {
		_ = filepath.WalkDir(filepath.Dir(fx.dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-shm") {
				names = append(names, path)
			}
			return nil
		})
		return names
	}
	before := len(list())
	f.Fuzz(func(t *testing.T, id string) {
		if id == fx.id {
			return
		}
		if _, _, err := fx.Store.Tenant(t.Context(), id); !errors.Is(err, storage.ErrNoTenant) {
			t.Errorf("open %q: %v", id, err)
		}
		ours := len(id) == 26 && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
		if ours {
			return // it may be made
		}
		if err := fx.CreateTenant(t.Context(), id); err == nil {
			t.Errorf("%q was made", id)
		}
		if n := len(list()); n != before {
			t.Errorf("%q left a file: %d, were %d", id, n, before)
		}
		if _, err := os.Stat(filepath.Join(fx.dir, "tenants")); err != nil {
			t.Error(err)
		}
	})
}
