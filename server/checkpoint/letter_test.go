package checkpoint

import (
	"slices"
	"testing"

	"assay/backup/witness"
	"assay/storage"
)

// TestLetterHoldsTheNote: what a mail program shows, saved as a file, is a checkpoint that can be handed in.
func TestLetterHoldsTheNote(t *testing.T) {
	note := "assay/ABCDEFGHIJKLMNOPQRSTUVWXY2\n7\nqcvEBWrpkwcxmUwr6rE0Su8TTNRPsOjqfPZbe5h6LHM=\ncheckpoint 1\nsigned 2026-03-02T09:00:00.000Z\n\n— assay-0011223344556677 oFhLH1hTd3p0bmV4\n"
	m := letter("Acme", storage.Checkpoint{Size: 7}, witness.Text(note, "key")).To("auditor@example.com")
	if got := witness.Find(m.Text); !slices.Equal(got, []string{note}) {
		t.Errorf("%q in\n%s", got, m.Text)
	}
}
