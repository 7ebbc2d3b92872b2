package ltxlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/superfly/ltx"
)

// Head reads the newest record of a tenant's log, the zero Position when there is none. The second result is
// how many records came after the newest snapshot.
func Head(ctx context.Context, l Log, tenant string) (Position, uint64, error) {
	var snap, last Entry
	for e, err := range l.Snapshots(ctx, tenant) {
		if err != nil {
			return Position{}, 0, err
		}
		snap = e
	}
	last = snap
	for e, err := range l.Records(ctx, tenant, snap.Max) {
		if err != nil {
			return Position{}, 0, err
		}
		last = e
	}
	if last.Max == 0 {
		return Position{}, 0, nil
	}
	_, p, err := decode(ctx, l, tenant, last, nil)
	if err != nil {
		return Position{}, 0, fmt.Errorf("the newest state: %w", err)
	}
	return p, last.Max - snap.Max, nil
}

// claims is how often a claim is tried against an owner that keeps appending.
const claims = 100

// Claim takes a tenant over for a node: it appends an empty record in the next slot. Once it returned, no commit
// of an older owner is acknowledged that is not in a record before it. It returns the claimed record, which has
// the state of the one before, and who wrote that one. A tenant without history gives the zero Position: there
// record 1 is the claim, see Start.
func Claim(ctx context.Context, l Log, tenant string, node uint64, now time.Time) (claimed, before Position, err error) {
	base, before, err := claim(ctx, l, tenant, node, now)
	return base.Position, before, err
}

func claim(ctx context.Context, l Log, tenant string, node uint64, now time.Time) (base Base, before Position, err error) {
	fail := func(err error) (Base, Position, error) {
		return Base{}, Position{}, fmt.Errorf("claim %s: %w", tenant, err)
	}
	if node == 0 {
		return fail(errors.New("a node has a number other than 0"))
	}
	for range claims {
		head, since, err := Head(ctx, l, tenant)
		if err != nil {
			return fail(err)
		}
		if head.Seq == 0 {
			return Base{}, head, nil
		}
		to := head
		to.Seq, to.Node, to.Time = head.Seq+1, node, after(head.Time, now)
		rec, err := encodeEmpty(head, to.Time, node)
		if err != nil {
			return fail(err)
		}
		switch err := persist(ctx, func() error { return l.Append(ctx, tenant, to.Seq, rec) }); {
		case errors.Is(err, ErrFenced):
			continue // the owner was faster; it reads less than it writes, so this ends
		case err != nil:
			return fail(err)
		}
		return Base{Position: to, Unsnapped: since + 1}, head, nil
	}
	return fail(fmt.Errorf("no free slot after %d tries: its owner appends without a pause", claims))
}

// persist tries a few times what fails for a reason that may pass.
func persist(ctx context.Context, fn func() error) (err error) {
	wait := firstWait
	for range 5 {
		if err = fn(); err == nil || errors.Is(err, ErrFenced) {
			return err
		}
		if !sleep(ctx.Done(), wait) {
			return err
		}
		wait *= 3
	}
	return err
}

// TakeOptions say how a tenant is taken over. Node and Open are required.
type TakeOptions struct {
	Node uint64 // see Config.Node

	// DiskCounts says that acknowledged commits may be on the disk alone: the modes Async and Local. Then a local
	// file is kept when this node wrote the newest record, for it can only be ahead of it. It must be false when
	// the log is the durability, for there the disk may be behind the log after a power cut.
	DiskCounts bool

	// Aside is a folder that local files are moved to when history went on without them; they hold commits that
	// were never acknowledged. "" removes them.
	Aside string

	Now  func() time.Time                   // nil means time.Now
	Open func(path string) (*sql.DB, error) // see RestoreOptions

	// Afresh restores whatever lies at path: it was found damaged. Its checksum says nothing then, because the same
	// harm done to an even number of pages leaves no trace in it.
	Afresh bool
}

// Take takes a tenant over and makes path hold its newest state. Nobody has the file open, and its owner opens
// it only after Take. What lies at path stays when it is that state, or ahead of it (see TakeOptions.DiskCounts);
// else it is moved aside and the state is restored. The report is of the restore, and zero when there was none.
//
// A tenant without history is left alone: path may hold a new file, or one that never had a log.
func Take(ctx context.Context, l Log, tenant, path string, o TakeOptions) (Base, Report, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	base, before, err := claim(ctx, l, tenant, o.Node, o.Now())
	if err != nil || base.Seq == 0 {
		return base, Report{}, err
	}
	fail := func(err error) (Base, Report, error) {
		return Base{}, Report{}, fmt.Errorf("take %s over: %w", tenant, err)
	}
	settled, there, err := isSettled(path)
	if err != nil {
		return fail(err)
	}
	if settled && !o.Afresh {
		s, err := sumFile(path, base.PageSize)
		if err != nil {
			return fail(err)
		}
		if s != nil && s.total() == base.Sum && uint32(len(s.page)) == base.Pages {
			base.sums = s
			return base, Report{}, nil
		}
	}
	if there && o.DiskCounts && !o.Afresh && before.Node == o.Node {
		return base, Report{}, nil // Start compares, and ships what the log lacks
	}
	side := path + ".restored"
	if err := removeDatabase(side); err != nil {
		return fail(err)
	}
	rep, err := Restore(ctx, l, tenant, side, Point{Seq: base.Seq}, RestoreOptions{Open: o.Open, Now: o.Now})
	if err == nil {
		rep.Aside, err = moveAside(path, o.Aside, fmt.Sprintf("%s-%d", tenant, base.Seq))
	}
	if err == nil {
		err = os.Rename(side, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return fail(err)
	}
	base.sums = rep.sums
	return base, rep, nil
}

// isSettled reports whether there is a database, and whether all of it is in its main file.
func isSettled(path string) (settled, there bool, err error) {
	st, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, false, nil
	}
	if err != nil || st.Size() == 0 { // SQLite calls an empty file a good database
		return false, false, err
	}
	wal, err := os.Stat(path + "-wal")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, true, err
	}
	return err != nil || wal.Size() == 0, true, nil
}

// sumFile reads a database that nobody has open; nil when it is no whole number of pages.
func sumFile(path string, pageSize int) (*sums, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || st.Size()%int64(pageSize) != 0 {
		return nil, err
	}
	s := &sums{page: make([]ltx.Checksum, 0, st.Size()/int64(pageSize))}
	take := s.adding(pageSize, nil)
	buf := make([]byte, max(1, chunk/pageSize)*pageSize)
	for off := int64(0); off < st.Size(); {
		n, err := f.ReadAt(buf[:min(int64(len(buf)), st.Size()-off)], off)
		if err != nil {
			return nil, err
		}
		for p := buf[:n]; len(p) > 0; p = p[pageSize:] {
			if err := take(uint32(off/int64(pageSize))+1, p[:pageSize]); err != nil {
				return nil, err
			}
			off += int64(pageSize)
		}
	}
	return s, nil
}

// beside are the files of one database.
func beside(path string) []string { return []string{path, path + "-wal", path + "-shm"} }

func removeDatabase(path string) error {
	for _, p := range beside(path) {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// moveAside puts a database where people find it and the program does not, and says where; "" when there was none.
func moveAside(path, dir, name string) (aside string, err error) {
	if dir == "" {
		return "", removeDatabase(path)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	to := beside(filepath.Join(dir, name+".db"))
	for i, p := range beside(path) {
		switch err := os.Rename(p, to[i]); {
		case err == nil:
			aside = to[0]
		case !errors.Is(err, os.ErrNotExist):
			return "", err
		}
	}
	return aside, syncDir(dir)
}
