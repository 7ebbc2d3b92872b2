package password

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

var maria = Owner{Words: []string{"Assay", "Northwind Health", "maria.lopez@northwind.example", "María López"}}

func TestB1Rules(t *testing.T) {
	mfa := Owner{MFA: true, Words: maria.Words}
	for _, c := range []struct {
		name, password string
		owner          Owner
		good           bool
	}{
		{"14 characters without a second factor", "quiet-harbor-9", maria, false},
		{"15 characters without a second factor", "quiet-harbor-99", maria, true},
		{"7 characters with one", "t7#kq2v", mfa, false},
		{"8 characters with one", "t7#kq2vz", mfa, true},
		{"64 characters", strings.Repeat("kx7 ", 14) + "nine oak", maria, true},
		{"128 characters", "begin" + strings.Repeat("m2 ", 40) + "end", maria, true},
		{"129 characters", "begin" + strings.Repeat("m2 ", 40) + "endx", maria, false},
		{"only lower case", "harvestmoonbicycle", maria, true},
		{"only digits", "829417305562918", maria, true},
		{"spaces count", "a b c d e f g h", maria, true},
		{"letters of any script are counted, not bytes", "тихая гавань над рекой", maria, true},
		{"eight emoji are 8, not 32", "🦊🌲🚲🎻🧭🥝🪁🐋", maria, false},
	} {
		if got := Problem(c.password, c.owner); (got == "") != c.good {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestB1NeverTruncated(t *testing.T) {
	h := NewHasher(rand.Reader)
	long := strings.Repeat("ñ", Max-1)
	phc, err := h.Hash(t.Context(), long+"a")
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, err := h.Verify(t.Context(), long+"b", phc); ok || err != nil {
		t.Errorf("the last character does not count: %v %v", ok, err)
	}
	if ok, _, err := h.Verify(t.Context(), long+"a", phc); !ok || err != nil {
		t.Errorf("a password of %d characters is refused: %v", Max, err)
	}
	if ok, _, err := h.Verify(t.Context(), strings.Repeat("x", 1<<20), phc); ok || err != nil {
		t.Errorf("a megabyte: %v %v", ok, err)
	}
}

// One keyboard sends é as one code point, another as two.
func TestSamePasswordFromTwoKeyboards(t *testing.T) {
	h := NewHasher(rand.Reader)
	phc, err := h.Hash(t.Context(), "un caf\u00e9 tranquille")
	if err != nil {
		t.Fatal(err)
	}
	if ok, _, _ := h.Verify(t.Context(), "un cafe\u0301 tranquille", phc); !ok {
		t.Error("the decomposed form is refused")
	}
}

func TestB2Blocklist(t *testing.T) {
	lines := strings.Count(list(), "\n")
	if lines < 10_000 {
		t.Errorf("%d entries", lines)
	}
	sum := sha256.Sum256([]byte(list()))
	notice, err := os.ReadFile("NOTICE.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(notice), hex.EncodeToString(sum[:])) {
		t.Errorf("NOTICE.md names another list than %x", sum)
	}
	for line := range strings.Lines(list()) {
		if w := strings.TrimSuffix(line, "\n"); !common(w) {
			t.Fatalf("%q is on the list and not found", w)
		}
	}
	for _, w := range []string{"", "\n", "a\nb", "~", "!", "zzzzzzzzzzzzzzzz", "quiet-harbor-99"} {
		if common(w) {
			t.Errorf("%q is found", w)
		}
	}
	mfa := Owner{MFA: true, Words: maria.Words}
	for _, bad := range []string{
		"password", "PassWord", "iloveyou", "football1", // on the list, in any case
		"passwordpassword", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", // repeated
		"123456789012345", "qwertyuiopasdfghjkl", "abcdefgh12345678", "987654321098765", // neighbours
		"password20262026", "!!!!sunshine!!!!", // common with decoration
		"assayassayassay2026", "maria.lopez@northwind.example", "NorthwindHealth1!", "María-López-1984", // own words
	} {
		if Problem(bad, mfa) == "" {
			t.Errorf("%q is accepted", bad)
		}
	}
	for _, good := range []string{"quiet harbor tin lantern", "maria rides a green bicycle", "northwind otter basket plum", "1987-kestrel-over-Oslo"} {
		if p := Problem(good, maria); p != "" {
			t.Errorf("%q: %s", good, p)
		}
	}
}

func TestB3Hash(t *testing.T) {
	h := NewHasher(rand.Reader)
	phc, err := h.Hash(t.Context(), "quiet harbor tin lantern")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("stored as %s", phc)
	}
	began := time.Now()
	ok, stale, err := h.Verify(t.Context(), "quiet harbor tin lantern", phc)
	t.Logf("one verify: %v (the goal is 50 to 500 ms)", time.Since(began))
	if !ok || stale || err != nil {
		t.Errorf("right password: %v %v %v", ok, stale, err)
	}
	if ok, stale, err := h.Verify(t.Context(), "quiet harbor tin lanterm", phc); ok || stale || err != nil {
		t.Errorf("wrong password: %v %v %v", ok, stale, err)
	}
	if other, _ := h.Hash(t.Context(), "quiet harbor tin lantern"); other == phc {
		t.Error("two hashes share a salt")
	}
	// argon2id with m=8 KiB, t=1 of the password "old": made with lower costs.
	old := "$argon2id$v=19$m=8,t=1,p=1$" + b64.EncodeToString([]byte("0123456789abcdef")) + "$"
	old += "Pg1uezAnrD1tjusUPmWvp0UACil+IfTVlg56WqheHxg"
	if ok, stale, err := h.Verify(t.Context(), "old", old); !ok || !stale || err != nil {
		t.Errorf("an older hash: %v %v %v", ok, stale, err)
	}
	for _, broken := range []string{"", "plain", "$argon2i$v=19$m=8,t=1,p=1$YWJjZGVmZ2g$YWJjZGVmZ2hhYmNkZWZnaA", strings.Replace(phc, "m=19456", "m=999999999", 1), phc + "$x"} {
		if _, _, err := h.Verify(t.Context(), "x", broken); !errors.Is(err, ErrHash) {
			t.Errorf("%q: %v", broken, err)
		}
	}
	if ok, _, _ := h.Verify(t.Context(), "", h.dummy); ok {
		t.Error("the dummy accepts the empty password")
	}
	if err := h.Burn(t.Context(), "anything"); err != nil {
		t.Error(err)
	}
}

// 200 people at the door at once: the memory stays, and one who leaves is let go.
func TestB3Crowd(t *testing.T) {
	if testing.Short() {
		t.Skip("two hundred hashes")
	}
	h := NewHasher(rand.Reader)
	var wg sync.WaitGroup
	for range 60 { // each seat's memory is what counts, not how long the line is
		wg.Go(func() { h.Burn(t.Context(), "x") })
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range cap(h.seats) {
		h.seats <- struct{}{}
	}
	if err := h.Burn(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled request waits: %v", err)
	}
	for range cap(h.seats) {
		<-h.seats
	}
	wg.Wait()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.Sys > 512<<20 {
		t.Errorf("%d MB taken", m.Sys>>20)
	}
}
