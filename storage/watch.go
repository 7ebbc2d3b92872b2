package storage

import (
	"errors"
	"fmt"
	"slices"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// phase says on whose behalf the writing connection is working.
type phase int

const (
	closed phase = iota // nobody: every statement is refused
	module              // an operation's function: its own tables only
	engine              // the engine: its own tables, the audit log among them
	schema              // migrations and maintenance: anything
)

// watch sits on a file's one writing connection. It decides which statements may run there, collects the
// rows they change, and refuses a commit whose changes were not written to the audit log.
//
// SQLite asks the authorizer when a statement is prepared, not when it runs: so nothing that a module
// prepares may outlive its transaction, and the engine's own prepared statements stay with the engine.
type watch struct {
	tables map[string]table           // of this file, read after migration
	reads  func(table, column string) // if set, hears what the statement that the engine prepares will read

	phase   phase
	owns    map[string]bool
	changes []rowChange
	touched []string // exempt tables that changed
	logged  bool     // the audit record of this transaction was written
	err     error
}

// table is what the hook must know of a table: its columns in order and which of them are the key.
type table struct {
	columns []string
	key     []int
	blobs   []string // columns of bytes
	refs    []reference
	unique  []unique
}

// rowChange is one row before and after, as the hook saw it.
type rowChange struct {
	table    string
	old, new []any
}

func (w *watch) begin(owns []string) {
	w.phase, w.changes, w.touched, w.logged, w.err = module, nil, nil, false, nil
	w.owns = set(owns...)
}

func (w *watch) install(c sqlite.ExecQuerierContext, _ string) error {
	h, ok := c.(sqlite.HookRegisterer)
	a, ok2 := c.(sqlite.AuthorizerRegisterer)
	if !ok || !ok2 {
		return errors.New("the sqlite driver has no hooks")
	}
	h.RegisterPreUpdateHook(w.saw)
	h.RegisterCommitHook(w.mayCommit)
	return a.RegisterAuthorizer(w.allow)
}

func (w *watch) allow(act sqlite.AuthorizerActionCode, name, arg, _, trigger string) sqlite.AuthorizerReturnCode {
	if w.phase == schema {
		if w.reads != nil && act == sqlite.AuthRead {
			w.reads(name, arg)
		}
		return sqlite.AuthorizerOK
	}
	if w.phase == closed {
		return sqlite.AuthorizerDeny
	}
	switch act {
	case sqlite.AuthSelect, sqlite.AuthRead, sqlite.AuthTransaction, sqlite.AuthSavepoint, sqlite.AuthRecursive:
		return sqlite.AuthorizerOK
	case sqlite.AuthFunction:
		if arg == "load_extension" {
			return sqlite.AuthorizerDeny
		}
		return sqlite.AuthorizerOK
	case sqlite.AuthPragma:
		if harmless(name, arg) {
			return sqlite.AuthorizerOK
		}
	case sqlite.AuthInsert, sqlite.AuthUpdate, sqlite.AuthDelete:
		switch {
		case engineTables[name]:
			if w.phase == engine {
				return sqlite.AuthorizerOK
			}
		case derivedTables[name]:
			if trigger != "" {
				return sqlite.AuthorizerOK
			}
		case w.phase == engine || w.owns[name]:
			return sqlite.AuthorizerOK
		}
	}
	return sqlite.AuthorizerDeny // ATTACH, PRAGMA, CREATE, another module's table
}

// harmless is the one pragma that anybody may run: FTS5 asks it, on every connection, whether somebody else
// wrote to the file.
func harmless(name, arg string) bool { return name == "data_version" && arg == "" }

func (w *watch) saw(d sqlite.SQLitePreUpdateData) {
	if w.phase == schema {
		return
	}
	name := d.TableName
	switch {
	case name == "audit":
		w.logged = true
		return
	case engineTables[name] || derivedTables[name]:
		return
	case exemptTables[name]:
		if !slices.Contains(w.touched, name) {
			w.touched = append(w.touched, name)
		}
		return
	}
	c := rowChange{table: name}
	var err error
	if d.Op != lib.SQLITE_INSERT {
		c.old = make([]any, d.Count())
		err = d.Old(c.old...)
	}
	if d.Op != lib.SQLITE_DELETE {
		c.new = make([]any, d.Count())
		err = errors.Join(err, d.New(c.new...))
	}
	if err != nil {
		w.err = fmt.Errorf("watch %s: %w", name, err)
	}
	// What the schema itself does is well: a row goes with its record, and its version is counted.
	if w.phase == module && d.Depth() == 0 && w.sealed(name, c.old) {
		w.err = fmt.Errorf("%w: a row of %s is sealed", ErrSealed, name)
	}
	w.changes = append(w.changes, c)
}

// sealed says whether a row may no longer be changed.
func (w *watch) sealed(name string, row []any) bool {
	by, ok := sealedTables[name]
	if !ok || row == nil {
		return false
	}
	i := slices.Index(w.tables[name].columns, by)
	return i < 0 || row[i] != "" && row[i] != nil
}

func (w *watch) mayCommit() int32 {
	if w.phase != schema && (w.err != nil || len(w.changes) > 0 && !w.logged) {
		return 1 // SQLite turns the commit into a rollback
	}
	return 0
}

// readOnly is the authorizer of reading connections: they may look at this file and do nothing else, not
// even attach another one.
func readOnly(c sqlite.ExecQuerierContext, _ string) error {
	a, ok := c.(sqlite.AuthorizerRegisterer)
	if !ok {
		return errors.New("the sqlite driver has no authorizer")
	}
	return a.RegisterAuthorizer(func(act sqlite.AuthorizerActionCode, name, arg, _, _ string) sqlite.AuthorizerReturnCode {
		switch act {
		case sqlite.AuthPragma:
			if harmless(name, arg) {
				return sqlite.AuthorizerOK
			}
		case sqlite.AuthSelect, sqlite.AuthRead, sqlite.AuthTransaction, sqlite.AuthRecursive:
			return sqlite.AuthorizerOK
		case sqlite.AuthFunction:
			if arg != "load_extension" {
				return sqlite.AuthorizerOK
			}
		}
		return sqlite.AuthorizerDeny
	})
}
