package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"assay/server/op"
	"assay/server/search/text"
	"assay/storage"
	"assay/storage/blob"
)

// atOnce is how many files one run looks at, and turn how long it takes about: an organisation's jobs run one
// after the other, and others wait.
const (
	atOnce = 500
	turn   = 5 * time.Second
)

// read reads the text of files that were not read yet, and forgets that of files that are gone. A file that
// cannot be read is marked so, with the reason, and not tried again; one that cannot be fetched now does not
// keep the others waiting. The engine asks for this job when a file comes or goes.
func read(s *op.Scope, r *text.Reader) (err error) {
	var gone []string
	var files []storage.Unread
	if err := s.Read(func(tx *storage.ReadTx) (err error) {
		if gone, err = tx.OrphanTexts(); err == nil {
			files, err = tx.Unread(atOnce)
		}
		return err
	}); err != nil {
		return err
	}
	if len(gone) > 0 {
		if err := s.Write(func(tx *storage.WriteTx) error {
			for _, o := range gone {
				tx.ForgetText(o)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	var failed []error
	end := s.Now().Add(turn)
	n := 0
	for ; n < len(files) && s.Context().Err() == nil && s.Now().Before(end); n++ {
		c, err := readOne(s, r, files[n])
		if err != nil {
			failed = append(failed, fmt.Errorf("read the text of %s: %w", files[n].Object, err))
			continue
		}
		if err := s.Write(func(tx *storage.WriteTx) error {
			tx.KeepText(storage.Text{Object: files[n].Object, State: string(c.State), Reason: c.Reason, Text: c.Text})
			return nil
		}); err != nil {
			return err
		}
	}
	if n > len(failed) && (n < len(files) || n == atOnce) {
		err = s.Write(func(tx *storage.WriteTx) error {
			at := tx.Now().Truncate(time.Second).Add(time.Second)
			return tx.Enqueue(storage.JobReadTexts, nil, at, at.Format(storage.Instant))
		})
	}
	return errors.Join(append(failed, err, s.Context().Err())...)
}

func readOne(s *op.Scope, r *text.Reader, f storage.Unread) (text.Content, error) {
	if c, done := text.Unread(f.Type, f.Size); done {
		return c, nil
	}
	damaged := text.Content{State: text.Unreadable, Reason: "The stored content is missing or damaged."}
	in, err := s.Blobs().Open(s.Context(), s.Tenant(), blob.Object{Name: f.Object, Size: f.Size, SHA256: f.SHA256})
	if errors.Is(err, blob.ErrNotFound) || errors.Is(err, blob.ErrCorrupt) {
		return damaged, nil
	}
	if err != nil {
		return text.Content{}, err
	}
	content, err := io.ReadAll(io.LimitReader(in, text.MaxFile+1))
	switch err = errors.Join(err, in.Close()); {
	case errors.Is(err, blob.ErrCorrupt):
		return damaged, nil
	case err != nil:
		return text.Content{}, err
	}
	return r.Read(s.Context(), s.CacheDir(), f.Type, content)
}

// reindex builds the index again from the rows, after what it is built from was changed by a new version.
func reindex(s *op.Scope, _ json.RawMessage) error { return s.Reindex() }

// tidy lets the words of what was changed or deleted leave the file, once a week: it writes the whole index.
func tidy(s *op.Scope, _ json.RawMessage) error {
	var day time.Time
	if err := s.Read(func(tx *storage.ReadTx) (err error) {
		day, err = time.Parse(storage.Date, tx.Today())
		return err
	}); err != nil || day.Weekday() != time.Sunday {
		return err
	}
	return s.TidyIndex()
}
