//go:build unix

package storage_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"assay/storage"
	"assay/storage/keys"
)

var rounds = flag.Int("kills", 20, "how often TestKill kills the writing process")

// TestKill kills a process that writes to several tenants, again and again, and counts: every write it
// acknowledged is there and in the search index, nothing is there by half, and the audit log proves it. More:
// go test ./storage -run TestKill -kills 200
func TestKill(t *testing.T) {
	if dir := os.Getenv("ASSAY_CRASH_DIR"); dir != "" {
		writeUntilKilled(dir)
		return
	}
	if testing.Short() {
		t.Skip("kills processes for some seconds; not with -short")
	}
	dir := t.TempDir()
	acked := map[string]bool{}
	var tenants []string
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	for round := range *rounds {
		cmd := osexec.Command(os.Args[0], "-test.run", "^TestKill$")
		cmd.Env = append(os.Environ(), "ASSAY_CRASH_DIR="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), "ready ") {
			t.Fatalf("round %d: the writer did not start: %q", round, lines.Text())
		}
		tenants = strings.Fields(lines.Text())[1:]
		killed := make(chan struct{})
		time.AfterFunc(time.Duration(30+r.IntN(350))*time.Millisecond, func() { // the moment of death is the point
			cmd.Process.Signal(syscall.SIGKILL)
			close(killed)
		})
		for lines.Scan() {
			if id, ok := strings.CutPrefix(lines.Text(), "ack "); ok && !strings.Contains(id, " ") && len(id) == 26 {
				acked[id] = true
			}
		}
		<-killed
		cmd.Wait()
	}
	k, err := keys.OpenDir(filepath.Join(dir, "keys"), nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := storage.Open(t.Context(), storage.Config{Dir: dir, Keys: k})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	found, halves := map[string]bool{}, 0
	for _, id := range tenants {
		db, done, err := s.Tenant(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if rep, err := db.Verify(t.Context()); err != nil || !rep.OK() {
			t.Errorf("verify: %v %+v", err, rep.Problems)
		}
		if r, err := db.CheckSearch(t.Context()); err != nil || r.Docs != r.Rows {
			t.Errorf("search: %+v %v", r, err)
		}
		err = db.Read(t.Context(), storage.Call{}, func(tx *storage.ReadTx) error {
			// Each write makes a scope and a person of the same id, and one audit record.
			if err := tx.QueryRow("SELECT (SELECT count(*) FROM person WHERE id NOT IN (SELECT id FROM scope)) + (SELECT count(*) FROM scope WHERE id NOT IN (SELECT id FROM person)) + abs((SELECT count(*) FROM person) - (SELECT count(*) FROM audit))").Scan(&halves); err != nil {
				return err
			}
			rows, err := tx.Query("SELECT id FROM person")
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id string
				if err := rows.Scan(&id); err != nil {
					return err
				}
				found[id] = true
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		if halves != 0 {
			t.Errorf("tenant %s: %d half-made writes", id, halves)
		}
		done()
	}
	lost := 0
	for id := range acked {
		if !found[id] {
			lost++
		}
	}
	t.Logf("%d kills, %d acknowledged writes, %d lost", *rounds, len(acked), lost)
	if lost > 0 || len(acked) < *rounds {
		t.Errorf("%d of %d acknowledged writes lost", lost, len(acked))
	}
}

// writeUntilKilled is the other process.
func writeUntilKilled(dir string) {
	ctx := context.Background()
	die := func(err error) {
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
	k, err := keys.OpenDir(filepath.Join(dir, "keys"), nil)
	die(err)
	s, err := storage.Open(ctx, storage.Config{Dir: dir, Keys: k})
	die(err)
	names, err := filepath.Glob(filepath.Join(dir, "tenants", "*.db"))
	die(err)
	var ids []string
	for _, n := range names {
		ids = append(ids, strings.TrimSuffix(filepath.Base(n), ".db"))
	}
	for len(ids) < 3 {
		id := s.NewID()
		die(s.CreateTenant(ctx, id))
		ids = append(ids, id)
	}
	fmt.Println("ready", strings.Join(ids, " "))
	var out sync.Mutex
	var wg sync.WaitGroup
	c := call("crash.write", "person", "scope")
	for w := range 4 {
		wg.Go(func() {
			for i := w; ; i++ {
				db, done, err := s.Tenant(ctx, ids[i%len(ids)])
				die(err)
				var id string
				_, err = db.Write(ctx, c, func(tx *storage.WriteTx) error {
					id = tx.NewID()
					if err := tx.Exec(newPerson, id, strings.Repeat("x", i%900)); err != nil {
						return err
					}
					return tx.Exec("INSERT INTO scope (id, name, created_at) VALUES (?, 'x', '')", id)
				})
				die(err)
				done()
				out.Lock()
				fmt.Println("ack", id)
				out.Unlock()
			}
		})
	}
	wg.Wait()
}
