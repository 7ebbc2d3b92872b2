package keys

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

var ctx = context.Background()

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func is(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

// both runs one story against a folder and against memory; again reopens.
func both(t *testing.T, story func(t *testing.T, k *Ring, again func() *Ring)) {
	t.Run("folder", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "keys")
		again := func() *Ring { t.Helper(); return must(OpenDir(dir, nil))(t) }
		story(t, again(), again)
	})
	t.Run("memory", func(t *testing.T) {
		k := NewMemory(nil)
		story(t, k, func() *Ring { return newRing(k.shelf, k.rand, k.master) })
	})
}

func TestLifeOfAKey(t *testing.T) {
	both(t, func(t *testing.T, k *Ring, again func() *Ring) {
		_, err := k.Key(ctx, "acme")
		is(t, err, ErrNoKey)
		is(t, k.Shred(ctx, "acme"), ErrNoKey)
		ok(t, k.Create(ctx, "acme"))
		ok(t, k.Create(ctx, "globex"))
		is(t, k.Create(ctx, "acme"), ErrExists)
		a, g := must(k.Key(ctx, "acme"))(t), must(k.Key(ctx, "globex"))(t)
		if bytes.Equal(a.Derive("x"), g.Derive("x")) {
			t.Fatal("two tenants share a key")
		}
		sealed := must(a.SealField("person/email/1", []byte("ada@acme.example")))(t)
		_, err = g.OpenField("person/email/1", sealed)
		is(t, err, ErrSealed)
		pa := must(k.Person(ctx, "acme", "ada", true))(t)

		k = again()
		a2 := must(k.Key(ctx, "acme"))(t)
		if got := must(a2.OpenField("person/email/1", sealed))(t); string(got) != "ada@acme.example" {
			t.Fatalf("opened %q", got)
		}
		if !bytes.Equal(pa, must(k.Person(ctx, "acme", "ada", false))(t)) {
			t.Fatal("a person's key changed")
		}
		ok(t, k.Check(ctx))

		ok(t, k.Shred(ctx, "acme"))
		ok(t, k.Shred(ctx, "acme"))
		for range 2 {
			_, err = k.Key(ctx, "acme")
			is(t, err, ErrShredded)
			is(t, err, ErrNoKey)
			is(t, k.Create(ctx, "acme"), ErrShredded)
			_, err = k.Person(ctx, "acme", "ada", true)
			is(t, err, ErrShredded)
			is(t, k.ErasePerson(ctx, "acme", "ada"), ErrShredded)
			_, err = k.Export(ctx, "acme")
			is(t, err, ErrShredded)
			must(k.Key(ctx, "globex"))(t)
			ok(t, k.Check(ctx))
			k = again()
		}
	})
}

func TestErasedPersonStaysErased(t *testing.T) {
	both(t, func(t *testing.T, k *Ring, again func() *Ring) {
		ok(t, k.Create(ctx, "acme"))
		_, err := k.Person(ctx, "acme", "ada", false)
		is(t, err, ErrNoKey)
		if errors.Is(err, ErrErased) {
			t.Fatal("a person never seen is not erased")
		}
		must(k.Person(ctx, "acme", "ada", true))(t)
		bob := must(k.Person(ctx, "acme", "bob", true))(t)
		ok(t, k.ErasePerson(ctx, "acme", "ada"))
		ok(t, k.ErasePerson(ctx, "acme", "ada"))
		if erased := must(k.Erased(ctx, "acme"))(t); len(erased) != 1 || erased[0] != "ada" {
			t.Errorf("erased: %v", erased)
		}
		ok(t, k.ErasePerson(ctx, "acme", "eve")) // before any key was made
		for range 2 {
			for _, p := range []string{"ada", "eve"} {
				for _, create := range []bool{false, true} {
					_, err := k.Person(ctx, "acme", p, create)
					is(t, err, ErrErased)
				}
			}
			if !bytes.Equal(bob, must(k.Person(ctx, "acme", "bob", false))(t)) {
				t.Fatal("another person's key changed")
			}
			k = again()
		}
	})
}

func TestCallerCannotSpoilTheCache(t *testing.T) {
	k := NewMemory(nil)
	ok(t, k.Create(ctx, "acme"))
	first := must(k.Person(ctx, "acme", "ada", true))(t)
	kept := bytes.Clone(first)
	clear(first)
	if !bytes.Equal(kept, must(k.Person(ctx, "acme", "ada", false))(t)) {
		t.Fatal("the cache was changed from outside")
	}
}

