package ltxlog_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"assay/backup/ltxlog"
	"assay/storage/keys"
)

// role is what this test binary does when it is started again as another process.
type role struct {
	Fold       string // fold the write-ahead log of this database, else write until killed:
	Dir        string
	Endpoint   string
	Prefix     string
	Node       uint64
	Durability ltxlog.Durability
}

var sealKey = []byte("0123456789abcdef0123456789abcdef")

func keyOf(_ context.Context, tenant string) (keys.Key, error) {
	return keys.New(tenant, sealKey, nil)
}

func (r role) log() (ltxlog.Log, error) {
	if r.Endpoint == "" {
		return ltxlog.Sealed(ltxlog.FileLog{Dir: filepath.Join(r.Dir, "log")}, keyOf), nil
	}
	c, err := client(r.Endpoint, nil)
	if err != nil {
		return nil, err
	}
	return ltxlog.Sealed(ltxlog.NewS3Log(c, bucket, r.Prefix), keyOf), nil
}

// config makes everything happen often.
func (r role) config() ltxlog.Config {
	return ltxlog.Config{Node: r.Node, Durability: r.Durability, CheckpointBytes: 256 << 10, SnapshotEvery: 25, RecordBytes: 128 << 10}
}

func (r role) start(t testing.TB) *osexec.Cmd {
	t.Helper()
	b, err := json.Marshal(r)
	ok(t, err)
	cmd := osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "ASSAY_LTX_CHILD="+string(b))
	cmd.Stderr = os.Stderr
	return cmd
}

// child is the other process.
func child(s string) {
	die := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "child:", err)
			os.Exit(1)
		}
	}
	var r role
	die(json.Unmarshal([]byte(s), &r))
	if r.Fold != "" {
		db, err := openWriter(r.Fold)
		die(err)
		var busy, frames, folded int
		die(db.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &folded))
		if busy != 0 {
			die(errors.New("somebody is in the way"))
		}
		die(db.Close())
		return
	}
	ctx := context.Background()
	l, err := r.log()
	die(err)
	o, err := newOwner(ctx, l, filepath.Join(r.Dir, "live.db"), r.config())
	die(err)
	fmt.Println("ready")
	var out sync.Mutex
	var wg sync.WaitGroup
	tenth := make(chan struct{}, 1)
	for w := range 4 {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(r.Node, uint64(w)))
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d-%d", r.Node, w, i)
				if r.Durability != ltxlog.Sync { // the same node again and again
					id = fmt.Sprintf("%d-%s", os.Getpid(), id)
				}
				err := o.write(ctx, change(rnd, id))
				if errors.Is(err, errRollback) {
					continue
				}
				die(err)
				out.Lock()
				fmt.Println("ack", id, ".")
				out.Unlock()
				if i%10 == 9 {
					select {
					case tenth <- struct{}{}:
					default:
					}
				}
			}
		})
	}
	wg.Go(func() { // readers keep the write-ahead log from beginning anew now and then
		for {
			tx, err := o.r.Begin()
			die(err)
			var n int
			die(tx.QueryRow("SELECT count(*) FROM churn WHERE v > 'y'").Scan(&n))
			<-tenth
			die(tx.Rollback())
			<-tenth
		}
	})
	wg.Wait()
}

// killed runs a writer and kills it after some acknowledgements.
func killed(t testing.TB, r role, after int, acked map[string]bool) {
	t.Helper()
	cmd := r.start(t)
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("the writer did not start: %q", lines.Text())
	}
	for n := 0; lines.Scan(); n++ { // what it wrote before it died is read too
		f := strings.Fields(lines.Text())
		if len(f) != 3 || f[2] != "." {
			continue // cut off by the kill
		}
		acked[f[1]] = true
		if n == after {
			ok(t, cmd.Process.Signal(syscall.SIGKILL))
		}
	}
	var exit *osexec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the writer ended by itself: %v", err)
	}
}

// TestKill kills a process that writes, again and again. After each kill another node takes the tenant over from
// the log alone, and must find every acknowledged write, none by half.
func TestKill(t *testing.T) {
	for _, c := range []struct {
		name        string
		short, long int
		s3          bool
	}{{"file", 5, 200, false}, {"S3", 3, 60, true}} {
		t.Run(c.name, func(t *testing.T) {
			r := role{Dir: t.TempDir(), Durability: ltxlog.Sync}
			if c.s3 {
				r.Prefix = newPrefix(t)
				r.Endpoint = gateway.addr
			}
			l, err := r.log()
			ok(t, err)
			rounds, acked := c.short, map[string]bool{}
			if long {
				rounds = c.long
			}
			var last ltxlog.Base
			for round := range rounds {
				r.Node = last.Seq + 2
				killed(t, r, rand.IntN(120), acked)
				path := filepath.Join(t.TempDir(), "taken.db")
				base, rep, err := ltxlog.Take(t.Context(), l, tenant, path, ltxlog.TakeOptions{Node: 1, Open: openSettled})
				ok(t, err)
				if rep.Seq != base.Seq || rep.Checksum != base.Sum.String() || len(rep.Refused) > 0 {
					t.Fatalf("restored %+v, claimed %+v", rep, base)
				}
				holds(t, path, acked)
				last = base
				if round%20 == 19 {
					t.Logf("%d kills, %d acknowledged writes, %d records", round+1, len(acked), last.Seq)
				}
			}
			if len(acked) < rounds {
				t.Fatalf("only %d acknowledgements", len(acked))
			}
			t.Logf("%d kills, %d acknowledged writes, %d records, 0 lost", rounds, len(acked), last.Seq)
		})
	}
}

// TestKillWhereTheDiskCounts is TestKill for the modes that acknowledge what the disk has. The same node starts
// again on its own file, which is ahead of the log, and the log must then have it all.
func TestKillWhereTheDiskCounts(t *testing.T) {
	for name, d := range map[string]ltxlog.Durability{"local": ltxlog.Local, "async": ltxlog.Async} {
		t.Run(name, func(t *testing.T) {
			r := role{Dir: t.TempDir(), Durability: d, Node: 7}
			l, err := r.log()
			ok(t, err)
			rounds, acked := 2, map[string]bool{}
			if long {
				rounds = 50
			}
			for range rounds {
				killed(t, r, rand.IntN(200), acked)
			}
			o, err := newOwner(t.Context(), l, filepath.Join(r.Dir, "live.db"), r.config())
			ok(t, err)
			ok(t, o.close(t.Context()))
			path, _, err := restore(t, l, ltxlog.Point{})
			ok(t, err)
			holds(t, path, acked)
			t.Logf("%d kills, %d acknowledged writes, 0 lost", rounds, len(acked))
		})
	}
}

// TestZombies lets one owner after another take the tenant over from the one before, which goes on writing and
// does not know. Every one of them but the last must find out, and nothing any of them acknowledged may be lost.
func TestZombies(t *testing.T) {
	for _, c := range []struct {
		name  string
		short int
		log   func(t *testing.T) ltxlog.Log
	}{
		{"file", 5, func(t *testing.T) ltxlog.Log { return ltxlog.FileLog{Dir: t.TempDir()} }},
		{"S3", 3, func(t *testing.T) ltxlog.Log { return s3Log(t) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := ltxlog.Sealed(c.log(t), keyOf)
			owners := c.short
			if long {
				owners = 12
			}
			var mu sync.Mutex
			acked := map[string]bool{}
			fenced := make(chan int, owners)
			var wg sync.WaitGroup
			dir := t.TempDir()
			var last *owner
			for n := range owners {
				cfg := role{Node: uint64(n + 1), Durability: ltxlog.Sync}.config()
				cfg.OnFenced = func() { fenced <- n }
				o := start(t, l, filepath.Join(dir, fmt.Sprint(n, ".db")), cfg)
				last = o
				enough := make(chan struct{})
				count := 0
				for w := range 3 {
					wg.Go(func() {
						rnd := rand.New(rand.NewPCG(uint64(n), uint64(w)))
						for i := 0; ; i++ {
							id := fmt.Sprintf("%d-%d-%d", n, w, i)
							err := o.write(context.Background(), change(rnd, id))
							if errors.Is(err, errRollback) {
								continue
							}
							if err != nil {
								if !errors.Is(err, ltxlog.ErrFenced) && !errors.Is(err, ltxlog.ErrClosed) {
									t.Errorf("owner %d: %v", n, err)
								}
								return
							}
							mu.Lock()
							acked[id] = true
							if count++; count == 25 {
								close(enough)
							}
							over := n == owners-1 && count >= 40
							mu.Unlock()
							if over {
								return
							}
						}
					})
				}
				<-enough
			}
			wg.Wait() // every writer of every owner before the last was fenced
			for range owners - 1 {
				if n := <-fenced; n == owners-1 {
					t.Error("the last owner was fenced")
				}
			}
			ok(t, last.ship.Ready())
			rep := sameAsLog(t, l, last)
			path, _, err := restore(t, l, ltxlog.Point{})
			ok(t, err)
			holds(t, path, acked)
			t.Logf("%d owners, %d acknowledged writes, %d records, 0 lost", owners, len(acked), rep.Seq)
		})
	}
}