func TestNamesAreRefused(t *testing.T) {
	both(t, func(t *testing.T, k *Ring, _ func() *Ring) {
		ok(t, k.Create(ctx, "acme"))
		bad := []string{"", "a", ".", "..", "../acme", "a/b", `a\b`, "a\x00b", "acme\n", "%2e%2e", "é-acme", ".tmp", "master.key", "C:", strings.Repeat("a", 65), "acme "}
		for _, n := range bad {
			_, e1 := k.Key(ctx, n)
			_, e2 := k.Person(ctx, n, "ada", true)
			_, e3 := k.Person(ctx, "acme", n, true)
			_, e4 := k.Export(ctx, n)
			for _, err := range []error{e1, e2, e3, e4, k.Create(ctx, n), k.Shred(ctx, n), k.ErasePerson(ctx, n, "ada"), k.ErasePerson(ctx, "acme", n), k.Import(ctx, n, nil)} {
				is(t, err, ErrName)
			}
		}
	})
}

func TestEveryBitOfASealedFieldCounts(t *testing.T) {
	k := must(New("acme", bytes.Repeat([]byte{7}, Size), nil))(t)
	sealed := must(k.SealField("t/c/r", []byte("secret")))(t)
	if len(sealed) != len("secret")+33 || bytes.Contains(sealed, []byte("secret")) {
		t.Fatalf("sealed to %x", sealed)
	}
	for i := range len(sealed) * 8 {
		b := bytes.Clone(sealed)
		b[i/8] ^= 1 << (i % 8)
		_, err := k.OpenField("t/c/r", b)
		is(t, err, ErrSealed)
	}
	for n := range sealed {
		_, err := k.OpenField("t/c/r", sealed[:n])
		is(t, err, ErrSealed)
	}
	_, err := k.OpenField("t/c/s", sealed)
	is(t, err, ErrSealed)
	other := must(New("globex", bytes.Repeat([]byte{7}, Size), nil))(t)
	_, err = other.OpenField("t/c/r", sealed)
	is(t, err, ErrSealed) // same secret, other owner
	if again := must(k.SealField("t/c/r", []byte("secret")))(t); bytes.Equal(again, sealed) {
		t.Fatal("a nonce was used twice")
	}
}

func TestDeriveIsStableAndUnambiguous(t *testing.T) {
	k := must(New("acme", bytes.Repeat([]byte{7}, Size), nil))(t)
	// Sealed data outlives releases: this value never changes.
	if got := fmt.Sprintf("%x", k.Derive("obj", "acme", "x")); got != "97de66ce3e1c487ce07d163ea28faae8399c2862bdeb33914a3d9eb550c8251f" {
		t.Fatalf("derivation changed: %s", got)
	}
	seen := map[string]string{}
	for _, c := range [][]string{{"a"}, {"a", ""}, {"", "a"}, {"a", "b", "c"}, {"ab", "c"}, {"a", "bc"}, {"abc"}, {"a", "b", "", "c"}, {"a\x00b"}, {"a\x00\x00\x00\x01b"}} {
		d := string(k.Derive(c[0], c[1:]...))
		if was, dup := seen[d]; dup {
			t.Fatalf("%q and %s meet", c, was)
		}
		seen[d] = fmt.Sprintf("%q", c)
	}
}

func TestKeysNeverPrint(t *testing.T) {
	k := must(New("acme", []byte("abcdefghijklmnopqrstuvwxyz012345"), nil))(t)
	s := must(NewMemory(nil).Signer(ctx))(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		out := fmt.Sprintf(verb, k) + fmt.Sprintf(verb, struct{ K Key }{k}) + fmt.Sprintf(verb, s)
		if strings.Contains(out, "abcdef") || strings.Contains(out, "616263") || strings.Contains(out, "97 98") || strings.Contains(out, "0x61") ||
			strings.Contains(out, fmt.Sprintf("%x", s.Private().Seed())) {
			t.Fatalf("%s shows %s", verb, out)
		}
	}
	if b := must(json.Marshal(struct{ K Key }{k}))(t); string(b) != `{"K":"key(`+k.ID()+`)"}` {
		t.Fatalf("JSON shows %s", b)
	}
}

func TestTheZeroKeySealsNothing(t *testing.T) {
	var k Key
	_, err := k.SealField("x", nil)
	is(t, err, ErrNoKey)
	_, err = k.OpenField("x", make([]byte, 64))
	is(t, err, ErrNoKey)
	defer func() {
		if recover() == nil {
			t.Fatal("derived from nothing")
		}
	}()
	k.Derive("x")
}

func TestSignerIsOneAndSpeaksNote(t *testing.T) {
	both(t, func(t *testing.T, k *Ring, again func() *Ring) {
		s := must(k.Signer(ctx))(t)
		signer := must(note.NewSigner(s.SignerKey()))(t)
		verifier := must(note.NewVerifier(s.VerifierKey()))(t)
		if want := must(note.NewEd25519VerifierKey(s.Name, s.Public))(t); want != s.VerifierKey() {
			t.Fatalf("%s is not %s", s.VerifierKey(), want)
		}
		signed := must(note.Sign(&note.Note{Text: "tree\n"}, signer))(t)
		must(note.Open(signed, note.VerifierList(verifier)))(t)
		if s2 := must(again().Signer(ctx))(t); s2.SignerKey() != s.SignerKey() {
			t.Fatal("the signer changed")
		}
	})
}

func TestBundleCarriesEverything(t *testing.T) {
	both(t, func(t *testing.T, k *Ring, _ func() *Ring) {
		for _, o := range []string{"acme", Control} {
			ok(t, k.Create(ctx, o))
			must(k.Person(ctx, o, "ada", true))(t)
			must(k.Person(ctx, o, "bob", true))(t)
			ok(t, k.ErasePerson(ctx, o, "bob"))
		}
		s := must(k.Signer(ctx))(t)
		sealed := must(must(k.Key(ctx, "acme"))(t).SealField("p", []byte("v")))(t)
		acme, control := must(k.Export(ctx, "acme"))(t), must(k.Export(ctx, Control))(t)
		if bytes.Contains(acme, []byte("signer")) {
			t.Fatal("a tenant's bundle holds the signer")
		}

		to := NewMemory(nil)
		if err := to.Import(ctx, "globex", acme); err == nil {
			t.Fatal("imported under another name")
		}
		if err := to.Import(ctx, "acme", []byte(`{"format":"assay-keys-1","owner":"acme"}`)); err == nil {
			t.Fatal("imported nothing")
		}
		ok(t, to.Import(ctx, "acme", acme))
		ok(t, to.Import(ctx, Control, control))
		is(t, to.Import(ctx, "acme", acme), ErrExists)
		must(must(to.Key(ctx, "acme"))(t).OpenField("p", sealed))(t)
		if !bytes.Equal(must(to.Person(ctx, "acme", "ada", false))(t), must(k.Person(ctx, "acme", "ada", false))(t)) {
			t.Fatal("a person's key changed")
		}
		_, err := to.Person(ctx, "acme", "bob", true)
		is(t, err, ErrErased)
		if must(to.Signer(ctx))(t).SignerKey() != s.SignerKey() {
			t.Fatal("the signer was not taken")
		}
		if !bytes.Equal(acme, must(to.Export(ctx, "acme"))(t)) {
			t.Fatal("the same keys gave other bytes")
		}
		ok(t, to.Shred(ctx, "acme"))
		is(t, to.Import(ctx, "acme", acme), ErrShredded)

		// An installation that signs already keeps its own signer.
		signs := NewMemory(nil)
		own := must(signs.Signer(ctx))(t)
		ok(t, signs.Import(ctx, Control, control))
		if must(signs.Signer(ctx))(t).SignerKey() != own.SignerKey() {
			t.Fatal("the signer was replaced")
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	both(t, func(t *testing.T, k *Ring, _ func() *Ring) {
		ok(t, k.Create(ctx, "acme"))
		var created, persons sync.Map
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if err := k.Create(ctx, "globex"); err == nil {
					created.Store(i, true)
				} else if !errors.Is(err, ErrExists) {
					t.Error(err)
				}
				for p := range 5 {
					raw, err := k.Person(ctx, "acme", fmt.Sprint("person-", p), true)
					if err != nil {
						t.Error(err)
					}
					if was, dup := persons.LoadOrStore(p, string(raw)); dup && was != string(raw) {
						t.Error("two keys for one person")
					}
				}
				if _, err := k.Signer(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n := 0
		created.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Fatalf("created %d times", n)
		}
	})
}

// files reads a whole folder, to look for what must not be in it.
func files(t testing.TB, dir string) map[string]string {
	out := map[string]string{}
	ok(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	}))
	return out
}

func TestForgottenKeysComeBack(t *testing.T) {
	k := NewMemory(nil)
	ok(t, k.Create(ctx, "acme"))
	must(k.Person(ctx, "acme", "ada", true))(t)
	b := must(k.Export(ctx, "acme"))(t)
	ok(t, k.Forget(ctx, "acme"))
	if _, err := k.Key(ctx, "acme"); !errors.Is(err, ErrNoKey) || errors.Is(err, ErrShredded) {
		t.Errorf("%v", err)
	}
	ok(t, k.Forget(ctx, "acme")) // nothing there is no error
	ok(t, k.Import(ctx, "acme", b))
	if again := must(k.Export(ctx, "acme"))(t); !bytes.Equal(again, b) {
		t.Error("other keys came back")
	}
	ok(t, k.Shred(ctx, "acme"))
	if err := k.Forget(ctx, "acme"); !errors.Is(err, ErrShredded) {
		t.Errorf("a tombstone was forgotten: %v", err)
	}
	if err := k.Forget(ctx, Control); err == nil {
		t.Error("the installation's own keys were forgotten")
	}
}
